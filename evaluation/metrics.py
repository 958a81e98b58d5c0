"""Scores of stances and of extraction, with hand-checkable definitions.

Stance scores are multi-label: each stance is a yes/no question of its own, the exclusive one included.
Spans match exactly, or by a Jaccard overlap of their characters of at least `OVERLAP`, one to one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.names import ORGANISATIONS

__all__ = [
    "Counts",
    "GoldQuote",
    "PredictedQuote",
    "calibration_error",
    "match",
    "score_quotes",
    "score_stances",
    "trim",
]

Range = tuple[int, int]

OVERLAP = 0.8
TYPES = ("direct", "indirect", "mixed")
_TRIM = frozenset(" \t\r\n\xa0\"“”„‟«»'‘’`,.;:—–-―()[]…")
_TITLES = frozenset(
    ["the", "a", "an", "mr", "mrs", "ms", "dr", "sen", "rep", "gov", "president", "'s", "’s", "s"]
)


@dataclass(slots=True)
class Counts:
    """True positives, and how many were predicted and wanted."""

    hits: int = 0
    predicted: int = 0
    wanted: int = 0

    @property
    def precision(self) -> float:
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.hits / (self.predicted + self.wanted) if self.hits else 0.0

    def as_dict(self) -> dict[str, float]:
        """For JSON; `support` is the number wanted."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "support": self.wanted}


def score_stances(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]], names: Sequence[str]
) -> dict[str, Any]:
    """Macro-F1 (over stances with support), micro-F1, primary accuracy, each stance; primaries come first."""
    per = {name: Counts() for name in names}
    for want, got in zip(gold, predicted, strict=True):
        for name in names:
            per[name].wanted += name in want
            per[name].predicted += name in got
            per[name].hits += name in want and name in got
    supported = [counts.f1 for counts in per.values() if counts.wanted]
    total = Counts(*(sum(getattr(c, key) for c in per.values()) for key in ("hits", "predicted", "wanted")))
    return {
        "items": len(gold),
        "macro_f1": sum(supported) / len(supported) if supported else 0.0,
        "micro_f1": total.f1,
        "primary": sum(w[0] == g[0] for w, g in zip(gold, predicted, strict=True)) / len(gold)
        if gold
        else 0.0,
        "stances": {name: counts.as_dict() for name, counts in per.items()},
    }


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error with bins of equal mass (Naeini et al. 2015; Nguyen & O'Connor 2015)."""
    order = np.argsort(confidence, kind="stable")
    values: npt.NDArray[np.float64] = np.asarray(confidence, np.float64)[order]
    hits: npt.NDArray[np.float64] = np.asarray(right, np.float64)[order]
    parts = [np.array_split(array, bins) for array in (values, hits)]
    return float(sum(abs((v - h).sum()) for v, h in zip(*parts, strict=True)) / max(1, len(values)))


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A wanted content span with who said it; `mention` is None where no words in the text name them."""

    start: int
    end: int
    type: str
    who: str
    mention: Range | None = None


@dataclass(frozen=True, slots=True)
class PredictedQuote:
    """A found content span; `type` and `who` as the extractor gives them."""

    start: int
    end: int
    type: str
    who: str | None
    mention: Range | None = None


@dataclass(slots=True)
class _Tally:
    exact: dict[str, Counts] = field(default_factory=lambda: {t: Counts() for t in ("all", *TYPES)})
    overlap: dict[str, Counts] = field(default_factory=lambda: {t: Counts() for t in ("all", *TYPES)})
    end_to_end: Counts = field(default_factory=Counts)
    speakers: Counter[str] = field(default_factory=Counter)


def score_quotes(
    documents: Sequence[tuple[str, Sequence[GoldQuote], Sequence[PredictedQuote]]],
) -> dict[str, Any]:
    """Extraction scores over (text, gold, predicted) of each document.

    `end_to_end` counts a span as found when it overlaps and its speaker is right: the name is the gold name
    (or one holds the other), or the mention is the gold mention.
    """
    tally = _Tally()
    for text, gold, predicted in documents:
        wanted = [trim(text, quote.start, quote.end) for quote in gold]
        found = [trim(text, quote.start, quote.end) for quote in predicted]
        _count(tally.exact, gold, predicted, match(wanted, found, 1.0))
        pairs = match(wanted, found, OVERLAP)
        _count(tally.overlap, gold, predicted, pairs)
        _count_speakers(tally, [(gold[g], predicted[p]) for g, p in pairs], len(predicted), len(gold))
    asked = max(1, tally.speakers["pairs"])
    return {
        "exact": {name: counts.as_dict() for name, counts in tally.exact.items()},
        "overlap": {name: counts.as_dict() for name, counts in tally.overlap.items()},
        "speaker": {
            "pairs": tally.speakers["pairs"],
            "accuracy": tally.speakers["right"] / asked,
            "name": tally.speakers["name"] / asked,
        },
        "end_to_end": tally.end_to_end.as_dict(),
    }


def _count(
    per: dict[str, Counts],
    wanted: Sequence[GoldQuote],
    found: Sequence[PredictedQuote],
    pairs: Sequence[tuple[int, int]],
) -> None:
    """A matched prediction counts for its gold's type, an unmatched one for its own."""
    types = {p: wanted[g].type for g, p in pairs}
    for name in types.values():
        per["all"].hits += 1
        per[name].hits += 1
    for quote in wanted:
        per["all"].wanted += 1
        per[quote.type].wanted += 1
    for p, predicted in enumerate(found):
        per["all"].predicted += 1
        per[types.get(p, predicted.type)].predicted += 1


def _count_speakers(
    tally: _Tally, pairs: Sequence[tuple[GoldQuote, PredictedQuote]], found: int, wanted: int
) -> None:
    for gold, predicted in pairs:
        by_name = same_name(gold.who, predicted.who)
        right = by_name or _overlap(gold.mention, predicted.mention)
        tally.speakers.update(pairs=1, right=right, name=by_name)
        tally.end_to_end.hits += right
    tally.end_to_end.predicted += found
    tally.end_to_end.wanted += wanted


def same_name(one: str | None, other: str | None) -> bool:
    """Equal without titles and articles, with the same last word, or one inside the other."""
    a, b = (
        [
            w
            for w in (text or "").lower().replace("’s", "").replace("'s", "").split()
            if w.strip(".,") not in _TITLES
        ]
        for text in (one, other)
    )
    if not a or not b:
        return False
    same_end = a[-1] == b[-1] and a[-1] not in ORGANISATIONS  # two ministries are not one
    return a == b or same_end or set(a) <= set(b) or set(b) <= set(a)


def _overlap(one: Range | None, other: Range | None) -> bool:
    return one is not None and other is not None and min(one[1], other[1]) > max(one[0], other[0])


def trim(text: str, start: int, end: int) -> Range:
    """Without white space, marks and stops at the edges, so that conventions of borders do not count."""
    while start < end and text[start] in _TRIM:
        start += 1
    while end > start and text[end - 1] in _TRIM:
        end -= 1
    return start, end


def match(wanted: Sequence[Range], found: Sequence[Range], least: float) -> list[tuple[int, int]]:
    """(wanted, found) pairs of spans, greedily by the Jaccard overlap of their characters, one to one."""
    candidates = sorted(
        (
            (overlap, -g, -p)
            for g, one in enumerate(wanted)
            for p, other in enumerate(found)
            if (overlap := _jaccard(one, other)) >= least
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, g, p in candidates:
        if -g not in pairs and -p not in taken:
            pairs[-g] = -p
            taken.add(-p)
    return sorted(pairs.items())


def _jaccard(one: Range, other: Range) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0])) if shared > 0 else 0.0
