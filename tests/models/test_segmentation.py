from __future__ import annotations

import pytest

from models.segmentation import paragraphs, sentence_starts, unit_at


@pytest.mark.parametrize("separator", ["\n", "\n\n", "\r\n", "\r\n\r\n", "\u2029", "\n \n"])
def test_every_kind_of_line_end_parts_paragraphs(separator: str) -> None:
    text = f"The first.{separator}The second."
    assert [text[a:b].strip() for a, b in paragraphs(text)] == ["The first.", "The second."]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = "The minister of\nthe republic said on\nTuesday that the\ntalks were over.\n\nHe left\nthe room."
    assert [text[a:b] for a, b in paragraphs(text)] == [
        "The minister of\nthe republic said on\nTuesday that the\ntalks were over.",
        "He left\nthe room.",
    ]


def test_lines_without_a_word_are_no_paragraphs() -> None:
    assert paragraphs("* * *\n\n—\n") == []


def test_sentences_do_not_break_at_titles_and_initials() -> None:
    text = "Gen. A. Kolt met Mr. Aldan. They spoke. “No,” he said."
    starts = sentence_starts(text, 0, len(text))
    assert [text[s:].split()[0] for s in starts] == ["Gen.", "They", "“No,”"]


def test_unit_at_finds_the_unit_that_holds_an_offset() -> None:
    assert [unit_at([0, 10, 20], offset) for offset in (0, 9, 10, 25)] == [0, 0, 1, 2]
