"""The attribution tagger: a label for each token, then spans of source, cue and content.

Labels are BIO over the three parts of an attribution relation (Pareti 2012, PARC). Windows overlap, and
each token's scores come from the window in which it stands farthest from an edge; the best valid label
sequence of each paragraph is found with the Viterbi algorithm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.encoder import Encoder, Row
from models.segmentation import paragraphs

__all__ = ["LABELS", "PARTS", "Part", "TaggedSpan", "Tagger", "TokenizedText", "tokenize", "windows"]

Part = Literal["source", "cue", "content"]
PARTS: tuple[Part, ...] = ("source", "cue", "content")
LABELS: tuple[str, ...] = ("O", *(f"{prefix}-{part}" for part in PARTS for prefix in "BI"))

WINDOW = 320  # tokens, special tokens included
VITERBI_PARAGRAPHS = 32  # decoded together
OVERLAP = 96  # tokens shared by neighbouring windows: longer than nearly every statement


@dataclass(frozen=True, slots=True)
class TokenizedText:
    """Tokens of a text's paragraphs, a separator between two of them.

    ids: (tokens,); offsets: (tokens, 2) code points in the text, (-1, -1) for separators;
    bounds: first and one-past-last token of each paragraph.
    """

    ids: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    bounds: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """One part of an attribution: start and end in the text, and the mean probability of its labels."""

    part: Part
    start: int
    end: int
    paragraph: int
    confidence: float


def tokenize(tokenizer: Tokenizer, text: str) -> TokenizedText:
    """Tokenise paragraph by paragraph, so that the model sees where they end."""
    separator = separator_id(tokenizer)
    spans = paragraphs(text)
    encodings = tokenizer.encode_batch([text[start:end] for start, end in spans], add_special_tokens=False)
    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    bounds: list[tuple[int, int]] = []
    for (start, _), encoding in zip(spans, encodings, strict=True):
        if ids:
            ids.append(separator)
            offsets.append((-1, -1))
        bounds.append((len(ids), len(ids) + len(encoding.ids)))
        ids.extend(encoding.ids)
        offsets.extend((start + a, start + b) for a, b in encoding.offsets)
    return TokenizedText(np.array(ids, np.int64), np.array(offsets, np.int64).reshape(-1, 2), tuple(bounds))


def separator_id(tokenizer: Tokenizer) -> int:
    """The id that closes a sequence: [SEP] in BERT's vocabulary, </s> in MPNet's."""
    return int(tokenizer.encode("", add_special_tokens=True).ids[-1])


def opening_id(tokenizer: Tokenizer) -> int:
    """The id that opens a sequence: [CLS] or <s>."""
    return int(tokenizer.encode("", add_special_tokens=True).ids[0])


def windows(tokens: int) -> list[tuple[int, int]]:
    """First and one-past-last token of each window over a text of that many tokens."""
    size, step = WINDOW - 2, WINDOW - 2 - OVERLAP
    return [(first, min(first + size, tokens)) for first in range(0, max(1, tokens - OVERLAP), step)]


class Tagger:
    """Finds the parts of attributions in texts."""

    def __init__(self, encoder: Encoder, tokenizer: Tokenizer) -> None:
        self._encoder = encoder
        self._tokenizer = tokenizer
        self._ends = opening_id(tokenizer), separator_id(tokenizer)

    def tag(self, texts: Sequence[str]) -> list[list[TaggedSpan]]:
        """Spans of each text, in order of their start."""
        tokenized = [tokenize(self._tokenizer, text) for text in texts]
        places = [(n, window) for n, tokens in enumerate(tokenized) for window in windows(len(tokens.ids))]
        scores = self._encoder.run([_row(tokenized[n], *window, self._ends) for n, window in places])
        merged = [np.zeros((len(tokens.ids), len(LABELS)), np.float32) for tokens in tokenized]
        for (n, (first, last)), window_scores in zip(places, scores, strict=True):
            head, tail = _kept(first, last, len(tokenized[n].ids))
            merged[n][head:tail] = window_scores[1 + head - first : 1 + tail - first]
        return [
            list(_spans(text, tokens, values))
            for text, tokens, values in zip(texts, tokenized, merged, strict=True)
        ]

    @property
    def threads(self) -> int:
        """Inference threads."""
        return self._encoder.threads

    def warm_up(self) -> None:
        """Prepare every length that a window can have."""
        self._encoder.warm_up(WINDOW)

    @staticmethod
    def rows(tokenizer: Tokenizer, text: str) -> list[Row]:
        """The graph's inputs for each window of a text."""
        tokens = tokenize(tokenizer, text)
        ends = opening_id(tokenizer), separator_id(tokenizer)
        return [_row(tokens, *window, ends) for window in windows(len(tokens.ids))]


def _row(tokens: TokenizedText, first: int, last: int, ends: tuple[int, int]) -> Row:
    ids = np.array([ends[0], *tokens.ids[first:last], ends[1]], np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _kept(first: int, last: int, total: int) -> tuple[int, int]:
    """The tokens whose scores a window decides: up to half of the overlap from its inner edges."""
    half = OVERLAP // 2
    return first + (half if first else 0), last - (half if last < total else 0)


def _spans(text: str, tokens: TokenizedText, scores: npt.NDArray[np.float32]) -> Iterator[TaggedSpan]:
    if not len(scores):
        return
    log_probabilities = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    paths = _paths([log_probabilities[first:last] for first, last in tokens.bounds])
    for number, ((first, _), path) in enumerate(zip(tokens.bounds, paths, strict=True)):
        for label, begin, end in _runs(path):
            rows = np.arange(first + begin, first + end)
            start, stop = int(tokens.offsets[rows[0], 0]), int(tokens.offsets[rows[-1], 1])
            if any(map(str.isalnum, text[start:stop])):
                confidence = float(np.exp(log_probabilities[rows, path[begin:end]]).mean())
                yield TaggedSpan(PARTS[(label - 1) // 2], start, stop, number, confidence)


def _transitions() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Log scores of starting with a label, and of going from one (row) to another (column): I follows its
    own B or I alone."""
    inside = [label.startswith("I-") for label in LABELS]
    start = np.where(inside, -np.inf, 0.0).astype(np.float32)
    step = np.zeros((len(LABELS), len(LABELS)), np.float32)
    for column, label in enumerate(LABELS):
        if inside[column]:
            step[[row for row, other in enumerate(LABELS) if other[1:] != label[1:]], column] = -np.inf
    return start, step


_START, _STEP = _transitions()


def _paths(scores: Sequence[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.int64]]:
    """Best labels of each paragraph; those of like length run together, so that padding stays small."""
    paths: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)] * len(scores)
    order = sorted(range(len(scores)), key=lambda n: len(scores[n]))
    for first in range(0, len(order), VITERBI_PARAGRAPHS):
        members = order[first : first + VITERBI_PARAGRAPHS]
        for n, path in zip(members, _viterbi([scores[n] for n in members]), strict=True):
            paths[n] = path
    return paths


def _viterbi(paragraphs_scores: Sequence[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.int64]]:
    """Best valid labels of each paragraph; all paragraphs advance together (Viterbi 1967)."""
    lengths = [len(scores) for scores in paragraphs_scores]
    padded = np.zeros((len(lengths), max(lengths, default=0), len(LABELS)), np.float32)
    for row, scores in zip(padded, paragraphs_scores, strict=True):
        row[: len(scores)] = scores
    best = _START + padded[:, 0]
    back = np.zeros(padded.shape, np.int64)
    trail = [best]
    for t in range(1, padded.shape[1]):
        candidates = best[:, :, None] + _STEP
        back[:, t] = candidates.argmax(axis=1)
        best = candidates.max(axis=1) + padded[:, t]
        trail.append(best)
    return [_trace(back[n], trail[length - 1][n], length) for n, length in enumerate(lengths)]


def _trace(back: npt.NDArray[np.int64], last: npt.NDArray[np.float32], length: int) -> npt.NDArray[np.int64]:
    path = np.empty(length, np.int64)
    path[-1] = last.argmax()
    for t in range(length - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def _runs(path: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """(label of the B, first, one past last) of each run of labels that forms a span."""
    begin: int | None = None
    for t, label in enumerate([*path.tolist(), 0]):
        if begin is not None and not LABELS[label].startswith("I-"):
            yield int(path[begin]), begin, t
            begin = None
        if LABELS[label].startswith("B-"):
            begin = t
