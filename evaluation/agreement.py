"""Agreement of independent annotation passes: mutual F1 of the spans, Krippendorff's alpha of the labels.

Alpha is computed by nltk, for each stance (carried or not), for the primary stance, and over the label sets
with the MASI distance (Passonneau 2006). Labels are compared where both passes found the statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, masi_distance

from evaluation.metrics import OVERLAP, Counts, match, trim
from models.errors import CorpusError
from models.taxonomy import Taxonomy, load_taxonomy
from training.corpus import DATASETS, GoldArticle, GoldStatement, load_articles

__all__ = ["DATASETS", "LabelPair", "agreement", "as_text", "label_agreement", "span_agreement"]

PASSES = ("one", "two")
WEAK = 0.67  # an alpha below it calls for a better definition (Krippendorff 2004)


@dataclass(frozen=True, slots=True)
class LabelPair:
    """What two passes say of one statement; primaries come first."""

    id: str
    one: tuple[str, ...]
    two: tuple[str, ...]


def agreement(folder: Path = DATASETS / "passes") -> dict[str, Any]:
    """Every figure for the articles and for the single statements of a folder of passes.

    Raises:
        CorpusError: the passes differ in their articles or in an article's text.
    """
    taxonomy = load_taxonomy()
    one, two = (load_articles(folder / name, taxonomy) for name in PASSES)
    pairs = list(_same_articles(one, two))
    matched = [pair for a, b in pairs for pair in _matched(a, b)]
    labels = [LabelPair(f"{a.n}", tuple(a.stances), tuple(b.stances)) for a, b in matched]
    return {
        "articles": {"articles": len(pairs), **span_agreement(pairs), **label_agreement(labels, taxonomy)},
        "statements": label_agreement(list(_single_pairs(folder / "statements.jsonl")), taxonomy),
    }


def _same_articles(
    one: Sequence[GoldArticle], two: Sequence[GoldArticle]
) -> Iterable[tuple[GoldArticle, GoldArticle]]:
    if [a.id for a in one] != [a.id for a in two]:
        raise CorpusError("the two passes do not hold the same articles")
    for a, b in zip(one, two, strict=True):
        if a.text != b.text:
            raise CorpusError(f"{a.id}: the text differs between the passes")
        yield a, b


def span_agreement(pairs: Sequence[tuple[GoldArticle, GoldArticle]]) -> dict[str, float]:
    """F1 of the second pass's content spans against the first's: equal, and overlapping by 0.8."""
    found = {}
    for name, least in (("exact", 1.0), ("overlap", OVERLAP)):
        counts = Counts()
        for a, b in pairs:
            first, second = _spans(a), _spans(b)
            counts.hits += len(match(first, second, least))
            counts.wanted += len(first)
            counts.predicted += len(second)
        found[f"span_f1_{name}"] = counts.f1
    return found


def _spans(article: GoldArticle) -> list[tuple[int, int]]:
    return [trim(article.text, *span) for statement in article.statements for span in statement.spans]


def _matched(a: GoldArticle, b: GoldArticle) -> list[tuple[GoldStatement, GoldStatement]]:
    """Statements whose first spans overlap."""
    first, second = ([trim(c.text, *s.spans[0]) for s in c.statements] for c in (a, b))
    return [(a.statements[n], b.statements[m]) for n, m in match(first, second, OVERLAP)]


def _single_pairs(path: Path) -> Iterable[LabelPair]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield LabelPair(row["id"], tuple(row["one"]), tuple(row["two"]))


def label_agreement(pairs: Sequence[LabelPair], taxonomy: Taxonomy) -> dict[str, Any]:
    """Krippendorff's alpha of the sets, of the primary, and of each stance with its mean support."""
    return {
        "statements": len(pairs),
        "alpha_sets": _alpha([(frozenset(p.one), frozenset(p.two)) for p in pairs], masi_distance),
        "alpha_primary": _alpha([(p.one[0], p.two[0]) for p in pairs], binary_distance),
        "stances": {
            name: {
                "alpha": _alpha([(name in p.one, name in p.two) for p in pairs], binary_distance),
                "support": sum((name in p.one) + (name in p.two) for p in pairs) / 2,
            }
            for name in taxonomy.names
        },
    }


def _alpha(pairs: Sequence[tuple[Any, Any]], distance: Any) -> float:  # noqa: ANN401 - nltk has no types
    """1 where all agree, also on one value, for which alpha is not defined."""
    if all(a == b for a, b in pairs):
        return 1.0
    data = [
        (coder, n, label) for n, pair in enumerate(pairs) for coder, label in zip(PASSES, pair, strict=True)
    ]
    return float(AnnotationTask(data, distance=distance).alpha())


def as_text(figures: dict[str, Any]) -> str:
    """A table for a terminal and for the datasheet."""
    articles, singles = figures["articles"], figures["statements"]
    found = f"{articles['articles']} articles, {articles['statements']} statements found by both passes"
    lines = [
        f"{found}; {singles['statements']} single statements",
        f"{'span F1, exact / overlap':26}{articles['span_f1_exact']:9.3f} {articles['span_f1_overlap']:9.3f}",
        f"{'alpha':26}{'articles':>9} {'single':>9}",
    ]
    for title, key in (("label sets (MASI)", "alpha_sets"), ("primary", "alpha_primary")):
        lines.append(f"{title:26}{articles[key]:9.3f} {singles[key]:9.3f}")
    for name, row in articles["stances"].items():
        other = singles["stances"][name]
        weak = " <" if min(row["alpha"], other["alpha"]) < WEAK else ""
        lines.append(f"{name:26}{row['alpha']:9.3f} {other['alpha']:9.3f}{weak}")
    return "\n".join(lines)
