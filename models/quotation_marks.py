"""Deterministic spans inside quotation marks: nested, over several paragraphs, of every style.

An opening mark without its closing one runs to the end of its paragraph; where the next paragraph
opens with the same mark, the quotation goes on there (the convention of English typesetting: each
paragraph opens, only the last one closes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.segmentation import paragraphs

__all__ = ["MARKS", "Quotation", "find_quotations"]

# opening mark -> the marks that close it
DOUBLE = {"“": '”"', "„": '“”"', "‟": "”", "«": "»", "»": "«", "″": "″", '"': '"”'}
SINGLE = {"‘": "’", "‚": "‘’", "‹": "›", "›": "‹", "'": "'’", "`": "'’`"}
MARKS = frozenset("".join(DOUBLE) + "".join(DOUBLE.values()) + "".join(SINGLE) + "".join(SINGLE.values()))
_WORD = re.compile(r"\w")
_SINGLE_OPENING = re.compile(r"(?<![\w’'])[‘'‚](?=\w[^\n]{8})")
_DOUBLE_OPENING = re.compile(r'[“„«"]')


@dataclass(frozen=True, slots=True)
class Quotation:
    """The text inside one pair of marks, marks excluded.

    `group` is shared by the paragraphs of one quotation; `closed` is false where no mark closes it
    in its paragraph.
    """

    start: int
    end: int
    group: int
    closed: bool = True


def find_quotations(text: str) -> list[Quotation]:
    """Outermost quotations in order of their start; marks inside them are part of their text."""
    marks = DOUBLE | SINGLE if _uses_single_marks(text) else DOUBLE
    found: list[Quotation] = []
    for start, end in paragraphs(text):
        before = found[-1] if found else None
        inside = [replace(q, group=len(found) + i) for i, q in enumerate(_scan(text, start, end, marks))]
        if inside and before and _goes_on(text, before, inside[0], start):
            inside[0] = replace(inside[0], group=before.group)
        found.extend(inside)
    return found


def _uses_single_marks(text: str) -> bool:
    """British style: single marks are the outer ones, double marks stand inside them."""
    if _SINGLE_OPENING.search(text) is None:
        return False
    outside_double = _without(text, DOUBLE)
    outside_single = _without(text, SINGLE)
    return len(_SINGLE_OPENING.findall(outside_double)) > len(_DOUBLE_OPENING.findall(outside_single))


def _without(text: str, marks: dict[str, str]) -> str:
    """The text less its quotations in one kind of marks."""
    kept, position = [], 0
    for start, end in paragraphs(text):
        for quotation in _scan(text, start, end, marks):
            kept.append(text[position : quotation.start - 1])
            position = quotation.end + quotation.closed
    return "".join([*kept, text[position:]])


def _goes_on(text: str, before: Quotation, first: Quotation, paragraph: int) -> bool:
    """Whether `first` opens a paragraph with the mark that an unclosed quotation opened with."""
    opens = not _WORD.search(text, paragraph, first.start)
    between = _WORD.search(text, before.end, paragraph)
    return opens and not before.closed and not between and text[first.start - 1] == text[before.start - 1]


def _scan(text: str, start: int, end: int, marks: dict[str, str]) -> Iterator[Quotation]:
    position = start
    while position < end:
        mark = text[position]
        if mark in marks and _can_open(text, position, start, end):
            close = _closing(text, position, end, marks)
            inside_end = end if close is None else close
            if _WORD.search(text, position + 1, inside_end):
                yield _trimmed(text, position + 1, inside_end, closed=close is not None)
            position = inside_end
        position += 1


def _trimmed(text: str, start: int, end: int, *, closed: bool) -> Quotation:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Quotation(start, end, 0, closed)


def _can_open(text: str, position: int, start: int, end: int) -> bool:
    """An opening mark has no word character on its left and something on its right."""
    mark = text[position]
    left = text[position - 1] if position > start else " "
    right = text[position + 1] if position + 1 < end else " "
    if mark in "“„‟‚‘‹":
        return not (left.isalnum() and mark == "‘") and right != " "
    if mark == "«":  # French sets a space inside
        return True
    if mark in "»›":  # opens only in the German and Danish style »…«
        return not left.isalnum() and left not in ".,!?…" and not right.isspace()
    if mark in "'`":
        return not left.isalnum() and left not in "’'.,!?" and (right.isalpha() or right in '[(…“"')
    return not left.isalnum() and not right.isspace()


def _closing(text: str, opening: int, end: int, marks: dict[str, str]) -> int | None:
    """Position of the mark that closes the one at `opening`, with pairs of the other kind skipped."""
    mark = text[opening]
    closers = marks[mark]
    depth = 0
    for position in range(opening + 1, end):
        char = text[position]
        if char == mark and char not in closers:
            depth += 1
        elif char in closers and _can_close(text, position, end):
            if mark in SINGLE and char in "'’" and _is_plural_apostrophe(text, position, end):
                continue
            if depth == 0:
                return position
            depth -= 1
    return None


def _can_close(text: str, position: int, end: int) -> bool:
    right = text[position + 1] if position + 1 < end else " "
    left = text[position - 1]
    if text[position] in "'’`‘":
        return not right.isalnum() and not left.isspace()
    if text[position] == '"':
        return not (left.isspace() and right.isalnum())
    return True


APOSTROPHE_REACH = 300  # characters in which a better closing mark is looked for


def _is_plural_apostrophe(text: str, position: int, end: int) -> bool:
    """“the workers’ rights”: after an s, before a small letter, with a better closing mark to come."""
    if text[position - 1] not in "sSz" or not re.match(r" [a-z]", text[position + 1 : position + 3]):
        return False
    end = min(end, position + APOSTROPHE_REACH)
    later = re.compile(r"[,.?!…]['’](?!\w)|['’](?=[\s,.;:)]|$)").search(text, position + 1, end)
    opened = re.compile(r"(?<!\w)[‘']\w").search(text, position + 1, end)
    return later is not None and (opened is None or later.start() < opened.start())
