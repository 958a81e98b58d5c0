"""`detente data`: check the corpus, count it, compile it to JSON Lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.errors import CorpusError
from models.taxonomy import load_taxonomy
from training.corpus import (
    DATASETS,
    GoldArticle,
    SingleStatement,
    load_article,
    load_statements,
)
from training.quality import Text, leaked_names, near_duplicates, repeated_phrases, shared_names, texts_of
from training.release import Corpus, load_corpus
from training.splits import SPLITS, Split

__all__ = ["DATASETS", "build", "check", "stats"]


def check(folder: Path, say: Callable[[str], Any]) -> int:
    """Report the first mistake of every file, then what the splits share; 0 when there is nothing, else 1."""
    mistakes = list(_mistakes(folder)) or list(_leaks(folder))
    for mistake in mistakes:
        say(mistake)
    articles = len(list((folder / "articles").rglob("*.xml")))
    say(f"{articles} articles read, {len(mistakes)} mistakes")
    return int(bool(mistakes))


def _mistakes(folder: Path) -> Iterator[str]:
    taxonomy = load_taxonomy(folder / "taxonomy.toml")
    for path in sorted((folder / "articles").rglob("*.xml")):
        try:
            load_article(path, taxonomy)
        except CorpusError as error:
            yield str(error)
    try:
        load_statements(folder / "statements", taxonomy)
    except CorpusError as error:
        yield str(error)


def _leaks(folder: Path) -> Iterator[str]:
    corpus = load_corpus(folder)
    for name, where in leaked_names(corpus.articles, shared_names(folder / "shared_names.txt")):
        yield f"{name!r} speaks in {where}: rename it in one, or name it in shared_names.txt if it is real"
    for one, other in near_duplicates(_texts(corpus)):
        yield f"{one.id} ({one.split}) and {other.id} ({other.split}) are near-duplicates: rewrite one"


def _texts(corpus: Corpus) -> list[Text]:
    return [
        text for split in SPLITS for text in texts_of(split, corpus.articles[split], corpus.statements[split])
    ]


def stats(folder: Path) -> str:
    """Counts of each split, lengths, cues, label pairs, genres and phrases."""
    corpus = load_corpus(folder)
    columns = {split: _counts(corpus, split) for split in SPLITS}
    rows = list(dict.fromkeys(name for column in columns.values() for name in column))
    lines = [f"{'':28}" + "".join(f"{split:>9}" for split in SPLITS) + f"{'all':>9}"]
    for name in rows:
        values = [columns[split][name] for split in SPLITS]
        lines.append(f"{name:28}" + "".join(f"{value:9,}" for value in values) + f"{sum(values):9,}")
    return "\n".join([*lines, "", *_variety([a for split in SPLITS for a in corpus.articles[split]])])


def _variety(articles: Sequence[GoldArticle]) -> Iterator[str]:
    words = sorted(len(article.text.split()) for article in articles)
    deciles = [words[len(words) * n // 10] for n in (1, 5, 9)]
    yield f"words in an article: {words[0]} to {words[-1]}; deciles 1, 5, 9: {', '.join(map(str, deciles))}"
    cues = Counter(a.text[slice(*s.cue)].lower() for a in articles for s in a.statements if s.cue)
    pairs = Counter(
        " + ".join(sorted(s.stances)) for a in articles for s in a.statements if len(s.stances) > 1
    )
    yield f"{len(cues)} different cues: {_top(cues, 40)}"
    yield f"stances that go together: {_top(pairs, 12)}"
    genres = Counter(article.genre for article in articles)
    yield f"genres: {_top(genres, len(genres))}"
    yield f"phrases of six words in most articles: {_top(Counter(dict(repeated_phrases(articles))), 5)}"


def _top(counts: Counter[str], most: int) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common(most))


def _counts(corpus: Corpus, split: Split) -> Counter[str]:
    articles, singles = corpus.articles[split], corpus.statements[split]
    statements = [statement for article in articles for statement in article.statements]
    count: Counter[str] = Counter()
    count["articles"] = len(articles)
    count["disputes"] = len({article.dispute for article in articles})
    count["words"] = sum(len(article.text.split()) for article in articles)
    count["statements in articles"] = len(statements)
    for name in ("direct", "indirect", "mixed"):
        count[f"  {name}"] = sum(statement.type == name for statement in statements)
    count["single statements"] = len(singles)
    count["  with context"] = sum(bool(single.context) for single in singles)
    for name in corpus.taxonomy.names:
        count[f"primary {name}"] = sum(statement.primary == name for statement in statements) + sum(
            single.primary == name for single in singles
        )
    return count


def build(output: Path, folder: Path = DATASETS) -> Iterator[Path]:
    """Write `articles-<split>.jsonl` and `statements-<split>.jsonl`; offsets are code points."""
    corpus = load_corpus(folder)
    output.mkdir(parents=True, exist_ok=True)
    for split in SPLITS:
        for name, rows in (
            ("articles", map(_article, corpus.articles[split])),
            ("statements", map(_single, corpus.statements[split])),
        ):
            path = output / f"{name}-{split}.jsonl"
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
            yield path


def _article(article: GoldArticle) -> dict[str, Any]:
    row = asdict(article)
    row["statements"] = [
        {
            "id": f"s{statement.n}",
            "type": statement.type,
            "spans": statement.spans,
            "content": " ".join(article.text[start:end] for start, end in statement.spans),
            "cue": _place(article.text, statement.cue),
            "speaker": _place(article.text, statement.speaker),
            "name": statement.who,
            "target": statement.target,
            "stances": statement.stances,
            "primary": statement.primary,
        }
        for statement in article.statements
    ]
    return row


def _place(text: str, place: tuple[int, int] | None) -> dict[str, Any] | None:
    return place and {"start": place[0], "end": place[1], "text": text[slice(*place)]}


def _single(single: SingleStatement) -> dict[str, Any]:
    return {**asdict(single), "stances": list(single.stances), "primary": single.primary}
