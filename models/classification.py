"""A statement in its context → calibrated, thresholded stances.

The encoder reads the passage with markers around content, cue and source; the head reads the mean of the
content's tokens beside the mean of all tokens. A bare statement is its own passage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Encoding, Tokenizer

from models.encoder import Encoder, Row
from models.errors import EmptyTextError, ModelError, NotTextError
from models.reading import SURROGATE
from models.schema import StanceScore, TextStatement
from models.segmentation import paragraphs, sentence_starts
from models.tagging import opening_id, separator_id
from models.taxonomy import Taxonomy

__all__ = ["Decision", "Passage", "StanceClassifier", "StatementEncoder", "passage_around", "passage_of"]

Range = tuple[int, int]

MAX_TOKENS = 192  # special tokens and markers included
CONTENT_TOKENS = 120  # a longer content keeps its head and its tail
BEFORE_CHARS = 320  # what stands before the statement, cut at a sentence
AFTER_CHARS = 160
DIGITS = 4  # of every score that is given out
# Ids of BERT's unused vocabulary, the same in MPNet's: opening and closing marks of each part.
MARKERS = {
    "content": ("[unused1]", "[unused2]"),
    "cue": ("[unused3]", "[unused4]"),
    "source": ("[unused5]", "[unused6]"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with the places of one statement's parts in it."""

    text: str
    content: tuple[Range, ...]
    cue: Range | None = None
    source: Range | None = None

    def bare(self) -> Passage:
        """The content alone, without context."""
        text = " ".join(self.text[start:end] for start, end in self.content)
        return Passage(text, ((0, len(text)),))


def passage_around(text: str, content: Sequence[Range], cue: Range | None, source: Range | None) -> Passage:
    """Cut the passage that the classifier reads out of an article."""
    parts = [*content, *(part for part in (cue, source) if part and _near(part, content))]
    first, last = min(start for start, _ in parts), max(end for _, end in parts)
    left = max(0, first - BEFORE_CHARS)
    if left:
        left += _to_sentence(text, left, first)
    line_end = next(
        (end for start, end in paragraphs(text[last : last + 4 * AFTER_CHARS])[:1] if start < 3), 0
    )
    right = min(len(text), last + min(AFTER_CHARS, line_end))
    kept = [_shift(part, -left) if part and _near(part, content) else None for part in (cue, source)]
    return Passage(text[left:right], tuple(_shift(part, -left) for part in content), kept[0], kept[1])


def _near(part: Range, content: Sequence[Range]) -> bool:
    return (
        min(abs(part[0] - content[-1][1]), abs(content[0][0] - part[1])) <= BEFORE_CHARS
        or any(start <= part[0] and part[1] <= end for start, end in content)
        or content[0][0] <= part[0] <= content[-1][1]
    )


def _to_sentence(text: str, left: int, first: int) -> int:
    """How far to go right from `left` to the next sentence start, or else to the next word."""
    starts = [start for start in sentence_starts(text, left, first) if start > left]
    if starts:
        return starts[0] - left
    space = text.find(" ", left, first)
    return 0 if space < 0 else space + 1 - left


def _shift(part: Range, by: int) -> Range:
    return part[0] + by, part[1] + by


def passage_of(statement: TextStatement) -> Passage:
    """Place a single statement in its context.

    Where cue and speaker are given without a context that holds them, they lead the content: “speaker cue
    content”, as an indirect report would.

    Raises:
        EmptyTextError: the text holds no words. NotTextError: it holds half of a surrogate pair.
    """
    text = statement.text.strip()
    if SURROGATE.search(f"{text}{statement.context or ''}"):
        raise NotTextError("half of a surrogate pair: the text was cut inside a character")
    if not re.search(r"\w", text):
        raise EmptyTextError("the text of the statement holds no words")
    context = statement.context or ""
    at = _place_of(text, context, statement.cue)
    if at < 0:
        lead = " ".join(part.strip() for part in (statement.speaker, statement.cue) if part and part.strip())
        context, at = (f"{lead} {text}", len(lead) + 1) if lead else (text, 0)
    content = (at, at + len(text))
    cue, source = (_nearest(context, part, content) for part in (statement.cue, statement.speaker))
    return passage_around(context, [content], cue, source)


def _place_of(text: str, context: str, cue: str | None) -> int:
    """Where the content stands in its context: as whole words, of several places the one next to the cue."""
    found = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", context)]
    if not found:
        return context.find(text)
    at = context.find(cue) if cue else -1
    return found[0] if at < 0 else min(found, key=lambda start: abs(start - at))


def _nearest(context: str, part: str | None, content: Range) -> Range | None:
    """The occurrence of a cue or speaker outside the content that is nearest to it."""
    if not part or not part.strip():
        return None
    found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(part.strip())}(?!\w)", context)]
    outside = [span for span in found if span[1] <= content[0] or span[0] >= content[1]]
    return min(outside, key=lambda span: max(content[0] - span[1], span[0] - content[1]), default=None)


class StatementEncoder:
    """Turns passages into the classifier's inputs: `input_ids`, `attention_mask`, `content_mask`."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._ends = opening_id(tokenizer), separator_id(tokenizer)
        self._markers = {part: [_known(tokenizer, mark) for mark in marks] for part, marks in MARKERS.items()}

    def rows(self, passages: Sequence[Passage]) -> list[Row]:
        """One row a passage; arrays of shape (length,)."""
        encodings = self._tokenizer.encode_batch([p.text for p in passages], add_special_tokens=False)
        return [self._row(passage, encoding) for passage, encoding in zip(passages, encodings, strict=True)]

    def _row(self, passage: Passage, encoding: Encoding) -> Row:
        ids, inside = self._marked(passage, encoding)
        ids, inside = _shortened(ids, inside)
        ids = [self._ends[0], *ids, self._ends[1]]
        mask = np.array([0, *inside, 0], np.int64)
        return {
            "input_ids": np.array(ids, np.int64),
            "attention_mask": np.ones(len(ids), np.int64),
            "content_mask": mask,
        }

    def _marked(self, passage: Passage, encoding: Encoding) -> tuple[list[int], list[int]]:
        """Token ids with markers set in, and for each whether it is content."""
        opens, closes = self._borders(passage)
        ids: list[int] = []
        inside: list[int] = []
        depth = 0
        for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
            while closes and closes[0][0] <= start:
                depth -= self._close(ids, inside, closes.pop(0)[1])
            while opens and opens[0][0] < end:
                depth += self._open(ids, inside, opens.pop(0)[1])
            ids.append(token)
            inside.append(int(depth > 0))
        for _, part in closes:
            self._close(ids, inside, part)
        return ids, inside

    def _borders(self, passage: Passage) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        parts = [(span, "content") for span in passage.content]
        parts += [(span, name) for span, name in ((passage.cue, "cue"), (passage.source, "source")) if span]
        return sorted((s[0], name) for s, name in parts), sorted((s[1], name) for s, name in parts)

    def _open(self, ids: list[int], inside: list[int], part: str) -> int:
        ids.append(self._markers[part][0])
        inside.append(0)
        return int(part == "content")

    def _close(self, ids: list[int], inside: list[int], part: str) -> int:
        ids.append(self._markers[part][1])
        inside.append(0)
        return int(part == "content")


def _known(tokenizer: Tokenizer, mark: str) -> int:
    found = tokenizer.token_to_id(mark)
    if found is None:
        raise ModelError(f"the tokenizer lacks {mark}: expected the vocabulary of BERT or MPNet")
    return found


def _shortened(ids: list[int], inside: list[int]) -> tuple[list[int], list[int]]:
    """At most MAX_TOKENS - 2 tokens: the middle of a long content goes first, then what is far from it."""
    marked = [n for n, flag in enumerate(inside) if flag]
    if len(marked) > CONTENT_TOKENS:
        head, tail = CONTENT_TOKENS * 2 // 3, CONTENT_TOKENS // 3
        dropped = set(marked[head:-tail])
        kept = [n for n in range(len(ids)) if n not in dropped]
        ids, inside = [ids[n] for n in kept], [inside[n] for n in kept]
        marked = [n for n, flag in enumerate(inside) if flag]
    room = MAX_TOKENS - 2
    if len(ids) <= room or not marked:
        return ids[:room], inside[:room]
    distance = np.abs(np.arange(len(ids))[:, None] - np.array(marked)).min(axis=1)
    nearest = sorted(np.argsort(distance, kind="stable")[:room].tolist())
    return [ids[n] for n in nearest], [inside[n] for n in nearest]


class Decision(BaseModel):
    """How logits become stances: fitted on the development split after quantisation.

    Probabilities are sigmoid(logit / temperature) (Guo et al. 2017). The primary stance is the most probable
    one; the others are those above their own threshold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float = Field(gt=0)
    bias: float = 0.0
    thresholds: dict[str, float]
    abstain_below: float = Field(ge=0, le=1, description="confidence under which the model abstains")
    abstain_precision: float = Field(description="share of right primaries above it on the development split")

    def probabilities(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Of shape (statements, stances), rounded to the digits that are given out."""
        scaled = (np.asarray(logits, np.float64) + self.bias) / self.temperature
        rounded: npt.NDArray[np.float64] = np.round(1.0 / (1.0 + np.exp(-scaled)), DIGITS)
        return rounded

    def decide(
        self, names: Sequence[str], exclusive: str | None, scores: npt.NDArray[np.float64]
    ) -> StanceScore:
        """Stances for one statement's probabilities, in the order of `names`."""
        order = sorted(range(len(names)), key=lambda n: -scores[n])
        primary = names[order[0]]
        others = [
            names[n] for n in order[1:] if scores[n] >= self.thresholds[names[n]] and names[n] != exclusive
        ]
        confidence = float(scores[order[0]])
        return StanceScore(
            stances=[primary] if primary == exclusive else [primary, *others],
            primary=primary,
            scores={name: float(score) for name, score in zip(names, scores, strict=True)},
            confidence=confidence,
            abstained=confidence < self.abstain_below,
        )


class StanceClassifier:
    """Scores statements in their passages."""

    def __init__(
        self, encoder: Encoder, tokenizer: Tokenizer, taxonomy: Taxonomy, decision: Decision
    ) -> None:
        self._encoder = encoder
        self._inputs = StatementEncoder(tokenizer)
        self._taxonomy = taxonomy
        self._decision = decision

    def logits(self, passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
        """Raw outputs of shape (statements, stances)."""
        rows = self._encoder.run(self._inputs.rows(passages))
        return np.stack(rows) if rows else np.zeros((0, len(self._taxonomy.names)), np.float32)

    def classify(self, passages: Sequence[Passage]) -> list[StanceScore]:
        """The stances of each statement."""
        scores = self._decision.probabilities(self.logits(passages))
        names, exclusive = self._taxonomy.names, self._taxonomy.exclusive
        return [self._decision.decide(names, exclusive, row) for row in scores]

    def warm_up(self) -> None:
        """Prepare every length that a statement can have."""
        self._encoder.warm_up(MAX_TOKENS)
