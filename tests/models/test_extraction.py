from __future__ import annotations

from models.extraction import attributions
from models.tagging import Part, TaggedSpan


def spans(text: str, *parts: tuple[Part, str]) -> list[TaggedSpan]:
    """Tagged spans by their text, looked for from left to right."""
    found, position = [], 0
    for part, surface in parts:
        start = text.index(surface, position)
        position = start + len(surface)
        found.append(TaggedSpan(part, start, position, text[:start].count("\n\n"), 0.9))
    return found


def test_marks_give_a_direct_quote_its_borders() -> None:
    text = "“We are ready to talk,” she said."
    [found] = attributions(
        text, spans(text, ("content", "are ready to talk"), ("source", "she"), ("cue", "said"))
    )
    assert (found.type, text[slice(*found.spans[0])]) == ("direct", "We are ready to talk")
    assert found.cue
    assert text[slice(*found.cue)] == "said"
    assert found.source
    assert text[slice(*found.source)] == "she"


def test_content_beyond_the_marks_is_mixed_and_keeps_them() -> None:
    text = "The envoy called it “a flagrant breach” by the North."
    [found] = attributions(
        text,
        spans(
            text,
            ("source", "The envoy"),
            ("cue", "called"),
            ("content", "it “a flagrant breach” by the North"),
        ),
    )
    assert (found.type, text[slice(*found.spans[0])]) == ("mixed", "it “a flagrant breach” by the North")


def test_a_quote_that_its_cue_splits_is_one_statement() -> None:
    text = "“We are ready,” she said. “Tomorrow, if you like.”"
    [found] = attributions(
        text,
        spans(
            text,
            ("content", "We are ready"),
            ("source", "she"),
            ("cue", "said"),
            ("content", "Tomorrow, if you like"),
        ),
    )
    assert [text[a:b] for a, b in found.spans] == ["We are ready", "Tomorrow, if you like"]


def test_two_speakers_in_one_paragraph_stay_apart() -> None:
    text = "“We are ready,” she said. “We are not ready,” he said."
    found = attributions(
        text,
        spans(
            text,
            ("content", "We are ready"),
            ("source", "she"),
            ("cue", "said"),
            ("content", "We are not ready"),
            ("source", "he"),
            ("cue", "said"),
        ),
    )
    assert [text[slice(*f.source)] for f in found if f.source] == ["she", "he"]


def test_a_quotation_over_paragraphs_is_one_statement() -> None:
    text = "“The first thing to say,” he said, “is this.\n\n“The second thing is that.”"
    [found] = attributions(
        text,
        spans(
            text,
            ("content", "The first thing to say"),
            ("source", "he"),
            ("cue", "said"),
            ("content", "is this"),
            ("content", "The second thing is that"),
        ),
    )
    assert [text[a:b] for a, b in found.spans] == [
        "The first thing to say",
        "is this",
        "The second thing is that",
    ]


def test_scare_quotes_and_titles_are_no_statements() -> None:
    text = "The so-called “corridor” was shown in the film “Rain”."
    assert attributions(text, []) == []


def test_an_untagged_sentence_in_marks_is_a_statement_all_the_same() -> None:
    text = "“We shall be back here in the spring.”"
    [found] = attributions(text, [])
    assert (found.type, found.source) == ("direct", None)


def test_pieces_of_one_clause_are_joined() -> None:
    text = "Officials said the bridge would open on Monday."
    [found] = attributions(
        text,
        spans(
            text,
            ("source", "Officials"),
            ("cue", "said"),
            ("content", "the bridge would"),
            ("content", "on Monday"),
        ),
    )
    assert text[slice(*found.spans[0])] == "the bridge would open on Monday"


def test_one_indirect_word_is_no_statement() -> None:
    text = "Officials said so."
    assert attributions(text, spans(text, ("source", "Officials"), ("cue", "said"), ("content", "so"))) == []


def test_a_dateline_and_a_trailing_conjunction_are_no_content() -> None:
    text = "PORT SELENE, March 3 — The dam will be closed and, she said, the ferry will run."
    [found, _] = attributions(
        text,
        spans(
            text,
            ("content", "PORT SELENE, March 3 — The dam will be closed and"),
            ("source", "she"),
            ("cue", "said"),
            ("content", "the ferry will run"),
        ),
    )
    assert text[slice(*found.spans[0])] == "The dam will be closed"
