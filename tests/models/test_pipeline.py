from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import EmptyTextError, InputError
from models.pipeline import Analyzer
from models.schema import Article, TextStatement
from models.speakers import resolve_speakers

pytestmark = pytest.mark.model

SAMPLE = Path("datasets/samples/harbour.txt").read_text("utf-8")


def test_the_sample_article_gives_its_speakers_and_types(analyzer: Analyzer) -> None:
    [article] = analyzer.analyze([SAMPLE])
    names = {s.speaker.name for s in article.statements if s.speaker}
    assert {
        "Odile Karsenti",
        "Rafael Tonnesen",
        "Ilse Brandvold",
        "Tove Aasgaard",
        "Bastien Kerouac",
    } <= names
    assert {s.type for s in article.statements} == {"direct", "indirect", "mixed"}


def test_offsets_index_the_text_as_sent(analyzer: Analyzer) -> None:
    for text in (SAMPLE, SAMPLE.replace("\n", "\r\n"), SAMPLE.replace("\n\n", "\n"), "\ufeff🙂 " + SAMPLE):
        [article] = analyzer.analyze([text])
        assert len(article.statements) > 8
        for statement in article.statements:
            assert " ".join(text[a:b] for a, b in statement.spans) == statement.content
            for span in (statement.cue, statement.speaker):
                assert span is None or text[span.start : span.end] == span.text


def test_a_quote_split_by_its_cue_is_one_statement(analyzer: Analyzer) -> None:
    [article] = analyzer.analyze([SAMPLE])
    split, _ = [s for s in article.statements if len(s.spans) == 2]
    assert split.content.startswith("We have said it to them")
    assert split.speaker is not None
    assert split.speaker.name == "Odile Karsenti"


@pytest.mark.parametrize("marks", ["““””", '""""', "‘‘’’", "««»»", "„„““"])
def test_every_style_of_marks_gives_the_same_direct_quotes(analyzer: Analyzer, marks: str) -> None:
    first, second = (
        f"{marks[0]}{said}{marks[2]}" for said in ("We are ready to talk,", "Tomorrow, if they wish.")
    )
    text = f"{first} said Ana Kolt, the minister. {second}"
    [article] = analyzer.analyze([text])
    assert [s.type for s in article.statements] == ["direct"]
    assert article.statements[0].content == "We are ready to talk Tomorrow, if they wish"


def test_answers_do_not_depend_on_batch_mates_or_threads(analyzer: Analyzer) -> None:
    texts = [SAMPLE, "“No,” she said.", SAMPLE.split("\n\n")[3], "The ferry ran. " * 400 + SAMPLE]
    alone = [analyzer.analyze([Article(id="a", text=text)])[0] for text in texts]
    together = analyzer.analyze([Article(id="a", text=text) for text in texts * 5])
    single = Analyzer.load("fast", threads=1).analyze([Article(id="a", text=text) for text in texts])
    assert together == alone * 5
    assert single == alone


def test_classify_answers_in_order_and_alike_in_any_company(analyzer: Analyzer) -> None:
    items = [
        TextStatement(id=str(n), text=t)
        for n, t in enumerate(["We will not talk.", "The bus left.", "We stand with Kesra."])
    ]
    alone = [analyzer.classify([item])[0] for item in items]
    assert analyzer.classify(items * 40)[: len(items)] == alone


def test_scores_cover_the_taxonomy_and_the_primary_is_among_the_stances(analyzer: Analyzer) -> None:
    for result in analyzer.classify(["We will bomb the depots unless they leave.", "It rained."]):
        assert set(result.scores) == set(analyzer.taxonomy.names)
        assert result.primary == result.stances[0]
        assert result.confidence == max(result.scores.values())
        assert analyzer.taxonomy.check(result.stances) is None


def test_an_article_that_cannot_be_read_is_named(analyzer: Analyzer) -> None:
    with pytest.raises(EmptyTextError, match="'b'"):
        analyzer.analyze([Article(id="a", text="No."), Article(id="b", text="…")])


def test_nothing_in_nothing_out(analyzer: Analyzer) -> None:
    assert analyzer.analyze([]) == []
    assert analyzer.classify([]) == []
    [article] = analyzer.analyze(["The rain went on all day."])
    assert article.statements == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
    | st.text(alphabet="“”‘’\"'«» \nabc said,.", max_size=300)
)
def test_any_text_is_answered_or_refused(analyzer: Analyzer, text: str) -> None:
    try:
        [article] = analyzer.analyze([text])
    except InputError:
        return
    for statement in article.statements:
        assert " ".join(text[a:b] for a, b in statement.spans) == statement.content


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "“" * 3000, "he said “a " * 3000, "x\n" * 20_000, "“No.\n\n" * 2000]
)
def test_hostile_shapes_end(analyzer: Analyzer, text: str) -> None:
    [article] = analyzer.analyze([f"{text} x"])
    assert all(s.content for s in article.statements)


def test_a_long_line_and_many_paragraphs_take_time_in_proportion(analyzer: Analyzer) -> None:
    """Linking was once cubic in a paragraph's statements; decoding padded all paragraphs to the longest."""
    line = (
        "“We are ready to talk,” the minister, Ana Kolt, said, and the envoy denied that she had left. " * 400
    )
    [article] = analyzer.analyze(["x\n" * 5000 + "word " * 8000 + "\n" + line])
    assert len(article.statements) > 300


def test_threads_may_share_an_analyzer(analyzer: Analyzer) -> None:
    expected = analyzer.analyze([SAMPLE])
    with ThreadPoolExecutor(6) as pool:
        assert all(found == expected for found in pool.map(lambda _: analyzer.analyze([SAMPLE]), range(12)))


def test_a_source_without_words_does_not_break_speakers() -> None:
    assert resolve_speakers("“ - ” said", [(2, 3), (0, 1)]) == ["-", "“"]
