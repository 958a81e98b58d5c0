from __future__ import annotations

import pytest

from models.errors import EmptyTextError, LanguageError, NotTextError, TooLargeError
from models.reading import MAX_CHARS, decode, detect_language, looks_like_html, text_of
from models.schema import Article

GERMAN = (
    "Der Außenminister erklärte am Dienstag, sein Land werde nicht verhandeln, solange geschossen wird. " * 4
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(encoding: str) -> None:
    assert decode("“Nein”, sagte sié.".encode(encoding)) == "“Nein”, sagte sié."


@pytest.mark.parametrize(
    ("data", "message"), [(b"caf\xe9 no", "not UTF-8"), (b"\x89PNG\x00\xff" * 9, "binary")]
)
def test_other_bytes_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(NotTextError, match=message):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("text", "is_html"),
    [
        ("<!DOCTYPE html><p>No", True),
        ("\n<html><body>No", True),
        ("<div>No</div>", True),
        ("“No <b>way</b>,” she said.", False),
        ("a < b", False),
    ],
)
def test_pages_are_told_from_texts(text: str, is_html: bool) -> None:
    assert looks_like_html(text) is is_html


def test_a_text_stays_as_it_was_sent() -> None:
    text = " \r\n“No,”\tshe said.\u0000 \ufeff"
    assert text_of(Article(text=text)) == (text, "en")


def test_a_page_gives_its_main_text_without_menus() -> None:
    html = (
        "<html><nav>Home Sport</nav><article><p>"
        + "“We are ready,” she said on Monday. " * 5
        + "</p></article></html>"
    )
    text, _ = text_of(Article(html=html))
    assert "“We are ready,”" in text
    assert "Sport" not in text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>“We will not talk,” Ana Kolt said.</p>", "“We will not talk,” Ana Kolt said."),
        ("<div><p>One.</p><p>Two &amp; three.</p><script>x()</script></div>", "One.\nTwo & three."),
        ("He said no.", "He said no."),
    ],
)
def test_a_fragment_gives_all_its_text(html: str, text: str) -> None:
    assert text_of(Article(html=html))[0] == text


@pytest.mark.parametrize(
    ("article", "error"),
    [
        (Article(text=""), EmptyTextError),
        (Article(text="“ … ” \n —"), EmptyTextError),
        (Article(html="<html><script>alert(1)</script></html>"), EmptyTextError),
        (Article(text="\x01\x02a" * 50), NotTextError),
        (Article(text="a" * (MAX_CHARS + 1)), TooLargeError),
        (Article(text=GERMAN), LanguageError),
        (Article(text="No.", language="fr"), LanguageError),
        (Article(text="cut \ud83d here"), NotTextError),
        (Article(text="外交部发言人表示，中方愿意谈判。"), LanguageError),
    ],
)
def test_what_cannot_be_read_says_why(article: Article, error: type[Exception]) -> None:
    with pytest.raises(error):
        text_of(article)


@pytest.mark.parametrize(
    ("text", "language"), [("No.", "en"), (GERMAN, "de"), ("“No,” Bärbel said. " * 20, "en")]
)
def test_a_language_is_named_only_when_it_is_certain(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_caller_who_names_english_is_believed() -> None:
    assert text_of(Article(text=GERMAN, language="en_GB"))[1] == "en"
