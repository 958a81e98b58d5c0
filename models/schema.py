"""The vocabulary: one schema for Python objects, HTTP bodies and files.

Offsets count Unicode code points of the text as sent, from 0, end exclusive.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = [
    "AnalyzedArticle",
    "Article",
    "ClassifiedText",
    "ModelInfo",
    "Span",
    "Speaker",
    "StanceScore",
    "Statement",
    "StatementType",
    "TextStatement",
]

StatementType = Literal["direct", "indirect", "mixed"]


class _Schema(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Input(BaseModel):
    """What callers send: keys that are not known are left aside, a numeric id is taken as its digits."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(default="", max_length=4096, examples=["a1"])

    @field_validator("id", mode="before")
    @classmethod
    def _digits(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Article(_Input):
    """What goes in: a text or an HTML page, and what is known of it."""

    text: str | None = Field(default=None, examples=["“We are ready to talk,” the minister, Ana Kolt, said."])
    html: str | None = Field(
        default=None, description="instead of text: the main text is taken from the page"
    )
    title: str | None = None
    date: str | None = Field(default=None, description="kept as sent", examples=["2031-04-02"])
    url: str | None = None
    language: str | None = Field(default=None, description="ISO 639-1; detected where it is not given")

    @model_validator(mode="after")
    def _text_or_html(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("an article carries either text or html")
        return self


class Span(_Schema):
    """A stretch of an article: `text` is article[start:end]."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    text: str


class Speaker(Span):
    """The mention of who speaks, and the name of the article that it stands for."""

    name: str


class StanceScore(_Schema):
    """What the classifier says of one statement."""

    stances: list[str] = Field(description="every stance taken; primary first")
    primary: str
    scores: dict[str, float] = Field(description="calibrated probability of every stance of the taxonomy")
    confidence: float = Field(description="calibrated probability that the primary stance is right")
    abstained: bool = Field(description="true where the confidence is too low to rely on")


class _Attributed(_Schema):
    id: str
    type: StatementType
    spans: list[tuple[int, int]]
    content: str
    cue: Span | None
    speaker: Speaker | None


class Statement(StanceScore, _Attributed):
    """What an article attributes to a speaker, with the stances taken.

    `spans` are the parts of the content; `content` is their texts joined by a space.
    """


class ModelInfo(_Schema):
    """Which model answered."""

    version: str
    taxonomy: str


class AnalyzedArticle(_Schema):
    """What comes out for one article. `text` is given only where the article came as HTML: the
    offsets then index it."""

    id: str
    title: str | None
    date: str | None
    language: str
    text: str | None = Field(default=None, exclude_if=lambda text: text is None)
    statements: list[Statement]
    model: ModelInfo


class TextStatement(_Input):
    """A single statement to classify, bare or with the passage in which it stands."""

    text: str = Field(description="the content", examples=["We will not negotiate under fire"])
    context: str | None = Field(default=None, description="the passage in which the content stands")
    cue: str | None = Field(default=None, description="the words that attribute it", examples=["said"])
    speaker: str | None = Field(default=None, description="who speaks, as the passage has it")


class _Identified(_Schema):
    id: str


class ClassifiedText(StanceScore, _Identified):
    """The stances of a single statement."""
