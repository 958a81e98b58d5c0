"""`detente evaluate`: the model on a split, beside baselines, and on outside benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.baselines import majority, tfidf
from evaluation.benchmarks import run_benchmarks
from evaluation.metrics import GoldQuote, PredictedQuote, calibration_error, score_quotes, score_stances
from models.pipeline import Analyzer
from models.schema import AnalyzedArticle, Article
from training.classifier import Example
from training.corpus import GoldArticle
from training.release import load_corpus
from training.splits import Split

__all__ = ["Report", "evaluate"]


@dataclass(frozen=True, slots=True)
class Report:
    """Every number of a run, and how to print it."""

    numbers: dict[str, Any]

    def text(self) -> str:
        """Tables for a terminal."""
        return "\n".join(_lines(self.numbers))


def evaluate(analyzer: Analyzer, split: Split = "test", benchmarks: Path | None = None) -> Report:
    """Score extraction and stance on a split of the corpus and on the benchmarks that are there."""
    corpus = load_corpus()
    items = corpus.examples(split)
    train = corpus.examples("train")
    names = corpus.taxonomy.names
    gold = [item.stances for item in items]
    return Report(
        {
            "model": analyzer.info.model_dump(),
            "split": split,
            "extraction": _extraction(analyzer, corpus.articles[split]),
            "stance": {
                "detente": _stance(analyzer, items, names),
                "tfidf": score_stances(gold, tfidf(train, items, corpus.taxonomy.exclusive), names),
                "majority": score_stances(gold, majority(train, items), names),
            },
            "benchmarks": run_benchmarks(analyzer, benchmarks),
        }
    )


def _extraction(analyzer: Analyzer, articles: Sequence[GoldArticle]) -> dict[str, Any]:
    results = analyzer.analyze([Article(id=a.id, text=a.text, language="en") for a in articles])
    return score_quotes(
        [
            (a.text, list(_wanted(a)), list(_found(result)))
            for a, result in zip(articles, results, strict=True)
        ]
    )


def _wanted(article: GoldArticle) -> Iterator[GoldQuote]:
    for statement in article.statements:
        for start, end in statement.spans:
            yield GoldQuote(start, end, statement.type, statement.who, statement.speaker)


def _found(result: AnalyzedArticle) -> Iterator[PredictedQuote]:
    for statement in result.statements:
        who, mention = None, None
        if statement.speaker is not None:
            who, mention = statement.speaker.name, (statement.speaker.start, statement.speaker.end)
        for start, end in statement.spans:
            yield PredictedQuote(start, end, statement.type, who, mention)


def _stance(analyzer: Analyzer, items: Sequence[Example], names: Sequence[str]) -> dict[str, Any]:
    found = analyzer.classifier.classify([item.passage for item in items])
    right = [score.primary == item.stances[0] for score, item in zip(found, items, strict=True)]
    kept = [hit for score, hit in zip(found, right, strict=True) if not score.abstained]
    return {
        **score_stances([item.stances for item in items], [score.stances for score in found], names),
        "calibration_error": calibration_error([score.confidence for score in found], right),
        "abstained": 1 - len(kept) / len(found),
        "primary_where_not_abstained": sum(kept) / max(1, len(kept)),
    }


def _lines(numbers: dict[str, Any]) -> Iterator[str]:
    yield f"model {numbers['model']['version']}, split {numbers['split']}"
    yield ""
    yield from _extraction_lines(numbers["extraction"])
    yield ""
    yield from _stance_lines(numbers["stance"])
    for name, scores in numbers["benchmarks"].items():
        yield ""
        yield from _benchmark_lines(name, scores)


def _extraction_lines(scores: dict[str, Any]) -> Iterator[str]:
    yield f"{'extraction':12}{'type':10}{'P':>8}{'R':>8}{'F1':>8}{'spans':>8}"
    for measure in ("exact", "overlap"):
        for kind, row in scores[measure].items():
            yield f"{measure:12}{kind:10}" + _prf(row)
    yield f"{'end to end':12}{'all':10}" + _prf(scores["end_to_end"])
    speaker = scores["speaker"]
    yield f"speaker right on {speaker['accuracy']:.3f} of {speaker['pairs']} found spans"
    yield f"name resolved on {speaker['name']:.3f} of them"


def _prf(row: dict[str, float]) -> str:
    return f"{row['precision']:8.3f}{row['recall']:8.3f}{row['f1']:8.3f}{row['support']:8}"


def _stance_lines(scores: dict[str, Any]) -> Iterator[str]:
    ours = scores["detente"]
    yield f"{'stance':24}{'macro-F1':>10}{'micro-F1':>10}{'primary':>10}   ({ours['items']} statements)"
    for name, row in scores.items():
        yield f"{name:24}{row['macro_f1']:10.3f}{row['micro_f1']:10.3f}{row['primary']:10.3f}"
    yield (
        f"calibration error {ours['calibration_error']:.3f}; abstains on {ours['abstained']:.1%},"
        f" primary right on {ours['primary_where_not_abstained']:.3f} of the rest"
    )
    yield f"{'':22}{'P':>8}{'R':>8}{'F1':>8}{'n':>8}"
    for name, row in ours["stances"].items():
        yield f"{name:22}" + _prf(row)


def _benchmark_lines(name: str, scores: dict[str, Any]) -> Iterator[str]:
    if name == "stances":
        values = scores["scores"]
        yield (
            f"benchmark stances ({scores['items']} real statements): primary {values['primary']:.3f},"
            f" macro-F1 {values['macro_f1']:.3f}, calibration error {scores['calibration_error']:.3f}"
        )
        return
    overlap, end_to_end = 100 * scores["overlap"]["all"]["F1"], 100 * scores["e2e"]["F1"]
    yield f"benchmark {name}: overlap F1 {overlap:.1f}, end to end F1 {end_to_end:.1f}"
    for kind, row in scores["overlap"].items():
        values = "  ".join(f"{key} {100 * row[key]:5.1f}" for key in ("P", "R", "F1"))
        yield f"  overlap {kind:10}{values}  n {row['gold']}"
