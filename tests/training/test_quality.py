from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.taxonomy import load_taxonomy
from training.corpus import GoldArticle, load_article
from training.quality import Text, leaked_names, near_duplicates, repeated_phrases
from training.splits import Split

STORY = (
    "The ferry to the island left an hour late on Monday because the crew had not been paid since the spring."
)


def test_a_changed_copy_is_found_and_another_story_is_not() -> None:
    copy = STORY.replace("an hour", "two hours")
    other = "A court in the capital put off the hearing until the autumn, since both lawyers had fallen ill."
    texts = [Text(str(n), "train", str(n), text) for n, text in enumerate((STORY, other, copy))]
    assert [(a.id, b.id) for a, b in near_duplicates(texts)] == [("0", "2")]


def test_members_of_one_contrast_group_may_resemble() -> None:
    assert near_duplicates([Text("a", "train", "g", STORY), Text("b", "train", "g", STORY)]) == []


def test_a_speaker_in_two_splits_is_a_leak_unless_shared(article_file: Path) -> None:
    article = load_article(article_file, load_taxonomy())
    splits: dict[Split, list[GoldArticle]] = {"train": [article], "test": [replace(article, id="other/01")]}
    assert ("Piet Aldan", "test and train") in leaked_names(splits, frozenset())
    assert leaked_names(splits, frozenset({"Piet Aldan", "Kesra"})) == []


def test_phrases_are_counted_once_an_article(article_file: Path) -> None:
    article = replace(load_article(article_file, load_taxonomy()), text="we will not sit down now " * 3)
    assert ("we will not sit down now", 2) in repeated_phrases([article, article])
