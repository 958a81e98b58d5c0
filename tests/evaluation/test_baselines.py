from __future__ import annotations

from evaluation.baselines import majority, tfidf
from models.classification import Passage
from training.classifier import Example


def example(text: str, *stances: str) -> Example:
    return Example(Passage(text, ((0, len(text)),)), stances, "a", "direct", "border")


TRAIN = [example("we will never talk", "rejection")] * 6 + [example("the ferry leaves at six", "none")] * 4


def test_the_majority_is_the_most_frequent_primary() -> None:
    assert majority(TRAIN, TRAIN[:2]) == [["rejection"], ["rejection"]]


def test_tfidf_learns_words_and_names_one_stance_at_least() -> None:
    found = tfidf(TRAIN, [example("they will never talk", "rejection"), example("the ferry", "none")])
    assert [stances[0] for stances in found] == ["rejection", "none"]
