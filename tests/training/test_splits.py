from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import CorpusError
from models.taxonomy import load_taxonomy
from training.corpus import SingleStatement, load_article
from training.splits import SPLITS, Splits, load_splits

STATEMENT = SingleStatement("a", "No", "", "", "", ("none",), "group-1", "")


def test_what_is_not_named_is_for_training() -> None:
    splits = Splits({"dam": "test"})
    assert [splits.of_dispute(name) for name in ("dam", "border")] == ["test", "train"]


def test_a_contrast_group_stays_in_one_split() -> None:
    rows = [replace(STATEMENT, id=f"a{n}", group=f"group-{n // 4}") for n in range(400)]
    parts = Splits({}).statements(rows)
    where = {split: {row.group for row in parts[split]} for split in SPLITS}
    assert sum(len(groups) for groups in where.values()) == 100
    assert where["dev"]
    assert where["test"]


def test_a_held_out_statement_that_shares_a_name_goes_to_training() -> None:
    rows = [replace(STATEMENT, id=str(n), group=str(n), text=f"we met Kolt{n} there") for n in range(100)]
    apart = Splits({}).statements(rows)
    assert apart["dev"]
    shared = [replace(row, text="we met Kolt there") for row in rows]
    assert Splits({}).statements(shared[:30])["train"] == shared[:30]


def test_a_name_of_a_held_out_article_binds_its_split(article_file: Path) -> None:
    article = load_article(article_file, load_taxonomy())
    rows = [replace(STATEMENT, id=str(n), group=str(n), text="then Aldan spoke") for n in range(30)]
    parts = Splits({article.dispute: "test"}).statements(rows, [article])
    assert not parts["dev"]


@pytest.mark.parametrize(
    ("text", "message"),
    [('dev = ["a"]\ntest = ["a"]', "named twice"), ("dev = [", "cannot be read")],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "splits.toml"
    path.write_text(text)
    with pytest.raises(CorpusError, match=message):
        load_splits(path)
