"""From tagged spans and quotation marks to statements: content, type, cue and source.

The tagger knows what is attributed; the marks know exactly where a quotation begins and ends. A quotation
that the tagger calls content becomes a direct statement with the marks' borders; content that reaches
beyond a quotation is mixed; content without quotations is indirect.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from models.linking import link
from models.quotation_marks import MARKS, Quotation, find_quotations
from models.schema import StatementType
from models.segmentation import paragraphs, sentence_starts, unit_at
from models.tagging import TaggedSpan, Tagger

__all__ = ["Attribution", "Content", "QuoteExtractor", "join_content"]

# Swept on the development split: a quotation is content from this share of its characters on …
CONTENT_SHARE = 0.5
# … and even when the tagger saw less of it, if it is a sentence of this many words.
SENTENCE_WORDS = 5
# Characters between two statements that are still one turn of speech.
NEXT_PARAGRAPH = 120
_WORD = re.compile(r"\w+")
_DATELINE = re.compile(r"[A-Z][A-Z .,'’-]{2,40}(?:, [A-Z][\w., ]{2,20})?(?: \([^)\n]{2,20}\))? ?[—–-]+ ")
_CONJUNCTION = re.compile(r",? (?:and|but|while|adding|that)$")
_TRAILING = " \t\r\n\xa0.,;:"


@dataclass(frozen=True, slots=True)
class Content:
    """One contiguous stretch of content in one paragraph. `group` joins the paragraphs of a quotation."""

    start: int
    end: int
    type: StatementType
    paragraph: int
    confidence: float
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """A statement before its speaker has a name: content, cue and source spans in the text."""

    spans: tuple[tuple[int, int], ...]
    type: StatementType
    cue: tuple[int, int] | None = None
    source: tuple[int, int] | None = None
    confidence: float = field(default=0.0, compare=False)


class QuoteExtractor:
    """Finds the attributions of texts."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def extract(self, texts: Sequence[str]) -> list[list[Attribution]]:
        """Attributions of each text, in order of their start."""
        tagged = self._tagger.tag(texts)
        return [attributions(text, spans) for text, spans in zip(texts, tagged, strict=True)]

    @property
    def threads(self) -> int:
        """Inference threads."""
        return self._tagger.threads

    def warm_up(self) -> None:
        """Prepare every length that a window can have."""
        self._tagger.warm_up()


def attributions(text: str, tagged: Sequence[TaggedSpan]) -> list[Attribution]:
    """Join the tagger's spans with the quotation marks and link each content to its source."""
    contents = join_content(text, tagged)
    cues = [span for span in tagged if span.part == "cue"]
    sources = [span for span in tagged if span.part == "source"]
    found = [
        Attribution(((content.start, content.end),), content.type, cue, source, content.confidence)
        for content, (cue, source) in zip(contents, link(text, contents, cues, sources), strict=True)
    ]
    return _with_inherited_sources(text, _merged(text, found, contents))


def join_content(text: str, tagged: Sequence[TaggedSpan]) -> list[Content]:
    """Content stretches with the marks' borders, in order, never overlapping."""
    starts = [start for start, _ in paragraphs(text)]
    pieces = list(_joined_pieces(text, tagged))
    piece_starts = [piece.start for piece in pieces]
    taken: set[int] = set()
    found: list[Content] = []
    for quotation in find_quotations(text):
        paragraph = unit_at(starts, quotation.start)
        first = max(0, bisect_right(piece_starts, quotation.start) - 1)
        last = bisect_left(piece_starts, quotation.end)
        hits = [n for n in range(first, last) if quotation.start < pieces[n].end]
        if not _is_content(text, quotation, [pieces[n] for n in hits]):
            continue
        outside = [n for n in hits if _words_outside(text, pieces[n], quotation)]
        taken.update(hits)
        confidence = max((pieces[n].confidence for n in hits), default=0.5)
        start, end, kind = quotation.start, quotation.end, "direct"
        if outside:
            start = min(quotation.start - 1, *(pieces[n].start for n in outside))
            end = max(quotation.end + quotation.closed, *(pieces[n].end for n in outside))
            kind = "mixed"
        found.append(Content(start, end, kind, paragraph, confidence, quotation.group))  # type: ignore[arg-type]
    found.extend(
        Content(piece.start, piece.end, "indirect", piece.paragraph, piece.confidence)
        for n, piece in enumerate(pieces)
        if n not in taken and len(_WORD.findall(text, piece.start, piece.end)) > 1
    )
    return [_trimmed(text, content) for content in _without_overlap(found)]


def _joined_pieces(text: str, tagged: Sequence[TaggedSpan]) -> Iterator[TaggedSpan]:
    """Content spans, with those joined that one word or less parts inside a sentence."""
    last: TaggedSpan | None = None
    for span in tagged:
        if span.part != "content":
            if last is not None:
                yield last
                last = None
            continue
        if (
            last is not None
            and last.paragraph == span.paragraph
            and _is_small_gap(text[last.end : span.start])
        ):
            last = replace(last, end=span.end, confidence=min(last.confidence, span.confidence))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _is_small_gap(gap: str) -> bool:
    return len(_WORD.findall(gap)) <= 1 and not re.search(r"[.!?;:]", gap) and not MARKS.intersection(gap)


def _is_content(text: str, quotation: Quotation, hits: Sequence[TaggedSpan]) -> bool:
    """Whether somebody says the quotation, or it is a title or a scare quote."""
    length = quotation.end - quotation.start
    covered = sum(min(hit.end, quotation.end) - max(hit.start, quotation.start) for hit in hits)
    if covered >= CONTENT_SHARE * length:
        return True
    words = len(_WORD.findall(text, quotation.start, quotation.end))
    is_sentence = text[quotation.end - 1] in ".,!?…" or not quotation.closed
    return words >= SENTENCE_WORDS and (is_sentence or covered > 0)


def _words_outside(text: str, piece: TaggedSpan, quotation: Quotation) -> bool:
    """Whether the piece holds a word beyond the quotation's marks."""
    before = text[piece.start : max(piece.start, quotation.start)]
    after = text[min(piece.end, quotation.end) : piece.end]
    return bool(_WORD.search(before) or _WORD.search(after))


def _without_overlap(contents: Iterable[Content]) -> list[Content]:
    """In order of their start; what overlaps its predecessor is joined to it as mixed content."""
    result: list[Content] = []
    for content in sorted(contents, key=lambda c: (c.start, -c.end)):
        if result and content.start < result[-1].end:
            last = result[-1]
            result[-1] = replace(last, end=max(last.end, content.end), type="mixed")
        else:
            result.append(content)
    return result


def _trimmed(text: str, content: Content) -> Content:
    """Without white space and dateline before it, and without the comma, stop or conjunction after it."""
    start, end = content.start, content.end
    if content.type != "direct" and (dateline := _DATELINE.match(text, start, end)):
        start = dateline.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start + 1 and text[end - 1] in _TRAILING:
        end -= 1
    if content.type == "indirect" and (conjunction := _CONJUNCTION.search(text, start, end)):
        end = conjunction.start()
    return replace(content, start=start, end=end)


def _merged(text: str, found: Sequence[Attribution], contents: Sequence[Content]) -> list[Attribution]:
    """One statement for a quotation that runs over paragraphs or that its own attribution interrupts."""
    result: list[Attribution] = []
    last: Content | None = None
    for attribution, content in zip(found, contents, strict=True):
        if result and last is not None and _belongs_together(text, result[-1], last, attribution, content):
            result[-1] = _union(result[-1], attribution)
        else:
            result.append(attribution)
        last = content
    return result


def _belongs_together(
    text: str, first: Attribution, last: Content, second: Attribution, content: Content
) -> bool:
    if content.type != "direct" or last.type != "direct":
        return False
    if content.paragraph != last.paragraph:
        return content.group == last.group
    between = text[last.end : content.start]
    same_cue = second.cue is None or second.cue == first.cue
    same_source = second.source is None or first.source is None or second.source == first.source
    sentences = sentence_starts(text, last.end, content.start)
    return same_cue and same_source and len(sentences) <= 2 and len(_WORD.findall(between)) <= 40


def _union(first: Attribution, second: Attribution) -> Attribution:
    return Attribution(
        spans=first.spans + second.spans,
        type=first.type,
        cue=first.cue or second.cue,
        source=first.source or second.source,
        confidence=min(first.confidence, second.confidence),
    )


def _with_inherited_sources(text: str, found: Sequence[Attribution]) -> list[Attribution]:
    """A quotation that fills its paragraph is spoken by whoever spoke, or was announced, just before it."""
    result: list[Attribution] = []
    for attribution in found:
        if attribution.source is None and attribution.type == "direct" and result:
            between = text[result[-1].spans[-1][1] : attribution.spans[0][0]]
            if _fills_paragraph(text, attribution) and len(between) <= NEXT_PARAGRAPH:
                attribution = replace(attribution, source=result[-1].source)
        result.append(attribution)
    return result


def _fills_paragraph(text: str, attribution: Attribution) -> bool:
    first, last = attribution.spans[0][0], attribution.spans[-1][1]
    start = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1
    end = min((at for mark in "\r\n" if (at := text.find(mark, last)) >= 0), default=len(text))
    return not _WORD.search(text, start, first) and not _WORD.search(text, last, end)
