"""`detente bench`: throughput of whole articles, and of the classifier beside transformers' pipeline.

Every figure is the median of several passes in one process; compare ratios, not absolute figures.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import DetenteError
from models.pipeline import Analyzer
from models.reading import decode
from models.schema import Article
from training.classifier import Example
from training.release import load_corpus

__all__ = ["BenchReport", "bench"]

STATEMENTS = 512  # of the test split, for the classifier
PEER_BATCH = 32


@dataclass(frozen=True, slots=True)
class BenchReport:
    """Medians of a run, and how to print them."""

    numbers: dict[str, Any]

    def text(self) -> str:
        """A short table."""
        n = self.numbers
        rows = (
            ("articles", n["words_per_second"], "words/s"),
            ("  extraction alone", n["extraction_words_per_second"], "words/s"),
            ("classifier", n["statements_per_second"], "statements/s"),
            (f"transformers.pipeline batch {PEER_BATCH}", n["peer_statements_per_second"], "statements/s"),
        )
        return "\n".join(
            (
                f"model {n['model']}, {n['threads']} threads, loads in {n['load_seconds']:.2f} s",
                f"{n['articles']} articles, {n['words']:,} words; medians of {n['runs']} runs",
                *(f"{name:32}{value:10,.0f} {unit}" for name, value, unit in rows),
                f"{'classifier over pipeline':32}{n['ratio']:10.1f}",
            )
        )


def bench(analyzer: Analyzer, runs: int = 3, folder: Path | None = None) -> BenchReport:
    """Measure on the texts of a folder, or on the corpus."""
    corpus = load_corpus()
    articles = [a for split in corpus.articles.values() for a in split] if folder is None else []
    texts = [a.text for a in articles] or list(_texts(folder))
    items = corpus.examples("test")[:STATEMENTS]
    threads = analyzer.extractor.threads
    load = _median(lambda: Analyzer.load(folder=analyzer.folder, threads=threads), 3)
    analyzer.warm_up()
    sent = [Article(text=text) for text in texts]
    words = sum(len(text.split()) for text in texts)
    whole = _median(lambda: analyzer.analyze(sent), runs)
    extraction = _median(lambda: analyzer.extractor.extract(texts), runs)
    ours = _median(lambda: analyzer.classifier.classify([item.passage for item in items]), runs)
    theirs = _median(_peer(analyzer, items, threads), runs)
    return BenchReport(
        {
            "model": analyzer.info.version,
            "threads": threads,
            "runs": runs,
            "load_seconds": load,
            "articles": len(texts),
            "words": words,
            "words_per_second": words / whole,
            "extraction_words_per_second": words / extraction,
            "statements_per_second": len(items) / ours,
            "peer_statements_per_second": len(items) / theirs,
            "ratio": theirs / ours,
        }
    )


def _texts(folder: Path | None) -> Iterator[str]:
    found = sorted((folder or Path()).rglob("*.txt"))
    if not found:
        raise DetenteError(f"{folder}: no .txt files in it")
    for path in found:
        yield decode(path.read_bytes(), str(path))


def _median(action: Callable[[], object], runs: int) -> float:
    """Seconds."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _peer(analyzer: Analyzer, items: Sequence[Example], threads: int) -> Callable[[], object]:
    """The same base encoder in transformers.pipeline, on the same passages, in single precision."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    from training.base import find_base

    torch.set_num_threads(threads)
    base = find_base(analyzer.manifest.base["name"]).folder
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(analyzer.taxonomy.names))
    tokenizer = AutoTokenizer.from_pretrained(base)
    classify = pipeline("text-classification", model=model, tokenizer=tokenizer, device=-1)
    texts = [item.passage.text for item in items]
    return lambda: classify(texts, batch_size=PEER_BATCH, truncation=True, max_length=192, top_k=None)
