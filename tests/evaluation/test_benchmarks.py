from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.benchmarks import run_benchmarks
from models.errors import DetenteError
from models.pipeline import Analyzer

pytestmark = pytest.mark.model

# Prints what it was given, so that the test sees the form in which predictions reach a benchmark.
ECHO = """
import json, sys
rows = [json.loads(line) for line in open(sys.argv[2])]
print(json.dumps({"first": rows[0], "items": len(rows), "options": sys.argv[3:]}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = {
        "stances/real_statements.jsonl": {"id": "a", "text": "We will not talk."},
        "quotes/polnear_dev.jsonl": {"id": "b", "text": "“We will not talk,” said Ana Kolt."},
    }
    for name, row in rows.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(json.dumps(row) + "\n", "utf-8")
        (path.parent / "score.py").write_text(ECHO)
    return tmp_path


def test_predictions_reach_each_score_py_in_its_form(folder: Path, analyzer: Analyzer) -> None:
    found = run_benchmarks(analyzer, folder)
    assert set(found["stances"]["first"]) >= {"id", "stances", "primary", "scores"}
    quote = found["quotes_all"]["first"]["quotes"][0]
    assert (quote["start"], quote["type"], quote["speaker"]) == (1, "direct", "Ana Kolt")
    assert "--cues" in found["quotes_stated"]["options"]


def test_a_named_folder_must_be_there(tmp_path: Path, analyzer: Analyzer) -> None:
    with pytest.raises(DetenteError, match="no such folder"):
        run_benchmarks(analyzer, tmp_path / "none")


def test_a_score_py_that_fails_is_named(folder: Path, analyzer: Analyzer) -> None:
    (folder / "stances" / "score.py").write_text("raise SystemExit('broken')")
    with pytest.raises(DetenteError, match=r"score\.py failed: broken"):
        run_benchmarks(analyzer, folder)
