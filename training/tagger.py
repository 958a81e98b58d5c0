"""Training the attribution tagger: windows of tokens with BIO labels."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from models.tagging import LABELS, OVERLAP, WINDOW, TokenizedText, opening_id, separator_id, tokenize
from training.augmentation import restyle
from training.corpus import GoldArticle
from training.loop import FineTuning, fine_tune
from training.networks import IGNORED, TaggerNetwork

__all__ = ["TAGGER_SETTINGS", "tagger_rows", "token_labels", "train_tagger"]

TAGGER_SETTINGS = FineTuning(epochs=5, batch_size=8, learning_rate=2e-4)


def train_tagger(
    base: Path,
    tokenizer: Tokenizer,
    articles: Sequence[GoldArticle],
    settings: FineTuning = TAGGER_SETTINGS,
    folder: Path | None = None,
) -> TaggerNetwork:
    """Fine-tune an encoder on annotated articles."""
    network = TaggerNetwork(base, len(LABELS))
    fine_tune(network, list(tagger_rows(tokenizer, articles, settings)), settings, folder)
    return network


def tagger_rows(
    tokenizer: Tokenizer, articles: Sequence[GoldArticle], settings: FineTuning
) -> Iterator[dict[str, Any]]:
    """Windows of every article, for each epoch in another quotation style and cut at other places, for every
    other epoch under its headline."""
    rng = random.Random(settings.seed)
    for epoch in range(settings.epochs):
        for article in articles:
            lead = f"{article.title}\n\n" if article.title and epoch % 2 else ""
            text = lead + article.text
            tokens = tokenize(tokenizer, restyle(text, rng) if epoch else text)
            labels = token_labels(tokens, article, shift=len(lead))
            yield from _windows(tokenizer, tokens, labels, rng.randrange(WINDOW // 2) if epoch else 0)


def token_labels(tokens: TokenizedText, article: GoldArticle, shift: int = 0) -> npt.NDArray[np.int64]:
    """The label of each token of the article's text, which follows `shift` characters of headline.

    Separators between paragraphs do not count.
    """
    labels = np.where(tokens.offsets[:, 0] < 0, IGNORED, 0).astype(np.int64)
    for statement in article.statements:
        for span in statement.spans:
            _mark(labels, tokens, span, shift, "content")
    for statement in article.statements:
        for part, place in (("cue", statement.cue), ("source", statement.speaker)):
            if place is not None:
                _mark(labels, tokens, place, shift, part)
    return labels


def _mark(
    labels: npt.NDArray[np.int64], tokens: TokenizedText, place: tuple[int, int], shift: int, part: str
) -> None:
    start, end = place[0] + shift, place[1] + shift
    inside = np.flatnonzero((tokens.offsets[:, 0] < end) & (tokens.offsets[:, 1] > start))
    if len(inside):
        labels[inside] = LABELS.index(f"I-{part}")
        labels[inside[0]] = LABELS.index(f"B-{part}")


def _windows(
    tokenizer: Tokenizer, tokens: TokenizedText, labels: npt.NDArray[np.int64], shift: int
) -> Iterator[dict[str, Any]]:
    size = WINDOW - 2
    first = 0
    while first < len(tokens.ids):
        last = first + (size - shift if first == 0 else size)
        ids = [opening_id(tokenizer), *tokens.ids[first:last].tolist(), separator_id(tokenizer)]
        yield {
            "input_ids": ids,
            "attention_mask": [1] * len(ids),
            "labels": [IGNORED, *labels[first:last].tolist(), IGNORED],
        }
        first = last if last >= len(tokens.ids) else last - OVERLAP // 2
