from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.agreement import LabelPair, agreement, as_text, label_agreement
from models.errors import CorpusError
from models.taxonomy import load_taxonomy


def pair(one: str, two: str) -> LabelPair:
    return LabelPair("a", tuple(one.split()), tuple(two.split()))


def test_alpha_against_a_value_worked_by_hand() -> None:
    """Values: demand 5, other 3. Observed disagreement 2 / 8, expected 2 · 5 · 3 / (8 · 7)."""
    pairs = [pair("demand", "demand")] * 2 + [pair("none", "none"), pair("demand", "none")]
    found = label_agreement(pairs, load_taxonomy())
    assert found["stances"]["demand"] == {"alpha": pytest.approx(1 - (2 / 8) / (30 / 56)), "support": 2.5}
    assert found["alpha_primary"] == pytest.approx(1 - (2 / 8) / (30 / 56))
    assert found["stances"]["rejection"] == {"alpha": 1.0, "support": 0.0}


def test_sets_that_share_a_label_disagree_less() -> None:
    near = label_agreement([pair("demand accusation", "demand"), pair("none", "none")], load_taxonomy())
    far = label_agreement([pair("rejection", "demand"), pair("none", "none")], load_taxonomy())
    assert far["alpha_sets"] < near["alpha_sets"] < 1


@pytest.fixture
def passes(tmp_path: Path, article_file: Path) -> Path:
    text = article_file.read_text("utf-8")
    for name in ("one", "two"):
        path = tmp_path / "passes" / name / "kesra-dam" / "01.xml"
        path.parent.mkdir(parents=True)
        path.write_text(text if name == "one" else text.replace('ana="none"', 'ana="demand"'), "utf-8")
    row = {"id": "a", "one": ["none"], "two": ["none"]}
    (tmp_path / "passes" / "statements.jsonl").write_text(json.dumps(row) + "\n")
    return tmp_path / "passes"


def test_two_passes_over_one_article(passes: Path) -> None:
    figures = agreement(passes)
    assert figures["articles"]["span_f1_exact"] == 1.0
    assert figures["articles"]["statements"] == 2
    assert figures["articles"]["stances"]["rejection"]["alpha"] == 1.0
    assert figures["articles"]["stances"]["demand"]["alpha"] < 0.67
    assert "demand" in as_text(figures)


def test_a_changed_text_is_refused(passes: Path) -> None:
    path = passes / "two" / "kesra-dam" / "01.xml"
    path.write_text(path.read_text("utf-8").replace("the dam was", "the dams were"), "utf-8")
    with pytest.raises(CorpusError, match="text differs"):
        agreement(passes)


def test_a_missing_article_is_refused(passes: Path) -> None:
    (passes / "two" / "kesra-dam" / "01.xml").unlink()
    with pytest.raises(CorpusError, match="same articles"):
        agreement(passes)
