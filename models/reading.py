"""From what a caller sends to plain text: bytes, HTML pages, size, language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from models.errors import EmptyTextError, LanguageError, NotTextError, TooLargeError
from models.schema import Article

__all__ = ["MARKUP", "MAX_CHARS", "SURROGATE", "decode", "detect_language", "looks_like_html", "text_of"]

MAX_CHARS = 1_000_000  # of one article: some 160,000 words, a long book
MARKUP = 4  # characters of a page for each of its text, at most
LANGUAGE = "en"
# A verdict on fewer letters than this is a guess, and one below this probability as well.
LANGUAGE_LETTERS = 200
LANGUAGE_CERTAINTY = 0.95
_HTML = re.compile(
    r"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html|<(?:head|body|article|div|p)\b)",
    re.IGNORECASE,
)
SURROGATE = re.compile(r"[\ud800-\udfff]")
_HIDDEN = frozenset({"script", "style", "noscript", "template"})
_BLOCKS = frozenset("p div br li h1 h2 h3 h4 h5 h6 blockquote article section tr td header footer".split())
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, name: str = "input") -> str:
    """Text of a file: UTF-8, or UTF-16 with its byte order mark.

    Raises:
        NotTextError: binary data, or another encoding.
    """
    encoding = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            raise NotTextError(f"{name}: binary data, expected a text or HTML file") from error
        hint = (
            f"byte 0x{data[error.start]:02x} at offset {error.start}" if encoding == "utf-8" else error.reason
        )
        raise NotTextError(f"{name}: not UTF-8 ({hint}); convert it first, for example with iconv") from error


def looks_like_html(text: str) -> bool:
    """Whether a file's text is a page and not plain text."""
    return _HTML.match(text[:2000]) is not None


def text_of(article: Article) -> tuple[str, str]:
    """The article's plain text and its language.

    Raises:
        EmptyTextError: no words in it. TooLargeError: longer than MAX_CHARS. NotTextError: binary data.
        LanguageError: certainly in another language than English.
    """
    sent = article.html if article.text is None else article.text
    _check_length(sent or "", MAX_CHARS if article.html is None else MARKUP * MAX_CHARS)
    text = article.text if article.text is not None else _main_text(article.html or "")
    _check_length(text, MAX_CHARS)
    if not re.search(r"\w", text):
        raise EmptyTextError("the article holds no words")
    if SURROGATE.search(text):
        raise NotTextError("the article holds half of a surrogate pair: it was cut inside a character")
    if _is_binary(text):
        raise NotTextError("the article is binary data, not text")
    language = article.language or detect_language(text)
    if re.split("[-_]", language.lower())[0] != LANGUAGE:
        raise LanguageError(f"the article is in another language ({language}); the models read English (en)")
    return text, LANGUAGE


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise TooLargeError(f"the article has {len(text):,} characters; the limit is {most:,}: split it")


def _is_binary(text: str) -> bool:
    """More than one character in ten is a control character that no text holds."""
    sample = text[:10_000]
    strange = sum(
        unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") and char not in "\t\n\r\f\v" for char in sample
    )
    return strange > len(sample) / 10


def _main_text(html: str) -> str:
    """The main text of a page, without menus and advertisements; of a fragment, all its text."""
    import trafilatura

    main = trafilatura.extract(html, include_comments=False, include_tables=False, favor_recall=True)
    if main and re.search(r"\w", main):
        return str(main)
    return _all_text(html)


def _all_text(html: str) -> str:
    """A fragment's text, a line for each block."""
    from lxml import etree
    from lxml import html as parser

    try:
        tree = parser.fromstring(html)
    except (etree.ParserError, ValueError):  # nothing in it, or an encoding declaration
        return ""
    for element in tree.iter():
        if element.tag in _HIDDEN:
            element.text = None
        if element.tag in _BLOCKS:
            element.tail = "\n" + (element.tail or "")
    return "\n".join(line.strip() for line in tree.text_content().splitlines() if line.strip())


def detect_language(text: str) -> str:
    """ISO 639-1 code; English unless the text is long enough and certainly another one."""
    sample = text[:5000]
    letters = sum(map(str.isalpha, sample))
    if letters < LANGUAGE_LETTERS:
        return _by_script(sample, letters)
    code, certainty = _identifier().classify(sample)
    return str(code) if certainty >= LANGUAGE_CERTAINTY else LANGUAGE


def _by_script(sample: str, letters: int) -> str:
    """For short texts: another script than Latin is another language."""
    latin = sum("LATIN" in unicodedata.name(char, "") for char in sample if char.isalpha())
    return LANGUAGE if latin * 2 >= letters else "und"


@lru_cache(maxsize=1)
def _identifier() -> Any:  # noqa: ANN401 - py3langid ships no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
