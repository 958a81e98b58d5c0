from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from models.pipeline import Analyzer
from models.schema import Article, TextStatement
from serving.cli import main

ARTICLE = (
    "“We will not talk under fire,” the minister, Ana Kolt, said.\n\nShe accused Ostra of shelling a village."
)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: bytes = b"") -> int:
    monkeypatch.setattr(sys, "argv", ["detente", *arguments])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


@pytest.mark.model
def test_analyze_prints_the_contract(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text_file: Path
) -> None:
    assert run(monkeypatch, "analyze", str(text_file), "--json", "--profile", "fast") == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {"id", "title", "date", "language", "statements", "model"}
    first = result["statements"][0]
    assert ARTICLE[slice(*first["spans"][0])] == first["content"] == "We will not talk under fire"
    assert first["speaker"]["name"] == "Ana Kolt"
    assert ARTICLE[first["cue"]["start"] : first["cue"]["end"]] == first["cue"]["text"] == "said"
    assert first["primary"] in first["stances"]


@pytest.mark.model
def test_the_command_line_and_python_agree(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text_file: Path, analyzer: Analyzer
) -> None:
    run(monkeypatch, "analyze", str(text_file), "--ndjson", "--profile", "fast", "--threads", "1")
    [expected] = analyzer.analyze([Article(id=str(text_file), text=ARTICLE)])
    assert capsys.readouterr().out == expected.model_dump_json() + "\n"


@pytest.mark.model
def test_a_table_names_speaker_stance_and_confidence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text_file: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert run(monkeypatch, "analyze", str(text_file)) == 0
    out = capsys.readouterr().out
    assert "Ana Kolt" in out
    assert "%" in out


@pytest.mark.model
def test_one_bad_file_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text_file: Path, tmp_path: Path
) -> None:
    assert run(monkeypatch, "analyze", str(tmp_path / "none.txt"), str(text_file), "--ndjson") == 2
    captured = capsys.readouterr()
    assert "cannot be read" in captured.err
    assert len(captured.out.splitlines()) == 1


@pytest.mark.model
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no words"),
        ("“” … “”".encode(), "holds no words"),
        (b"\x00\x01\xff" * 100, "binary"),
        ("Caf\xe9 said no.".encode("latin-1"), "not UTF-8"),
        (b"\x00" * 500, "no words"),
        (
            ("Der Minister sagte, das Land werde nicht verhandeln, solange geschossen wird. " * 6).encode(),
            "language",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, message: str
) -> None:
    assert run(monkeypatch, "analyze", "-", stdin=data) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.model
def test_an_html_page_gives_its_text_and_offsets_into_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "analyze", "datasets/samples/harbour.html", "--json") == 0
    result = json.loads(capsys.readouterr().out)
    assert "Subscribe" not in result["text"]
    assert result["statements"]
    for statement in result["statements"]:
        assert " ".join(result["text"][a:b] for a, b in statement["spans"]) == statement["content"]


@pytest.mark.model
def test_classify_reads_and_writes_json_lines_in_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, analyzer: Analyzer
) -> None:
    rows: list[dict[str, object]] = [
        {
            "id": "b",
            "text": "to host the talks",
            "context": "Norlund offered to host the talks.",
            "cue": "offered",
            "speaker": "Norlund",
        },
        {"id": 7, "text": "The ferry leaves at six."},
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert (
        run(monkeypatch, "classify", "--input", str(source), "--output", str(target), "--profile", "fast")
        == 0
    )
    found = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["id"] for row in found] == ["b", "7"]
    expected = analyzer.classify(
        [TextStatement.model_validate({**row, "id": str(row["id"])}) for row in rows]
    )
    assert found == [row.model_dump() for row in expected]
    assert set(found[0]) == {"id", "stances", "primary", "scores", "confidence", "abstained"}


@pytest.mark.model
@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', '{"text": ""}', '{"text": 7}'])
def test_a_malformed_line_is_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "No."}\n' + line + "\n")
    assert run(monkeypatch, "classify", "--input", str(source), "--output", str(target)) == 2
    assert "in.jsonl:2" in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.parametrize(
    "arguments", [("classify",), ("classify", "a", "--input", "b"), ("analyze",), ("fly",)]
)
def test_wrong_usage_ends_with_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert "Usage" in capsys.readouterr().err


def test_an_unknown_profile_names_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "classify", "a", "--profile", "huge") == 2
    assert "expected one of" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["analyze", "classify", "serve", "train", "evaluate", "bench", "data"])
def test_every_command_has_help(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run(monkeypatch, command, "--help") == 0
    assert "Usage" in capsys.readouterr().out
