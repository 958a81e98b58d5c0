"""Training the stance classifier: statements in their passages, a linear probe, then fine-tuning."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from models.classification import Passage, StatementEncoder, passage_around, passage_of
from models.schema import TextStatement
from models.taxonomy import Taxonomy
from training.augmentation import restyle
from training.corpus import GoldArticle, SingleStatement
from training.loop import FineTuning, collate, fine_tune
from training.networks import StanceNetwork

__all__ = ["CLASSIFIER_SETTINGS", "Example", "examples", "train_classifier"]

# Two runs, the second from a lower rate over other views (warm restart, Loshchilov & Hutter 2017).
CLASSIFIER_SETTINGS = (
    FineTuning(epochs=3, batch_size=32, learning_rate=1e-4),
    FineTuning(epochs=2, batch_size=32, learning_rate=6e-5, seed=14),
)
BARE_SHARE = 0.25  # of the views show the content alone, so that bare texts work
UNMARKED_SHARE = 0.15  # show the passage without cue and source, as callers may send it
PROBE_STRENGTH = 1.0  # inverse regularisation of the logistic regression that sets the head


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled passage. `cluster` is the article or group that it belongs to."""

    passage: Passage
    stances: tuple[str, ...]  # primary first
    cluster: str
    type: str
    kind: str


def examples(articles: Sequence[GoldArticle], statements: Sequence[SingleStatement]) -> list[Example]:
    """Every annotated statement, in the passage that the classifier will see."""
    found = [
        Example(
            passage_around(article.text, statement.spans, statement.cue, statement.speaker),
            tuple(statement.stances),
            article.id,
            statement.type,
            article.kind,
        )
        for article in articles
        for statement in article.statements
    ]
    for single in statements:
        sent = TextStatement(
            text=single.text,
            context=single.context or None,
            cue=single.cue or None,
            speaker=single.speaker or None,
        )
        found.append(Example(passage_of(sent), single.stances, single.group, "single", single.kind))
    return found


def train_classifier(
    base: Path,
    tokenizer: Tokenizer,
    taxonomy: Taxonomy,
    items: Sequence[Example],
    settings: Sequence[FineTuning] = CLASSIFIER_SETTINGS,
    folder: Path | None = None,
) -> StanceNetwork:
    """Set the head by a linear probe on the frozen encoder, then fine-tune all of it, run after run."""
    torch.manual_seed(settings[0].seed)
    network = StanceNetwork(base, len(taxonomy.names))
    for run in settings:
        rows = list(_rows(tokenizer, taxonomy, items, run))
        probe = partial(_probe, network, rows[: len(items)], run) if run is settings[0] else None
        fine_tune(network, rows, run, folder, before=probe)
    return network


def _rows(
    tokenizer: Tokenizer, taxonomy: Taxonomy, items: Sequence[Example], settings: FineTuning
) -> Iterator[dict[str, Any]]:
    rng = random.Random(settings.seed)
    encoder = StatementEncoder(tokenizer)
    for epoch in range(settings.epochs):
        passages = [_view(item.passage, rng) if epoch else item.passage for item in items]
        for item, inputs in zip(items, encoder.rows(passages), strict=True):
            yield {
                **{name: values.tolist() for name, values in inputs.items()},
                "labels": [float(name in item.stances) for name in taxonomy.names],
                "primary": taxonomy.names.index(item.stances[0]),
            }


def _view(passage: Passage, rng: random.Random) -> Passage:
    """The passage as a caller may send it: in another quotation style, bare, or without cue and source."""
    draw = rng.random()
    if draw < BARE_SHARE:
        return passage.bare()
    passage = replace(passage, text=restyle(passage.text, rng))
    return replace(passage, cue=None, source=None) if draw < BARE_SHARE + UNMARKED_SHARE else passage


def _probe(network: StanceNetwork, rows: Sequence[dict[str, Any]], settings: FineTuning) -> None:
    """Logistic regression on the frozen features becomes the head (Kumar et al. 2022, LP-FT)."""
    features = _features(network, rows, settings.batch_size * 2)
    primary = [row["primary"] for row in rows]
    probe = LogisticRegression(C=PROBE_STRENGTH, max_iter=400).fit(features, primary)
    with torch.no_grad():
        network.head.weight.zero_()
        network.head.bias.fill_(-4.0)  # stances that the data does not hold
        classes = torch.from_numpy(probe.classes_)
        network.head.weight[classes] = torch.from_numpy(probe.coef_).float()
        network.head.bias[classes] = torch.from_numpy(probe.intercept_).float()


@torch.inference_mode()
def _features(network: StanceNetwork, rows: Sequence[dict[str, Any]], size: int) -> npt.NDArray[np.float32]:
    network.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]["input_ids"]))
    features = np.zeros((len(rows), network.head.in_features), np.float32)
    names = ("input_ids", "attention_mask", "content_mask")
    for first in range(0, len(order), size):
        members = order[first : first + size]
        batch = collate([{name: rows[n][name] for name in names} for n in members])
        features[members] = network.features(**batch).float().numpy()
    return features
