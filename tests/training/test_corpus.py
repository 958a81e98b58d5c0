from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.errors import CorpusError
from models.taxonomy import load_taxonomy
from training.corpus import data_sha256, load_article, load_statements


def test_an_article_compiles_to_text_with_offsets(article_file: Path) -> None:
    article = load_article(article_file, load_taxonomy())
    assert article.text.split("\n\n")[0] == (
        "“We will not sit down,” said the minister, Piet Aldan. “Not under fire.”"
    )
    first, second = article.statements
    assert [article.text[a:b] for a, b in first.spans] == ["We will not sit down", "Not under fire"]
    assert first.speaker
    assert article.text[slice(*first.speaker)] == "the minister, Piet Aldan"
    assert (first.primary, first.stances) == ("rejection", ["rejection", "precondition"])
    assert article.text[slice(*second.spans[0])] == "the dam was “nearly full”"  # white space collapsed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('ana="none"', 'ana="war"', "unknown stance 'war'"),
        ('ana="none"', 'ana="none demand"', "'none' stands alone"),
        ('ana="none"', 'ana="demand demand"', "given twice"),
        ('ana="none"', "", "lacks ana"),
        ('who="Kesra"', 'who="Ostra"', "who='Ostra' does not occur"),
        ('direct="mixed"', 'direct="maybe"', "direct is 'maybe'"),
        ("“nearly  full”", "nearly full", "without quotation marks"),
        ("We will not sit down", "", "empty <said"),
        ("We will not sit down", " … ", "empty <said"),
        ("</article>", "stray</article>", "text outside <p>"),
        ("Not under fire", "Not <cue>under</cue> fire", "spans may not overlap"),
        ('<said n="1">Not', '<said n="1" ana="none">Not', "a further span carries n alone"),
        ('<cue n="2">', '<cue n="7">', "belongs to no <said>"),
        ('<cue n="2">', '<cue n="1">', "has two <cue>"),
        ('<cue n="2">', "<cue>", "lacks n"),
        ('kind="resource"', 'kind="football"', "kind is 'football'"),
        ('dispute="kesra-dam"', 'dispute="other"', "the folder is 'kesra-dam'"),
        ("</article>", "", "not well-formed"),
        ("<p>“", "<q/><p>“", "expected <title> or <p>"),
    ],
)
def test_a_planted_mistake_is_refused_with_file_and_line(
    article_file: Path, old: str, new: str, message: str
) -> None:
    text = article_file.read_text("utf-8")
    assert old in text
    article_file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CorpusError, match=r"01\.xml") as caught:
        load_article(article_file, load_taxonomy())
    assert message in str(caught.value)


def test_a_mistake_names_its_line(article_file: Path) -> None:
    article_file.write_text(article_file.read_text("utf-8").replace('who="Kesra"', 'who="Ostra"'), "utf-8")
    with pytest.raises(CorpusError, match=r"01\.xml:6:"):
        load_article(article_file, load_taxonomy())


def statements_in(folder: Path, *rows: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return folder


def test_statements_keep_the_primary_first_and_their_group(tmp_path: Path) -> None:
    row = {
        "text": "No",
        "context": "“No,” he said.",
        "stances": ["demand", "rejection"],
        "primary": "rejection",
        "group": 3,
    }
    [statement] = load_statements(statements_in(tmp_path, row))
    assert statement.stances == ("rejection", "demand")
    assert statement.group == "group-3"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "No"}, "expected an object"),
        ({"text": "No", "stances": ["x"], "primary": "x"}, "unknown stance"),
        ({"text": "…", "stances": ["none"], "primary": "none"}, "empty text"),
        (
            {"text": "No", "context": "Yes", "stances": ["none"], "primary": "none"},
            "does not stand in its context",
        ),
        (
            {"text": "No", "context": "No.", "cue": "said", "stances": ["none"], "primary": "none"},
            "'said' does not",
        ),
        ([1], "expected an object"),
    ],
)
def test_a_malformed_statement_is_refused_with_its_line(tmp_path: Path, row: object, message: str) -> None:
    good = {"text": "No", "stances": ["none"], "primary": "none"}
    with pytest.raises(CorpusError, match=r"a\.jsonl:2") as caught:
        load_statements(statements_in(tmp_path, good, row))
    assert message in str(caught.value)


def test_the_data_hash_covers_names_and_bytes(tmp_path: Path) -> None:
    for name in ("taxonomy.toml", "splits.toml"):
        (tmp_path / name).write_text("x = 1\n")
    folder = statements_in(tmp_path / "statements", {"text": "No"})
    first = data_sha256(tmp_path)
    assert data_sha256(tmp_path) == first
    (folder / "a.jsonl").rename(folder / "b.jsonl")
    assert data_sha256(tmp_path) != first
