"""Outside benchmarks: real text with labels, scored by the score.py that lies beside each.

Their texts are not part of the project: nothing is trained, tuned or selected on them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.errors import DetenteError
from models.pipeline import Analyzer
from models.schema import AnalyzedArticle, Article, TextStatement

__all__ = ["DEFAULT_FOLDER", "run_benchmarks"]

DEFAULT_FOLDER = Path(__file__).parent.parent.parent / "shared" / "benchmarks"


def run_benchmarks(analyzer: Analyzer, folder: Path | None = None) -> dict[str, Any]:
    """Scores of each benchmark; empty where the default folder is not there.

    Raises:
        DetenteError: a folder was named and is not there, or a score.py failed.
    """
    if folder is not None and not folder.is_dir():
        raise DetenteError(f"{folder}: no such folder of benchmarks")
    folder = folder or DEFAULT_FOLDER
    found: dict[str, Any] = {}
    if (folder / "stances").is_dir():
        found["stances"] = _stances(analyzer, folder / "stances")
    if (folder / "quotes").is_dir():
        found.update(_quotes(analyzer, folder / "quotes"))
    return found


def _stances(analyzer: Analyzer, folder: Path) -> Any:  # noqa: ANN401 - what score.py prints
    gold = folder / "real_statements.jsonl"
    rows = [TextStatement(id=row["id"], text=row["text"], context=row.get("context")) for row in _read(gold)]
    results = analyzer.classify(rows)
    return _score(folder / "score.py", gold, (result.model_dump() for result in results))


def _quotes(analyzer: Analyzer, folder: Path) -> dict[str, Any]:
    gold = folder / "polnear_dev.jsonl"
    rows = _read(gold)
    results = analyzer.analyze([Article(id=row["id"], text=row["text"], language="en") for row in rows])
    predicted = [_as_quotes(row["text"], result) for row, result in zip(rows, results, strict=True)]
    return {
        "quotes_stated": _score(
            folder / "score.py", gold, predicted, "--cues", str(folder / "cues_reporting.txt")
        ),
        "quotes_all": _score(folder / "score.py", gold, predicted),
    }


def _as_quotes(text: str, result: AnalyzedArticle) -> dict[str, Any]:
    quotes = [
        {
            "start": start,
            "end": end,
            "type": statement.type,
            "speaker": statement.speaker and statement.speaker.name,
            "speaker_start": statement.speaker and statement.speaker.start,
            "speaker_end": statement.speaker and statement.speaker.end,
        }
        for statement in result.statements
        for start, end in statement.spans
    ]
    return {"id": result.id, "text": text, "quotes": quotes}


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _score(program: Path, gold: Path, predicted: Iterable[dict[str, Any]], *options: str) -> Any:  # noqa: ANN401
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in predicted)
        file.flush()
        command = [sys.executable, str(program), str(gold), file.name, *options, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DetenteError(f"{program} failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)
