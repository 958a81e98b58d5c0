"""The HTTP service.

Run it with `detente serve`. No `from __future__ import annotations` here: BentoML reads the annotations to
make its schemas.
"""

import functools
from collections.abc import Callable
from typing import Any

import bentoml
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from models.errors import InputError, NotTextError, TooLargeError
from models.pipeline import Analyzer
from models.reading import MARKUP
from models.schema import AnalyzedArticle, Article, ClassifiedText, TextStatement
from serving.guard import Guard
from serving.routes import reading_routes
from serving.settings import Settings

__all__ = ["AnalyzeResponse", "ClassifyResponse", "Detente"]


class AnalyzeResponse(BaseModel):
    """One result for each article, in order."""

    results: list[AnalyzedArticle]


class ClassifyResponse(BaseModel):
    """One result for each statement, in order."""

    results: list[ClassifiedText]


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Input errors become 400, 413 or 415 with a JSON body."""

    @functools.wraps(method)
    def answer(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passes through
        try:
            return method(*arguments, **named)
        except InputError as error:
            return _refusal(error)

    return answer


def _refusal(error: InputError) -> Response:
    status = 413 if isinstance(error, TooLargeError) else 415 if isinstance(error, NotTextError) else 400
    return JSONResponse({"error": str(error)}, status_code=status)


def _size(article: Article) -> int:
    """Characters of text; of a page, most are markup."""
    return len(article.text) if article.text is not None else len(article.html or "") // MARKUP


@bentoml.service(
    name="detente",
    workers=1,
    threads=1,  # the encoders use every core themselves
    traffic={"timeout": 300, "max_concurrency": 64},
    metrics={"enabled": True},
)
class Detente:
    """Who said what in a news article, and with which stance toward a dispute."""

    def __init__(self) -> None:
        self.settings = Settings.from_environment()
        self.analyzer = Analyzer.load(self.settings.profile, threads=self.settings.threads)
        self.analyzer.warm_up()

    @bentoml.api(route="/v1/analyze")
    @_answering
    def analyze(self, articles: list[Article]) -> AnalyzeResponse:
        """Statements, speakers and stances of articles."""
        self._check("articles", len(articles), self.settings.max_articles)
        self._check("characters", sum(map(_size, articles)), self.settings.max_chars)
        return AnalyzeResponse(results=self.analyzer.analyze(articles))

    @bentoml.api(route="/v1/classify")
    @_answering
    def classify(self, statements: list[TextStatement]) -> ClassifyResponse:
        """Stances of single statements, bare or with the passage in which they stand."""
        self._check("statements", len(statements), self.settings.max_statements)
        characters = sum(len(s.text) + len(s.context or "") for s in statements)
        self._check("characters", characters, self.settings.max_chars)
        return ClassifyResponse(results=self.analyzer.classify(statements))

    @staticmethod
    def _check(what: str, found: int, most: int) -> None:
        if found > most:
            raise TooLargeError(
                f"{found:,} {what} in one request; the limit is {most:,}: send several requests"
            )


_service: Any = Detente  # the decorator made it a bentoml.Service
_service.mount_asgi_app(reading_routes(), path="/v1", name="reading")
_service.add_asgi_middleware(Guard)
