"""From a mention to a name: surnames, pronouns, offices and institutions, by rule.

A mention stands for the fullest name that the article gives. Rules in order: a person's full name inside
the mention; a surname that ends (or a first name that opens) a full name of the article; a pronoun for the
last fitting speaker or person; an office ("the minister") for its holder; an institution's short form for
its long one; else the mention itself without its article.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge

from models.names import ORGANISATIONS, TITLES, Name, bare, find_names, gender_of, person_in
from models.segmentation import paragraphs, sentence_starts, unit_at

__all__ = ["resolve_speakers"]

Range = tuple[int, int]

GENDER = {"he": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "herself": "f"}
PLURAL = frozenset({"they", "them", "both", "we"})
THINGS = frozenset({"it", "this", "that", "which"})
RELATIVE = frozenset({"who", "whom", "which", "that"})
PRONOUNS = frozenset(GENDER) | PLURAL | THINGS | RELATIVE | {"i", "one", "you"}
RECENT = 40  # speakers and names that a pronoun may look back on
LONG_FORM_REACH = 20_000  # characters in which the long form of an institution's name is looked for
_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|across|outside|around|through|into|over)"
    r" ((?:[A-ZÀ-ŽȘȚ][\w’'-]*\w ?){1,4})(?<! )"
)
_TITLED_SURNAME = re.compile(r"\b(Mr|Mrs|Ms|Miss|Sir|Lord|Lady)\.? ([A-ZÀ-ŽȘȚ][\w’'-]+)")


@dataclass(frozen=True, slots=True)
class _Entity:
    """Somebody or something that the article has spoken of."""

    offset: int
    name: str
    kind: str  # person, thing or group
    spoke: bool


@dataclass(slots=True)
class _Discourse:
    """What is known of an article's persons while its mentions are read in order."""

    text: str
    names: list[Name]
    gender: dict[str, str] = field(default_factory=dict)
    spoken: list[_Entity] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    subjects: list[_Entity] = field(default_factory=list)

    def note(self, mention: Range, name: str, surface: str) -> None:
        lowered = surface.lower()
        gender = GENDER.get(lowered) or gender_of(surface)
        if gender:
            self.gender.setdefault(name, gender)
        self.spoken.append(_Entity(mention[0], name, _kind(name, lowered), spoke=True))

    def before(self, offset: int) -> Iterator[_Entity]:
        """Speakers and named persons before an offset, the last one first.

        A name counts where it opens a sentence: it is likely the next pronoun's person.
        """
        named = bisect_left(self.subjects, offset, key=lambda entity: entity.offset)
        spoken = bisect_left(self.spoken, offset, key=lambda entity: entity.offset)
        return merge(
            reversed(self.subjects[max(0, named - RECENT) : named]),
            reversed(self.spoken[max(0, spoken - RECENT) : spoken]),
            key=lambda entity: -entity.offset,
        )

    def opens_sentence(self, name: Name) -> bool:
        """Whether few words of its sentence stand before a name."""
        start = self.sentences[unit_at(self.sentences, name.start)]
        return name.start - start < 80 and len(re.findall(r"\w+", self.text[start : name.start])) <= 6


def resolve_speakers(text: str, mentions: Sequence[Range | None]) -> list[str | None]:
    """The name for each mention, given the mentions of a text in order; None stays None."""
    discourse = _open(text, [mention for mention in mentions if mention])
    resolved: list[str | None] = []
    known: dict[Range, str] = {}
    for mention in mentions:
        if mention is None:
            resolved.append(None)
            continue
        if mention not in known:
            raw = text[mention[0] : mention[1]]
            surface = raw.strip(' ,.;:—–-“”"') or raw
            known[mention] = _resolve(discourse, surface, mention)
            discourse.note(mention, known[mention], surface)
        resolved.append(known[mention])
    return resolved


def _open(text: str, mentions: Sequence[Range]) -> _Discourse:
    spoken = {person for start, end in mentions if (person := person_in(text[start:end]))}
    places = {match.group(1) for match in _PLACE.finditer(text)}
    found = list(find_names(text))
    words = Counter(re.findall(r"[\w’'-]+", text))
    full = Counter(name.last for name in found)
    names = [
        name
        for name in found
        if name.text not in places
        and (name.office or name.text in spoken or words[name.last] > full[name.last])
    ]
    titled = {match.group(2): gender_of(match.group(1)) for match in _TITLED_SURNAME.finditer(text)}
    gender = {name.text: known for name in names if (known := name.gender or titled.get(name.last, ""))}
    sentences = [start for first, last in paragraphs(text) for start in sentence_starts(text, first, last)]
    discourse = _Discourse(text, names, gender, sentences=sentences or [0])
    discourse.subjects = [
        _Entity(name.start, name.text, "person", spoke=False)
        for name in names
        if discourse.opens_sentence(name)
    ]
    return discourse


def _resolve(discourse: _Discourse, surface: str, mention: Range) -> str:
    lowered = surface.lower()
    if not bare(surface):
        return surface
    if lowered in PRONOUNS:
        return _antecedent(discourse, lowered, mention) or surface
    if person := person_in(surface):
        return person
    short = _without_titles(surface)
    if " " not in short and short[:1].isupper():
        full = _by_part(discourse, re.sub(r"[’']s?$", "", short), mention[0])
        if full is not None:
            return full
    if surface[0].islower() or surface.split()[0] in ("The", "A", "An", "One", "That", "His", "Her"):
        return _description(discourse, surface, mention[0])
    return bare(surface.split(",")[0])


def _by_part(discourse: _Discourse, part: str, offset: int) -> str | None:
    """The full name with that surname, else first name: the last one before the offset, else any."""
    for attribute in ("last", "first"):
        fitting = [name for name in discourse.names if getattr(name, attribute).lower() == part.lower()]
        earlier = [name for name in fitting if name.start <= offset]
        if fitting:
            return (earlier[-1] if earlier else fitting[0]).text
    return None


def _antecedent(discourse: _Discourse, pronoun: str, mention: Range) -> str | None:
    if pronoun in RELATIVE and (found := _head_before(discourse, mention[0])):
        return found
    gender = GENDER.get(pronoun)
    wanted = (
        "person" if gender or pronoun in ("i", "who", "one") else "group" if pronoun in PLURAL else "thing"
    )
    fitting = (e for e in discourse.before(mention[0]) if _fits(discourse, e, wanted, gender))
    return next((entity.name for entity in fitting), None)


def _fits(discourse: _Discourse, entity: _Entity, wanted: str, gender: str | None) -> bool:
    if wanted == "person":
        return entity.kind == "person" and discourse.gender.get(entity.name, gender) in (gender, None, "")
    if wanted == "group":
        return entity.kind != "person" and entity.spoke
    return entity.kind == "thing" and entity.spoke


def _head_before(discourse: _Discourse, offset: int) -> str | None:
    """What a relative pronoun follows: "A Kesran official, who" → "Kesran official"."""
    start = discourse.sentences[unit_at(discourse.sentences, offset)]
    lead = discourse.text[start:offset].rstrip(" ,")
    parts = [part.strip() for part in re.split(r"[,;—–“”\"]", lead) if part.strip()]
    for part in reversed(parts[-3:]):
        if person := person_in(part):
            return person
        phrase = re.search(
            r"\b(?:[Aa]n?|[Tt]he|[Oo]ne|[Aa]nother|[Tt]wo|[Tt]hree) ((?:[\w’'-]+ ){0,5}[\w’'-]+)$", part
        )
        if phrase:
            return phrase.group(1)
    return None


def _description(discourse: _Discourse, surface: str, offset: int) -> str:
    """ "the minister" → who holds that office; "the ministry" → its long form earlier in the text."""
    phrase = bare(surface.split(",")[0])
    if not surface.lower().startswith(("the ", "that ", "this ")) and surface[0] not in "TM":
        return phrase
    words = phrase.lower().split()
    head = words[-1]
    if head in TITLES or words[0] in TITLES:
        return _holder(discourse, [word for word in words[:3] if word not in ("of", "the")], offset) or phrase
    if len(words) == 1 and head in ORGANISATIONS:
        return _long_form(discourse.text[max(0, offset - LONG_FORM_REACH) : offset], head) or phrase
    return phrase


def _holder(discourse: _Discourse, words: Sequence[str], offset: int) -> str | None:
    """The last person before the offset whose office holds the words."""
    for name in reversed(discourse.names[: bisect_left(discourse.names, offset, key=lambda n: n.start)]):
        if set(words) <= name.office:
            return name.text
    return None


def _long_form(before: str, head: str) -> str | None:
    longer = re.findall(rf"\b((?:[A-Z][\w’'-]+ ){{1,5}}(?:[a-z]+ )?(?:{head}|{head.title()}))\b", before)
    return bare(str(longer[-1])) if longer else None


def _without_titles(surface: str) -> str:
    """What remains when article and titles are gone, if it is one capitalised word or more."""
    tokens = bare(surface).split()
    while len(tokens) > 1 and tokens[0].lower().strip(".,") in TITLES:
        tokens = tokens[1:]
    return " ".join(tokens)


def _kind(name: str, surface: str) -> str:
    """person, thing or group, by the words of the name and of the mention."""
    words = name.lower().split() or [""]
    if (
        surface in GENDER
        or surface == "who"
        or person_in(name) == name
        or TITLES.intersection(words[-1:] + words[:1])
    ):
        return "person"
    if (words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is"))) or " and " in name:
        return "group"
    if ORGANISATIONS.intersection(words):
        return "thing"
    return "person" if surface.startswith(("a ", "an ", "one ")) else "thing"
