"""The real service: `detente serve` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.pipeline import Analyzer
from models.schema import Article, TextStatement

pytestmark = [pytest.mark.service, pytest.mark.model]

ARTICLE = Path("datasets/samples/harbour.txt").read_text("utf-8")
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int) -> subprocess.Popen[bytes]:
    command = [
        str(Path(sys.executable).parent / "detente"),
        "serve",
        "--port",
        str(port),
        "--profile",
        "fast",
    ]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the service did not become ready")


@pytest.fixture(scope="module")
def service() -> Iterator[httpx.Client]:
    port = free_port()
    process = start(port)
    try:
        wait_until_ready(port)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_http_and_python_agree_to_the_last_digit(service: httpx.Client, analyzer: Analyzer) -> None:
    answer = service.post("/v1/analyze", json={"articles": [{"id": "a", "text": ARTICLE}]})
    assert answer.status_code == 200
    [expected] = analyzer.analyze([Article(id="a", text=ARTICLE)])
    assert answer.json()["results"] == [expected.model_dump(mode="json")]


def test_classify_answers_in_order(service: httpx.Client, analyzer: Analyzer) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "x", "text": "We will not talk."},
        {"id": "y", "text": "The ferry runs."},
    ]
    answer = service.post("/v1/classify", json={"statements": rows})
    expected = analyzer.classify([TextStatement.model_validate(row) for row in rows])
    assert answer.json()["results"] == [row.model_dump() for row in expected]


def test_a_page_is_answered_with_its_text(service: httpx.Client) -> None:
    html = Path("datasets/samples/harbour.html").read_text("utf-8")
    [result] = service.post("/v1/analyze", json={"articles": [{"html": html}]}).json()["results"]
    for statement in result["statements"]:
        assert " ".join(result["text"][a:b] for a, b in statement["spans"]) == statement["content"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"articles": [{"text": ""}]}, 400),
        ({"articles": [{"text": "“”"}]}, 400),
        ({"articles": [{"text": "a", "html": "b"}]}, 400),
        ({"articles": [{}]}, 400),
        ({"articles": "text"}, 400),
        ({"articles": [{"text": 7}]}, 400),
        ({"articles": [{"text": "a \ud800 b"}]}, 400),
        ({"articles": [{"id": 7, "text": "No.", "colour": "red"}]}, 200),
        ({"article": []}, 400),
        ({"articles": [{"text": "\u0000\u0001" * 400 + "a"}]}, 415),
        (
            {
                "articles": [
                    {"text": "Wir verhandeln nicht, sagte der Minister in der Hauptstadt am Montag. " * 8}
                ]
            },
            400,
        ),
        ({"articles": [{"text": "a b " * 200_000}]}, 413),
        ({"articles": [{"text": "No."}] * 101}, 413),
        ({"articles": []}, 200),
    ],
)
def test_bad_input_is_refused_with_a_json_body(
    service: httpx.Client, body: dict[str, Any], status: int
) -> None:
    headers = {"content-type": "application/json"}
    answer = service.post("/v1/analyze", content=json.dumps(body), headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"]


def test_there_is_no_page_of_bentoml(service: httpx.Client) -> None:
    assert service.get("/").json()["service"] == "detente"
    assert service.get("/static_content/index.css").status_code == 404


def test_hostile_texts_are_answered(service: httpx.Client) -> None:
    texts = [
        "“" * 5000 + "a",
        "a" * 100_000,
        "🙂 “No 🙂,” she said.",
        "\u202eshe said “no”\u202c",
        "“No,” she said.\u0000",
        "\ud83d a",
    ]
    for text in texts:
        answer = service.post(
            "/v1/analyze",
            content=json.dumps({"articles": [{"text": text}]}),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code in (200, 400, 415)
        for statement in answer.json().get("results", [{"statements": []}])[0]["statements"]:
            assert " ".join(text[a:b] for a, b in statement["spans"]) == statement["content"]


def test_taxonomy_probes_metrics_and_openapi(service: httpx.Client) -> None:
    assert "mediation_offer" in [stance["name"] for stance in service.get("/v1/taxonomy").json()["stance"]]
    assert service.get("/livez").status_code == 200
    assert "bentoml_service_request_total" in service.get("/metrics").text
    document = service.get("/docs.json").json()
    assert {"/v1/analyze", "/v1/classify", "/v1/taxonomy"} <= set(document["paths"])
    assert {"400", "413", "415", "429"} <= set(document["paths"]["/v1/analyze"]["post"]["responses"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    port = free_port()
    process = start(port)
    wait_until_ready(port)
    process.send_signal(number)
    assert process.wait(20) == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{port}/livez", timeout=2)


def test_a_taken_port_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [
            str(Path(sys.executable).parent / "detente"),
            "serve",
            "--port",
            str(taken.getsockname()[1]),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot listen" in done.stderr
