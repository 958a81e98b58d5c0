"""Proofs that the corpus is varied and its splits are apart: names, near-duplicates, repeated phrases."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from datasketch import MinHash, MinHashLSH

from models.names import find_names
from training.corpus import DATASETS, GoldArticle, SingleStatement
from training.splits import Split

__all__ = ["NEAR", "Text", "leaked_names", "near_duplicates", "repeated_phrases", "shared_names", "texts_of"]

NEAR = 0.5  # Jaccard overlap of word 4-grams from which two texts are called near-duplicates
SHINGLE = 4  # words
PERMUTATIONS = 64
_WORDS = re.compile(r"[\w’'-]+")
_CAPITALISED = re.compile(r"[A-ZÀ-ÞĀ-Ž]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the corpus. Texts of one group (an article's dispute, a contrast group) may resemble."""

    id: str
    split: str
    group: str
    text: str


def texts_of(
    split: str, articles: Sequence[GoldArticle], statements: Sequence[SingleStatement]
) -> Iterator[Text]:
    """The articles' bodies and the single statements' passages."""
    for article in articles:
        yield Text(article.id, split, article.dispute, article.text)
    for single in statements:
        yield Text(single.id, split, single.group, single.context or single.text)


def near_duplicates(texts: Sequence[Text]) -> list[tuple[Text, Text]]:
    """Pairs of different groups that share half of their word 4-grams (MinHash, Broder 1997)."""
    index = MinHashLSH(threshold=NEAR, num_perm=PERMUTATIONS)
    seen: dict[str, tuple[Text, frozenset[str]]] = {}
    found = []
    for number, text in enumerate(texts):
        shingles = _shingles(text.text)
        if not shingles:
            continue
        digest = MinHash(num_perm=PERMUTATIONS, seed=7)
        digest.update_batch([shingle.encode() for shingle in shingles])
        for key in index.query(digest):
            other, theirs = seen[key]
            if other.group != text.group and len(shingles & theirs) >= NEAR * len(shingles | theirs):
                found.append((other, text))
        index.insert(str(number), digest)
        seen[str(number)] = text, shingles
    return found


def _shingles(text: str) -> frozenset[str]:
    words = _WORDS.findall(text.lower())
    return frozenset(" ".join(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1))


def repeated_phrases(
    articles: Sequence[GoldArticle], length: int = 6, top: int = 20
) -> list[tuple[str, int]]:
    """The phrases of that many words that occur in most articles."""
    counts: Counter[str] = Counter()
    for article in articles:
        words = _WORDS.findall(article.text.lower())
        counts.update({" ".join(words[n : n + length]) for n in range(len(words) - length + 1)})
    return [(phrase, count) for phrase, count in counts.most_common(top) if count > 1]


def leaked_names(
    articles: Mapping[Split, Sequence[GoldArticle]], shared: frozenset[str]
) -> list[tuple[str, str]]:
    """Persons and parties that speak in the articles of two splits: (name, "split and split").

    `shared` holds real places and international bodies, which may be the setting of any article.
    """
    where: dict[str, set[str]] = defaultdict(set)
    for split, members in articles.items():
        for article in members:
            for name in _speaking(article) - shared:
                where[name].add(split)
    return sorted((name, " and ".join(sorted(splits))) for name, splits in where.items() if len(splits) > 1)


def _speaking(article: GoldArticle) -> set[str]:
    """Speakers and targets that are proper names, and every person's full name."""
    named = {s.who for s in article.statements} | {s.target for s in article.statements if s.target}
    proper = {re.sub(r"^(?:the|The) ", "", name) for name in named if _CAPITALISED.search(name.split()[-1])}
    return proper | {name.text for name in find_names(article.text) if name.office}


def shared_names(path: Path = DATASETS / "shared_names.txt") -> frozenset[str]:
    """Real places and international bodies, one a line; # begins a comment. None where there is no file."""
    if not path.is_file():
        return frozenset()
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line)
