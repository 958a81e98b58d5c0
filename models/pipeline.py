"""The Analyzer: the one path from an article to its statements with stances."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Self

from tokenizers import Tokenizer

from models.classification import Passage, StanceClassifier, passage_around, passage_of
from models.encoder import Encoder
from models.errors import InputError
from models.extraction import Attribution, QuoteExtractor
from models.reading import text_of
from models.registry import Manifest, find_model, read_manifest
from models.schema import (
    AnalyzedArticle,
    Article,
    ClassifiedText,
    ModelInfo,
    Span,
    Speaker,
    StanceScore,
    Statement,
    TextStatement,
)
from models.speakers import resolve_speakers
from models.tagging import Tagger
from models.taxonomy import Taxonomy, load_taxonomy

__all__ = ["Analyzer"]

ARTICLES_AT_ONCE = 16  # so that texts of one length share batches while memory stays bounded
STATEMENTS_AT_ONCE = 512


class Analyzer:
    """Reads articles and single statements.

    Example:
        >>> from models.pipeline import Analyzer
        >>> analyzer = Analyzer.load()
        >>> [article] = analyzer.analyze(["“We are ready to talk,” Ana Kolt said."])
        >>> article.statements[0].primary
        'negotiation_offer'
    """

    def __init__(
        self,
        extractor: QuoteExtractor,
        classifier: StanceClassifier,
        taxonomy: Taxonomy,
        manifest: Manifest,
        folder: Path,
    ) -> None:
        self.extractor = extractor
        self.classifier = classifier
        self.taxonomy = taxonomy
        self.manifest = manifest
        self.folder = folder
        self.info = ModelInfo(version=f"{manifest.name}-{manifest.version}", taxonomy=taxonomy.label)

    @classmethod
    def load(
        cls, profile: str | None = None, *, folder: Path | None = None, threads: int | None = None
    ) -> Self:
        """Load a model: a profile's, or the one in a folder.

        Args:
            profile: `fast` or `accurate`; None takes the preferred one that is released.
            folder: a model folder, instead of a profile.
            threads: inference threads; None takes every core that the process may use.

        Raises:
            ModelError: there is no such model, or its files are missing or altered.
        """
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
        folder = folder or find_model(profile)
        manifest = read_manifest(folder)
        taxonomy = load_taxonomy(folder / "taxonomy.toml")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tagger, classifier = (
            Encoder(folder / name / "model.xml", manifest.precision[name], threads)
            for name in ("tagger", "classifier")
        )
        return cls(
            QuoteExtractor(Tagger(tagger, tokenizer)),
            StanceClassifier(classifier, tokenizer, taxonomy, manifest.decision),
            taxonomy,
            manifest,
            folder,
        )

    def analyze(self, articles: Iterable[Article | str]) -> list[AnalyzedArticle]:
        """Statements with stances of each article, in order. A plain string is an article's text.

        Raises:
            InputError: an article cannot be read; the message names it.
        """
        return list(self.analyze_stream(articles))

    def analyze_stream(self, articles: Iterable[Article | str]) -> Iterator[AnalyzedArticle]:
        """As `analyze`, a few articles at a time, for streams of any length."""
        numbered = enumerate(articles, start=1)
        while batch := list(islice(numbered, ARTICLES_AT_ONCE)):
            yield from self._analyze([_as_article(article, number) for number, article in batch])

    def _analyze(self, articles: Sequence[Article]) -> Iterator[AnalyzedArticle]:
        read = [_read(article) for article in articles]
        texts = [text for text, _ in read]
        extracted = self.extractor.extract(texts)
        passages = [
            passage_around(text, found.spans, found.cue, found.source)
            for text, attributions in zip(texts, extracted, strict=True)
            for found in attributions
        ]
        scores = iter(self._classify(passages))
        for article, (text, language), attributions in zip(articles, read, extracted, strict=True):
            yield AnalyzedArticle(
                id=article.id,
                title=article.title,
                date=article.date,
                language=language,
                text=text if article.html is not None else None,
                statements=_statements(text, attributions, list(islice(scores, len(attributions)))),
                model=self.info,
            )

    def classify(self, statements: Iterable[TextStatement | str]) -> list[ClassifiedText]:
        """The stances of single statements, in order. A plain string is a bare text.

        Raises:
            EmptyTextError: a statement holds no words.
        """
        items = [TextStatement(text=item) if isinstance(item, str) else item for item in statements]
        scores = self._classify([_passage(item, number) for number, item in enumerate(items, start=1)])
        return [
            ClassifiedText(id=item.id or f"s{number}", **score.model_dump())
            for number, (item, score) in enumerate(zip(items, scores, strict=True), start=1)
        ]

    def _classify(self, passages: Sequence[Passage]) -> list[StanceScore]:
        return [
            score
            for first in range(0, len(passages), STATEMENTS_AT_ONCE)
            for score in self.classifier.classify(passages[first : first + STATEMENTS_AT_ONCE])
        ]

    def warm_up(self) -> None:
        """Run once at every length, so that the first callers need not wait."""
        self.extractor.warm_up()
        self.classifier.warm_up()


def _as_article(article: Article | str, number: int) -> Article:
    if isinstance(article, str):
        return Article(id=f"a{number}", text=article)
    return article if article.id else article.model_copy(update={"id": f"a{number}"})


def _read(article: Article) -> tuple[str, str]:
    try:
        return text_of(article)
    except InputError as error:
        raise type(error)(f"article {article.id!r}: {error}") from error


def _passage(statement: TextStatement, number: int) -> Passage:
    try:
        return passage_of(statement)
    except InputError as error:
        raise type(error)(f"statement {statement.id or number}: {error}") from error


def _statements(
    text: str, attributions: Sequence[Attribution], scores: Sequence[StanceScore]
) -> list[Statement]:
    names = resolve_speakers(text, [found.source for found in attributions])
    return [
        Statement(
            id=f"s{number}",
            type=found.type,
            spans=list(found.spans),
            content=" ".join(text[start:end] for start, end in found.spans),
            cue=found.cue and Span(start=found.cue[0], end=found.cue[1], text=text[slice(*found.cue)]),
            speaker=_speaker(text, found, name),
            **score.model_dump(),
        )
        for number, (found, name, score) in enumerate(zip(attributions, names, scores, strict=True), start=1)
    ]


def _speaker(text: str, found: Attribution, name: str | None) -> Speaker | None:
    if found.source is None or name is None:
        return None
    start, end = found.source
    return Speaker(start=start, end=end, text=text[start:end], name=name)
