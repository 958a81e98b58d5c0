from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import CorpusError
from training.corpus import SingleStatement
from training.splits import SPLITS, Splits, load_splits

STATEMENT = SingleStatement("a", "No", "", "", "", ("none",), "group-1", "")


def test_what_is_not_named_is_for_training() -> None:
    splits = Splits({"dam": "test"})
    assert [splits.of_dispute(name) for name in ("dam", "border")] == ["test", "train"]


def test_a_contrast_group_stays_in_one_split() -> None:
    rows = [replace(STATEMENT, id=f"a{n}", group=f"group-{n // 4}") for n in range(400)]
    splits = Splits({})
    where = {split: {row.group for row in splits.statements(rows, split)} for split in SPLITS}
    assert sum(len(groups) for groups in where.values()) == 100
    assert where["dev"]
    assert where["test"]


@pytest.mark.parametrize(
    ("text", "message"),
    [('dev = ["a"]\ntest = ["a"]', "named twice"), ("dev = [", "cannot be read")],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "splits.toml"
    path.write_text(text)
    with pytest.raises(CorpusError, match=message):
        load_splits(path)
