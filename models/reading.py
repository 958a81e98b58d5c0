"""From what a caller sends to plain text: bytes, HTML pages, size, language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from models.errors import EmptyTextError, LanguageError, NotTextError, TooLargeError
from models.schema import Article

__all__ = ["MAX_CHARS", "decode", "detect_language", "looks_like_html", "text_of"]

MAX_CHARS = 1_000_000  # of one article: some 160,000 words, a long book
LANGUAGE = "en"
# A verdict on fewer letters than this is a guess, and one below this probability as well.
LANGUAGE_LETTERS = 200
LANGUAGE_CERTAINTY = 0.95
_HTML = re.compile(
    r"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<(?:!doctype )?html|<(?:head|body|article|div|p)\b)",
    re.IGNORECASE,
)
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
    if len(sent or "") > (MAX_CHARS if article.html is None else 4 * MAX_CHARS):
        raise TooLargeError(
            f"the article has {len(sent or ''):,} characters; the limit is {MAX_CHARS:,}: split it"
        )
    text = article.text if article.text is not None else _main_text(article.html or "")
    if not re.search(r"\w", text):
        raise EmptyTextError("the article holds no words")
    if _is_binary(text):
        raise NotTextError("the article is binary data, not text")
    language = article.language or detect_language(text)
    if language.lower().split("-")[0] != LANGUAGE:
        raise LanguageError(f"the article is in another language ({language}); the models read English (en)")
    return text, LANGUAGE


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
    return str(trafilatura.html2txt(html) or "")


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
