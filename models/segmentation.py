"""Paragraphs and sentences of a text, by rule."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

__all__ = ["paragraphs", "sentence_starts", "unit_at"]

_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_BLANK_LINE = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+|\u2029+")
_SENTENCE_END = re.compile(r"[.!?…][”’\"'»“)\]]*\s+(?=[“‘„«\"'(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Capt|Maj|Sgt|Cmdr|Adm|Rev|Sen|Rep|Gov|St|Jr|Sr|Hon|Messrs|No|vs|cf"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Co|Inc|Ltd|Corp|Mt|Ft|Amb|Pres)|\b[A-Z])\.$"
)
WRAPPED_LINE_MAX = 100  # characters; a longer line was not wrapped by hand or by a terminal


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Start and end of each paragraph that holds a word or number.

    A line is a paragraph, unless the text is hard-wrapped: then blank lines part the paragraphs.
    """
    blocks = _blocks(text) if _is_hard_wrapped(text) else [match.span() for match in _LINE.finditer(text)]
    return [(start, end) for start, end in blocks if any(map(str.isalnum, text[start:end]))]


def _blocks(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(edge for match in _BLANK_LINE.finditer(text) for edge in match.span()), len(text)]
    return [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if start < end]


def _is_hard_wrapped(text: str) -> bool:
    """Most lines that another line follows directly are short and stop inside a sentence."""
    blocks = [text[start:end].splitlines() for start, end in _blocks(text)]
    inner = [line for lines in blocks for line in lines[:-1]]
    if len(inner) < 3 or max(map(len, inner)) > WRAPPED_LINE_MAX:
        return False
    unfinished = sum(not re.search(r"[.!?:…][”’\"'»)]*\s*$", line) for line in inner)
    return unfinished > 0.6 * len(inner)


def sentence_starts(text: str, start: int, end: int) -> list[int]:
    """Offsets at which the sentences of text[start:end] begin; the first is `start`."""
    ends = _SENTENCE_END.finditer(text, start, end)
    return [start, *(match.end() for match in ends if not _is_abbreviated(text, start, match.start()))]


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether the full stop at `stop` belongs to a shortened word."""
    return _ABBREVIATION.search(text[max(start, stop - 6) : stop + 1]) is not None


def unit_at(starts: Sequence[int], offset: int) -> int:
    """Index of the unit (sentence, paragraph) that holds `offset`, given where the units start."""
    return max(0, bisect_right(starts, offset) - 1)
