from __future__ import annotations

import pytest

from evaluation.metrics import (
    GoldQuote,
    PredictedQuote,
    calibration_error,
    same_name,
    score_quotes,
    score_stances,
    trim,
)


def test_stance_scores_against_values_worked_by_hand() -> None:
    gold = [["demand", "accusation"], ["none"], ["demand"], ["rejection"]]
    found = [["demand"], ["none"], ["accusation"], ["demand"]]
    scores = score_stances(gold, found, ["demand", "accusation", "none", "rejection", "unused"])
    # hits, predicted, wanted: demand 1, 2, 2; accusation 0, 1, 1; none 1, 1, 1; rejection 0, 0, 1
    assert scores["stances"]["demand"]["f1"] == pytest.approx(0.5)
    assert scores["stances"]["none"]["f1"] == 1.0
    assert scores["macro_f1"] == pytest.approx((0.5 + 0 + 1 + 0) / 4)  # "unused" has no support
    assert scores["micro_f1"] == pytest.approx(2 * 2 / (4 + 5))
    assert scores["primary"] == pytest.approx(2 / 4)


def test_calibration_error_of_one_bin_worked_by_hand() -> None:
    assert calibration_error([0.8, 0.6], [True, False], bins=1) == pytest.approx(0.2)
    assert calibration_error([0.6, 0.8], [False, True], bins=2) == pytest.approx((0.6 + 0.2) / 2)


def test_trim_drops_marks_and_stops_at_the_edges() -> None:
    text = " “No way,” "
    assert text[slice(*trim(text, 0, len(text)))] == "No way"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Kolt", "Mr Kolt", True),
        ("the Kesran ministry", "Kesran ministry", True),
        ("Ana Kolt", "Piet Aldan", False),
        ("Ana Kolt", None, False),
        ("", "", False),
    ],
)
def test_names(one: str, other: str | None, same: bool) -> None:
    assert same_name(one, other) is same


def test_quote_scores_against_values_worked_by_hand() -> None:
    text = "x" * 200
    gold = [
        GoldQuote(0, 10, "direct", "Ana Kolt", (11, 14)),
        GoldQuote(20, 30, "indirect", "Piet Aldan"),
        GoldQuote(40, 50, "indirect", "Lia Marn"),
    ]
    found = [
        PredictedQuote(0, 10, "direct", "someone else", (11, 14)),  # exact; the mention is right
        PredictedQuote(20, 31, "indirect", "Ana Kolt"),  # overlaps by 10 / 11; the name is wrong
        PredictedQuote(60, 70, "direct", "Lia Marn"),  # nothing there
    ]
    scores = score_quotes([(text, gold, found)])
    assert scores["exact"]["all"]["f1"] == pytest.approx(2 * 1 / 6)
    assert scores["overlap"]["all"]["f1"] == pytest.approx(2 * 2 / 6)
    assert scores["overlap"]["indirect"]["precision"] == 1.0
    assert scores["overlap"]["indirect"]["recall"] == 0.5
    assert scores["overlap"]["direct"]["precision"] == 0.5
    assert scores["speaker"] == {"pairs": 2, "accuracy": 0.5, "name": 0.0}
    assert scores["end_to_end"]["f1"] == pytest.approx(2 * 1 / 6)


def test_one_prediction_matches_one_gold_span() -> None:
    gold = [GoldQuote(0, 10, "direct", "A B"), GoldQuote(1, 10, "direct", "A B")]
    scores = score_quotes([("x" * 20, gold, [PredictedQuote(0, 10, "direct", "A B")])])
    assert scores["overlap"]["all"]["recall"] == 0.5
