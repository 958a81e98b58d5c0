from __future__ import annotations

import pytest

from models.names import full_name, person_in
from models.speakers import resolve_speakers


def resolve(text: str, *mentions: str) -> list[str | None]:
    places, position = [], 0
    for mention in mentions:
        start = text.index(mention, position)
        position = start + len(mention)
        places.append((start, position))
    return resolve_speakers(text, places)


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("Defence Minister Ana Kolt", "Ana Kolt"),
        ("the minister, Piet Aldan", "Piet Aldan"),
        ("Piet Aldan, the minister", "Piet Aldan"),
        ("A spokesman for Gov. Lyle Brubeck, Kent Oyler", "Kent Oyler"),
        ("Gen. Tomas de la Vara", "Tomas de la Vara"),
        ("Rosa Quarsh of the Centre for Ocean Law", "Rosa Quarsh"),
        ("the leader of the Democratic Loyalists", None),
        ("The Kesran Foreign Ministry", None),
        ("he", None),
    ],
)
def test_the_person_in_a_mention(mention: str, name: str | None) -> None:
    assert person_in(mention) == name


def test_organisations_are_no_persons() -> None:
    assert full_name("Kesran Peoples Army") is None


def test_surname_pronoun_and_office_stand_for_the_full_name() -> None:
    text = "Defence Minister Ana Kolt arrived. Kolt said yes. She said no. The defence minister said maybe."
    assert resolve(text, "Kolt said"[:4], "She", "The defence minister")[1:] == ["Ana Kolt", "Ana Kolt"]
    assert resolve(
        text.replace("Defence Minister Ana Kolt arrived. ", "Ana Kolt arrived. "), "Kolt said"[:4]
    ) == ["Ana Kolt"]


def test_pronouns_keep_two_speakers_apart_by_gender() -> None:
    text = "Spokeswoman Lia Marn said one. Spokesman Jan Oder said two. She said three. He said four."
    found = resolve(text, "Spokeswoman Lia Marn", "Spokesman Jan Oder", "She", "He")
    assert found == ["Lia Marn", "Jan Oder", "Lia Marn", "Jan Oder"]


def test_a_ministry_stands_for_its_long_form() -> None:
    text = "The Kesran Foreign Ministry met. The ministry said no."
    assert resolve(text, "The ministry") == ["Kesran Foreign Ministry"]


def test_an_unnamed_source_keeps_its_description() -> None:
    assert resolve("A Kesran official, who asked not to be named, said no.", "who") == ["Kesran official"]
    assert resolve("Two residents said no.", "Two residents") == ["Two residents"]


def test_none_stays_none() -> None:
    assert resolve_speakers("Nobody.", [None]) == [None]
