"""Which split an article or a single statement belongs to.

Articles go by dispute, never one by one. Single statements go by a hash of their contrast group; one that
shares a name with a text of another split is for training: no name of a held-out one occurs elsewhere.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

from models.errors import CorpusError
from training.corpus import DATASETS, GoldArticle, SingleStatement

__all__ = ["SPLITS", "Split", "Splits", "load_splits"]

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
STATEMENT_SHARE = 14  # per cent of the single statements' groups that are meant for dev, and as many for test
COMMON = 40  # texts; a capitalised word in more of them is no invented name (Monday, Minister, Geneva)
_CAPITALISED = re.compile(r"(?<![.!?:“”\"‘’'—–] )(?<!^)\b[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*[a-zà-ÿ]\b", re.MULTILINE)


class Splits:
    """The split of each article and single statement."""

    def __init__(self, disputes: Mapping[str, Split]) -> None:
        self._disputes = disputes

    def of_dispute(self, dispute: str) -> Split:
        """What is not named for dev or test is for training."""
        return self._disputes.get(dispute, "train")

    def articles(self, articles: Sequence[GoldArticle]) -> dict[Split, list[GoldArticle]]:
        """The articles of each split."""
        parts: dict[Split, list[GoldArticle]] = {split: [] for split in SPLITS}
        for article in articles:
            parts[self.of_dispute(article.dispute)].append(article)
        return parts

    def statements(
        self, statements: Sequence[SingleStatement], articles: Sequence[GoldArticle] = ()
    ) -> dict[Split, list[SingleStatement]]:
        """The single statements of each split; a held-out one that shares a name is moved to training."""
        place = {statement.group: _by_hash(statement.group) for statement in statements}
        texts = [(statement.group, f"{statement.context} {statement.text}") for statement in statements]
        fixed = [(self.of_dispute(article.dispute), article.text) for article in articles]
        _close(place, _names_of_groups(texts), _names_of_splits(fixed), _common(t for _, t in texts + fixed))
        parts: dict[Split, list[SingleStatement]] = {split: [] for split in SPLITS}
        for statement in statements:
            parts[place[statement.group]].append(statement)
        return parts


def _by_hash(group: str) -> Split:
    percent = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % 100
    return "test" if percent < STATEMENT_SHARE else "dev" if percent < 2 * STATEMENT_SHARE else "train"


def _names(text: str) -> set[str]:
    """Capitalised words inside sentences, a possessive ending aside."""
    return {re.sub(r"[’']s$", "", word) for word in _CAPITALISED.findall(text)}


def _common(texts: Iterable[str]) -> set[str]:
    counts = Counter(name for text in texts for name in _names(text))
    return {name for name, count in counts.items() if count > COMMON}


def _names_of_groups(texts: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group, text in texts:
        found[group] |= _names(text)
    return found


def _names_of_splits(texts: Iterable[tuple[Split, str]]) -> dict[Split, set[str]]:
    found: dict[Split, set[str]] = {split: set() for split in SPLITS}
    for split, text in texts:
        found[split] |= _names(text)
    return found


def _close(
    place: dict[str, Split], groups: Mapping[str, set[str]], fixed: Mapping[Split, set[str]], common: set[str]
) -> None:
    """Move groups to training until no name of a held-out one occurs in another split."""
    moved = True
    while moved:
        used = {split: set(names) for split, names in fixed.items()}
        for group, names in groups.items():
            used[place[group]] |= names
        moved = False
        for group, names in groups.items():
            elsewhere = set().union(*(used[split] for split in SPLITS if split != place[group]))
            if place[group] != "train" and (names - common) & elsewhere:
                place[group] = "train"
                used["train"] |= names
                moved = True


def load_splits(path: Path = DATASETS / "splits.toml", articles: Sequence[GoldArticle] = ()) -> Splits:
    """Read the named disputes; with articles given, check that each named dispute has some.

    Raises:
        CorpusError: a dispute stands in two splits, or has no article.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
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
