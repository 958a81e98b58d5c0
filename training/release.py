"""From the corpus to a model folder: train both networks, export, calibrate, write the manifest."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer

from models.classification import Decision, StatementEncoder
from models.encoder import Encoder
from models.errors import CorpusError, ModelError
from models.registry import Manifest, sha256
from models.tagging import Tagger
from models.taxonomy import DEFAULT_TAXONOMY, Taxonomy, load_taxonomy
from training.base import BaseEncoder, find_base
from training.classifier import CLASSIFIER_SETTINGS, Example, examples, train_classifier
from training.corpus import (
    DATASETS,
    GoldArticle,
    SingleStatement,
    data_sha256,
    load_articles,
    load_statements,
)
from training.decision import fit_decision
from training.export import FLIPS, Export, export
from training.loop import FineTuning
from training.splits import Split, Splits, load_splits
from training.tagger import TAGGER_SETTINGS, train_tagger

__all__ = ["Corpus", "TrainingSettings", "load_corpus", "train"]


class TrainingSettings(BaseModel):
    """Everything that a training run depends on besides the data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str = "fast"
    base: str = "all-MiniLM-L6-v2"
    precision: Literal["auto", "int8", "bf16"] = "auto"
    most_flips: float = FLIPS
    tagger: FineTuning = TAGGER_SETTINGS
    classifier: tuple[FineTuning, ...] = CLASSIFIER_SETTINGS


class Corpus:
    """The annotated data in its splits."""

    def __init__(
        self,
        articles: list[GoldArticle],
        statements: list[SingleStatement],
        splits: Splits,
        taxonomy: Taxonomy,
    ) -> None:
        self.taxonomy = taxonomy
        self.articles = splits.articles(articles)
        self.statements = splits.statements(statements, articles)

    def examples(self, split: Split) -> list[Example]:
        """Every statement of a split in its passage."""
        return examples(self.articles[split], self.statements[split])


def load_corpus(folder: Path = DATASETS) -> Corpus:
    """Read and check the whole corpus.

    Raises:
        CorpusError: a file is malformed; names file and line.
    """
    taxonomy = load_taxonomy(folder / DEFAULT_TAXONOMY.name)
    articles = load_articles(folder / "articles", taxonomy)
    return Corpus(
        articles,
        load_statements(folder / "statements", taxonomy),
        load_splits(folder / "splits.toml", articles),
        taxonomy,
    )


def train(
    output: Path, settings: TrainingSettings, datasets: Path = DATASETS, checkpoints: Path | None = None
) -> Manifest:
    """Train both networks and write a complete model folder; it replaces `output` only when it is whole.

    Raises:
        CorpusError, ModelError: the data or the base encoder is not what it should be.
    """
    if output.exists() and not (output / "manifest.json").is_file():
        raise ModelError(f"{output} exists and is no model folder: name another --output")
    corpus = load_corpus(datasets)
    if not corpus.articles["train"] or not corpus.articles["dev"]:
        raise CorpusError(f"{datasets}: articles of both splits, train and dev, are needed; see splits.toml")
    base = find_base(settings.base)
    building = output.with_name(output.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    tokenizer = _tokenizer(base)
    tokenizer.save(str(building / "tokenizer.json"))
    shutil.copy(datasets / DEFAULT_TAXONOMY.name, building / "taxonomy.toml")
    exports = {"tagger": _train_tagger(building, base, tokenizer, corpus, settings, checkpoints)}
    exports["classifier"], decision, metrics = _train_classifier(
        building, base, tokenizer, corpus, settings, checkpoints
    )
    manifest = _manifest(building, settings, base, data_sha256(datasets), exports, decision, metrics)
    shutil.rmtree(output, ignore_errors=True)
    building.rename(output)
    return manifest


def _tokenizer(base: BaseEncoder) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(base.folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _train_tagger(
    folder: Path,
    base: BaseEncoder,
    tokenizer: Tokenizer,
    corpus: Corpus,
    settings: TrainingSettings,
    checkpoints: Path | None,
) -> Export:
    network = train_tagger(
        base.folder,
        tokenizer,
        corpus.articles["train"],
        settings.tagger,
        checkpoints and checkpoints / "tagger",
    )
    rows = [row for article in corpus.articles["dev"] for row in Tagger.rows(tokenizer, article.text)]
    return export(network, rows, folder / "tagger" / "model.xml", settings.precision, settings.most_flips)


def _train_classifier(
    folder: Path,
    base: BaseEncoder,
    tokenizer: Tokenizer,
    corpus: Corpus,
    settings: TrainingSettings,
    checkpoints: Path | None,
) -> tuple[Export, Decision, dict[str, float]]:
    network = train_classifier(
        base.folder,
        tokenizer,
        corpus.taxonomy,
        corpus.examples("train"),
        settings.classifier,
        checkpoints and checkpoints / "classifier",
    )
    dev = corpus.examples("dev")
    rows = StatementEncoder(tokenizer).rows([item.passage for item in dev])
    path = folder / "classifier" / "model.xml"
    exported = export(network, rows, path, settings.precision, settings.most_flips)
    logits = np.stack(Encoder(path, exported.precision).run(rows))
    decision = fit_decision(logits, [item.stances for item in dev], corpus.taxonomy)
    right = [
        corpus.taxonomy.names[n] == item.stances[0] for n, item in zip(logits.argmax(1), dev, strict=True)
    ]
    return exported, decision, {"dev_statements": len(dev), "dev_primary_accuracy": float(np.mean(right))}


def _manifest(
    folder: Path,
    settings: TrainingSettings,
    base: BaseEncoder,
    data: str,
    exports: dict[str, Export],
    decision: Decision,
    metrics: dict[str, float],
) -> Manifest:
    manifest = Manifest(
        name=settings.profile,
        version=version("detente"),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        licence="Apache-2.0",
        base={"name": base.name, "sha256": base.weights_sha256},
        data_sha256=data,
        precision={name: exported.precision for name, exported in exports.items()},
        settings=settings.model_dump(),
        decision=decision,
        metrics={**metrics, "exports": {name: asdict(exported) for name, exported in exports.items()}},
        files={
            path.relative_to(folder).as_posix(): sha256(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    )
    text = json.dumps(manifest.model_dump(), indent=1, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", "utf-8")
    return manifest
