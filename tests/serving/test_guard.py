from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from serving.guard import Guard

JSON = {"content-type": "application/json"}


async def _echo(request: Request) -> Response:
    return JSONResponse(await request.json())


async def _broken(_: Request) -> Response:
    raise RuntimeError("boom")


def client(handler: Callable[[Request], Any] = _echo) -> TestClient:
    routes = [Route("/v1/analyze", handler, methods=["POST"])]
    return TestClient(Guard(Starlette(routes=routes)), raise_server_exceptions=False)


def test_a_json_object_passes_whole() -> None:
    body = {"articles": [{"text": "x" * 100_000}]}
    assert client().post("/v1/analyze", json=body).json() == body


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": ""}, 415),
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"[]", JSON, 400),
        (b'"text"', JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", JSON, 400),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes, headers: dict[str, str], status: int) -> None:
    answer = client().post("/v1/analyze", content=body, headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_a_large_body_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETENTE_MAX_BODY", "1000")
    answer = client().post("/v1/analyze", content=json.dumps({"a": "x" * 2000}), headers=JSON)
    assert answer.status_code == 413
    assert "1,000 bytes" in answer.json()["error"]


def test_a_large_body_without_a_length_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETENTE_MAX_BODY", "1000")
    answer = client().post("/v1/analyze", content=iter([b"x" * 600] * 3), headers=JSON)
    assert answer.status_code == 413


def test_an_unexpected_error_is_answered() -> None:
    answer = client(_broken).post("/v1/analyze", json={})
    assert answer.status_code == 500
