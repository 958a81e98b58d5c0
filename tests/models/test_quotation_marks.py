from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quotation_marks import find_quotations


def contents(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We are ready,” she said. “Tomorrow.”", ["We are ready,", "Tomorrow."]),
        ('"We won\'t go," he said.', ["We won't go,"]),
        ("‘It’s the workers’ rights that matter,’ he said.", ["It’s the workers’ rights that matter,"]),
        ("'It's fine,' he said, the dogs' owner. 'Don't go.'", ["It's fine,", "Don't go."]),
        ("« Nous sommes prêts », dit-il", ["Nous sommes prêts"]),
        ("„Wir gehen“, sagte er. »Nein«, sagte sie.", ["Wir gehen", "Nein"]),
        ("“He told me ‘no, “never” again’ twice,” she said.", ["He told me ‘no, “never” again’ twice,"]),
        ("‘He said “never” to me,’ she said.", ["He said “never” to me,"]),
        ('It was 5\'10" tall and "big".', ["big"]),
        ("He's the boss of '99, the teachers' choice.", []),
        ('""', []),
        ("“”", []),
        ("She saw ‘Rain’s End’, a film, and said “no thanks”.", ["no thanks"]),
    ],
)
def test_styles(text: str, expected: list[str]) -> None:
    assert contents(text) == expected


def test_a_quotation_over_paragraphs_is_one_group() -> None:
    found = find_quotations("“One.\n\n“Two.\r\n\r\n“Three,” he said. “Four.”")
    assert [q.group for q in found[:3]] == [found[0].group] * 3
    assert [q.closed for q in found] == [False, False, True, True]
    assert found[3].group != found[0].group


def test_a_new_speaker_in_the_next_paragraph_is_another_group() -> None:
    first, second = find_quotations("“Yes,” he said.\n“No,” she said.")
    assert first.group != second.group


def test_an_unbalanced_mark_ends_with_its_paragraph() -> None:
    text = "“We never said that\nThe talks went on."
    assert contents(text) == ["We never said that"]


@given(st.text(alphabet="ab “”\"'‘’«»„\n.,", max_size=80))
def test_any_text_gives_ordered_spans_that_hold_a_word(text: str) -> None:
    found = find_quotations(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(any(map(str.isalnum, text[q.start : q.end])) for q in found)
