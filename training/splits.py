"""Which dispute belongs to which split. By dispute, never by article: no party or person is shared."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from models.errors import CorpusError
from training.corpus import DATASETS, GoldArticle, SingleStatement

__all__ = ["SPLITS", "Split", "Splits", "load_splits"]

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
STATEMENT_SHARE = 8  # per cent of the single statements' groups that go to dev, and as many to test


class Splits:
    """The split of each article and single statement."""

    def __init__(self, disputes: dict[str, Split]) -> None:
        self._disputes = disputes

    def of_dispute(self, dispute: str) -> Split:
        """What is not named for dev or test is for training."""
        return self._disputes.get(dispute, "train")

    def articles(self, articles: Sequence[GoldArticle], split: Split) -> list[GoldArticle]:
        return [article for article in articles if self.of_dispute(article.dispute) == split]

    def statements(self, statements: Sequence[SingleStatement], split: Split) -> list[SingleStatement]:
        """By a hash of the group, so that a contrast group stays together and new rows move no old one."""
        return [statement for statement in statements if _by_hash(statement.group) == split]


def _by_hash(group: str) -> Split:
    percent = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % 100
    return "test" if percent < STATEMENT_SHARE else "dev" if percent < 2 * STATEMENT_SHARE else "train"


def load_splits(path: Path = DATASETS / "splits.toml", articles: Sequence[GoldArticle] = ()) -> Splits:
    """Read the named disputes; with articles given, check that each named dispute has some.

    Raises:
        CorpusError: a dispute stands in two splits, or has no article.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CorpusError(f"{path}: cannot be read: {error}") from error
    named: dict[str, Split] = {}
    held_out: tuple[Split, ...] = ("dev", "test")
    for split in held_out:
        for dispute in table.get(split, []):
            if dispute in named:
                raise CorpusError(f"{path}: {dispute!r} is named twice")
            named[dispute] = split
    known = {article.dispute for article in articles}
    if known and (missing := sorted(set(named) - known)):
        raise CorpusError(f"{path}: no article for dispute {missing[0]!r}")
    return Splits(named)
