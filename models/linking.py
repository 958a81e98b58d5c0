"""Which cue and which source belong to a content: the nearest, with distance counted in structure.

The cost of a link is the number of words between the two, plus a charge for each sentence border and for
each other content in between. Words inside other content do not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from models.segmentation import sentence_starts

__all__ = ["Placed", "link"]

Range = tuple[int, int]

# In words. Swept on the development split.
SENTENCE_COST = 8
CONTENT_COST = 6
FARTHEST = 45
_WORD = re.compile(r"\w+")


class Placed(Protocol):
    """Anything with a place in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def paragraph(self) -> int: ...


def link(
    text: str, contents: Sequence[Placed], cues: Sequence[Placed], sources: Sequence[Placed]
) -> list[tuple[Range | None, Range | None]]:
    """The cue and the source of each content, where its paragraph has them."""
    return [_attribution(text, content, contents, cues, sources) for content in contents]


def _attribution(
    text: str,
    content: Placed,
    contents: Sequence[Placed],
    cues: Sequence[Placed],
    sources: Sequence[Placed],
) -> tuple[Range | None, Range | None]:
    others = [other for other in contents if other is not content and other.paragraph == content.paragraph]
    cue = _nearest(text, [content], cues, others)
    source = _nearest(text, [content] if cue is None else [cue, content], sources, others)
    return _range(cue), _range(source)


def _range(placed: Placed | None) -> Range | None:
    return None if placed is None else (placed.start, placed.end)


def _nearest(
    text: str, anchors: Sequence[Placed], candidates: Sequence[Placed], others: Sequence[Placed]
) -> Placed | None:
    """The candidate with the lowest cost from its nearest anchor; the first anchor counts a half less."""
    best: tuple[float, Placed] | None = None
    for candidate in candidates:
        if candidate.paragraph != anchors[0].paragraph:
            continue
        cost = min(_cost(text, anchor, candidate, others) + 2.0 * rank for rank, anchor in enumerate(anchors))
        if cost <= FARTHEST and (best is None or cost < best[0]):
            best = (cost, candidate)
    return best and best[1]


def _cost(text: str, one: Placed, other: Placed, between: Sequence[Placed]) -> float:
    start, end = (one.end, other.start) if one.end <= other.start else (other.end, one.start)
    if start >= end:
        return 0.0
    cost, position = 0.0, start
    for content in between:
        if content.start < end and content.end > start:
            cost += CONTENT_COST + _words(text, position, min(content.start, end))
            position = max(position, content.end)
    cost += _words(text, position, end)
    return cost + SENTENCE_COST * (len(sentence_starts(text, start, end)) - 1 + _opens_sentence(text, end))


def _words(text: str, start: int, end: int) -> int:
    return len(_WORD.findall(text, start, max(start, end)))


def _opens_sentence(text: str, end: int) -> int:
    """1 where the later of the two stands at the start of a sentence, which the gap's own text hides."""
    return int(bool(re.search(r"[.!?][”’\"'»]*\s+[“‘„«\"']?$", text[max(0, end - 8) : end])))
