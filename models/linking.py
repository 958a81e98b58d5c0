"""Which cue and which source belong to a content: the nearest, with distance counted in structure.

The cost of a link is the number of words between the two, plus a charge for each sentence border and for
each other content in between. Words inside other content do not count.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from models.segmentation import sentence_starts

__all__ = ["Placed", "link"]

Range = tuple[int, int]

# In words. Swept on the development split.
SENTENCE_COST = 8
CONTENT_COST = 6
FARTHEST = 45
REACH = 600  # characters beyond which nothing is linked; bounds the work on a long line
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
    """The cue and the source of each content, where its paragraph has them; all are in order."""
    return _Linker(text, contents).link(cues, sources)


class _Linker:
    """Counts words and borders between places of one text."""

    def __init__(self, text: str, contents: Sequence[Placed]) -> None:
        self._contents = contents
        self._starts = [content.start for content in contents]
        self._words = [match.start() for match in _WORD.finditer(text)]
        self._sentences = sentence_starts(text, 0, len(text))

    def link(
        self, cues: Sequence[Placed], sources: Sequence[Placed]
    ) -> list[tuple[Range | None, Range | None]]:
        cue_starts, source_starts = ([placed.start for placed in items] for items in (cues, sources))
        found = []
        for content in self._contents:
            cue = self._nearest([content], _around(content, cues, cue_starts))
            anchors = [content] if cue is None else [cue, content]
            source = self._nearest(anchors, _around(content, sources, source_starts))
            found.append((_range(cue), _range(source)))
        return found

    def _nearest(self, anchors: Sequence[Placed], candidates: Sequence[Placed]) -> Placed | None:
        """The candidate with the lowest cost; from the second anchor it counts two words more."""
        best: tuple[float, Placed] | None = None
        for candidate in candidates:
            cost = min(self._cost(anchor, candidate) + 2.0 * rank for rank, anchor in enumerate(anchors))
            if cost <= FARTHEST and (best is None or cost < best[0]):
                best = (cost, candidate)
        return best and best[1]

    def _cost(self, one: Placed, other: Placed) -> float:
        start, end = (one.end, other.start) if one.end <= other.start else (other.end, one.start)
        if start >= end:
            return 0.0
        cost, position = 0.0, start
        for content in self._contents[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            cost += CONTENT_COST + _count(self._words, position, content.start)
            position = max(position, content.end)
        cost += _count(self._words, position, end)
        return cost + SENTENCE_COST * (
            bisect_right(self._sentences, end) - bisect_right(self._sentences, start)
        )


def _around(content: Placed, items: Sequence[Placed], starts: Sequence[int]) -> list[Placed]:
    """The items of the content's paragraph within reach."""
    first = bisect_left(starts, content.start - REACH)
    last = bisect_right(starts, content.end + REACH)
    return [item for item in items[first:last] if item.paragraph == content.paragraph]


def _count(starts: Sequence[int], first: int, last: int) -> int:
    """How many of the sorted offsets lie in [first, last)."""
    return max(0, bisect_left(starts, last) - bisect_left(starts, first))


def _range(placed: Placed | None) -> Range | None:
    return None if placed is None else (placed.start, placed.end)
