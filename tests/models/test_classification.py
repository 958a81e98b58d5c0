from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from models.classification import (
    MAX_TOKENS,
    Passage,
    StatementEncoder,
    passage_around,
    passage_of,
)
from models.errors import EmptyTextError
from models.schema import TextStatement


def parts(passage: Passage) -> dict[str, str | None]:
    return {
        "content": " / ".join(passage.text[a:b] for a, b in passage.content),
        "cue": passage.cue and passage.text[slice(*passage.cue)],
        "source": passage.source and passage.text[slice(*passage.source)],
    }


def place(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def test_an_article_is_cut_at_a_sentence_before_and_at_its_paragraph_after() -> None:
    before = "A long story of the valley. " * 30
    text = f"{before}Ana Kolt said no to the plan. The rain went on.\n\nAnother paragraph."
    passage = passage_around(
        text, [place(text, "no to the plan")], place(text, "said"), place(text, "Ana Kolt")
    )
    assert parts(passage) == {"content": "no to the plan", "cue": "said", "source": "Ana Kolt"}
    assert passage.text.startswith("A long story")
    assert passage.text.endswith("The rain went on.")
    assert len(passage.text) < 500


def test_a_far_source_is_left_out() -> None:
    text = "Ana Kolt " + "x " * 1000 + "“No”"
    passage = passage_around(text, [place(text, "No")], None, place(text, "Ana Kolt"))
    assert passage.source is None


def test_a_statement_is_found_in_its_context() -> None:
    passage = passage_of(
        TextStatement(text="no", context="He said yes. She said no, he said.", cue="said", speaker="She")
    )
    assert parts(passage) == {"content": "no", "cue": "said", "source": "She"}
    assert passage.cue == (17, 21)


def test_the_content_is_found_as_whole_words_next_to_its_cue() -> None:
    passage = passage_of(
        TextStatement(text="no", context="It is not known. No, no. She said no.", cue="said")
    )
    assert passage.content == ((34, 36),)


def test_cue_and_speaker_without_a_context_lead_the_content() -> None:
    passage = passage_of(TextStatement(text="to host the talks", cue="offered", speaker="Norlund"))
    assert passage.text == "Norlund offered to host the talks"
    assert parts(passage) == {"content": "to host the talks", "cue": "offered", "source": "Norlund"}


def test_a_context_that_lacks_the_text_is_not_used() -> None:
    assert passage_of(TextStatement(text="No way", context="Something else.")).text == "No way"


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(EmptyTextError):
        passage_of(TextStatement(text=" “…” "))


def test_markers_stand_around_each_part(tokenizer: Tokenizer) -> None:
    passage = passage_of(TextStatement(text="no", context="She said no today.", cue="said", speaker="She"))
    [row] = StatementEncoder(tokenizer).rows([passage])
    tokens = [tokenizer.id_to_token(i) for i in row["input_ids"].tolist()]
    assert tokens == [
        "[CLS]", "[unused5]", "she", "[unused6]", "[unused3]", "said", "[unused4]",
        "[unused1]", "no", "[unused2]", "today", ".", "[SEP]",
    ]  # fmt: skip
    assert np.flatnonzero(row["content_mask"]).tolist() == [8]


def test_a_long_content_keeps_head_and_tail_and_all_fits(tokenizer: Tokenizer) -> None:
    content = "first " + "word " * 400 + "last"
    context = "before " * 300 + content + " after" * 300
    [row] = StatementEncoder(tokenizer).rows([passage_of(TextStatement(text=content, context=context))])
    tokens = [tokenizer.id_to_token(i) for i in row["input_ids"].tolist()]
    assert len(tokens) <= MAX_TOKENS
    assert {"first", "last", "[unused1]", "[unused2]"} <= set(tokens)


def test_two_spans_far_apart_are_both_kept(tokenizer: Tokenizer) -> None:
    text = "“Yes,” she said. " + "The rain went on. " * 100 + "“No.”"
    [row] = StatementEncoder(tokenizer).rows([Passage(text, (place(text, "Yes"), place(text, "No")))])
    inside = row["input_ids"][np.flatnonzero(row["content_mask"])].tolist()
    assert [tokenizer.id_to_token(i) for i in inside] == ["yes", "no"]
    assert len(row["input_ids"]) == MAX_TOKENS


def test_two_spans_are_both_content(tokenizer: Tokenizer) -> None:
    text = "“Yes,” she said. “No.”"
    [row] = StatementEncoder(tokenizer).rows([Passage(text, (place(text, "Yes"), place(text, "No")))])
    inside = row["input_ids"][np.flatnonzero(row["content_mask"])].tolist()
    assert [tokenizer.id_to_token(i) for i in inside] == ["yes", "no"]
