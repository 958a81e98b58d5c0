"""Persons' names in English news text, by rule: full names, titles, and what tells place from person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["ORGANISATIONS", "TITLES", "Name", "bare", "find_names", "gender_of", "person_in"]

ORGANISATIONS = frozenset(
    "academy administration agency alliance archive army assembly association authority bank battalion"
    " bloc board brigade bureau cabinet center centre chamber church clinic club coalition coastguard"
    " college command commission committee company confederation congress consulate corporation council"
    " court daily delegation department directorate embassy executive factory federation fire fleet force"
    " forces foundation front fund gazette government group guard guards herald hospital house initiative"
    " institute institution journal junta league legislature militia ministry mission monitor movement"
    " nations navy network news newspaper observatory office organisation organization palace parliament"
    " party police post presidency press programme project radio rebels regiment report school secretariat"
    " senate service society station survey team telegraph television times trade treasury tribune"
    " tribunal tv union unit university watch".split()
)
TITLES = frozenset(
    "activist acting actor admiral adviser advisor aide ambassador analyst archbishop architect archivist"
    " attorney author baron baroness bishop brigadier brother candidate capt captain cardinal chair"
    " chairman chairwoman chancellor chief clerk cmdr co-chair coach col colonel columnist commander"
    " commissioner comptroller comrade congressman congresswoman consul coordinator corporal correspondent"
    " councillor councilman councilwoman councilmember count counsel dame defence defense delegate dentist"
    " deputy detective diplomat director doctor dr driver duke economist editor emir energy engineer envoy"
    " executive farmer father finance fire fisherman foreign former gen general gov governor head her"
    " highness historian hon imam inspector interim interior investigator journalist judge justice king"
    " lady lawmaker lawyer leader lieutenant lord lt magistrate maj majesty major manager marshal mayor"
    " mediator minister miss monsignor mother mr mrs ms negotiator nurse officer official ombudsman"
    " opposition owner pastor pilot police pope premier president prime prince princess principal prof"
    " professor prosecutor queen rabbi reporter rep representative researcher resident rev reverend"
    " scientist sec secretary secretary-general sen senator sergeant sgt shadow sheikh sheriff sir sister"
    " soldier solicitor speaker spokesman spokesperson spokeswoman staff state strategist student sultan"
    " superintendent supt teacher trader treasurer undersecretary vice vice-chancellor vice-premier"
    " vice-president viceroy volunteer witness writer".split()
)
_MALE = re.compile(
    r"\b(?:mr|sir|lord|king|prince|duke|count|father|brother|emir|sheikh|sultan|\w*(?:sp[a-z]+s|chair|congress|"
    r"council|fisher|business|trades|fire|clergy)man)\b"
)
_FEMALE = re.compile(r"\b(?:mrs|ms|miss|dame|lady|queen|princess|mother|sister|baroness|\w*woman|widow)\b")
_LEADS_AWAY = frozenset(
    {"of", "for", "in", "at", "from", "by", "to"}
)  # "a spokesman for Ana Kolt" is not her
_WORDS_BEFORE = 7  # in which a name's title is looked for
_PARTICLE = r"(?:de|del|della|der|den|van|von|da|di|dos|do|du|la|le|bin|ibn|ben|bint|al|el|ter|ten|abu|of)"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽȘȚ]"
_TOKEN = rf"(?:(?:{_CAPITAL}\.)+|(?:[A-Za-z]{{1,3}}[-’'])?{_CAPITAL}[\w’'-]*\w)"
_RUN = re.compile(rf"{_TOKEN}(?:[ \u00a0](?:{_PARTICLE}[ \u00a0]){{0,2}}{_TOKEN})*")
_POSSESSIVE = re.compile(r"[’']s?$")
_ARTICLE = re.compile(
    r"^(?:the|a|an|one|another|some|its|his|her|their|our|this|that|these|those)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Name:
    """A full name where it stands. `office` holds the words of its title or apposition, in lower case."""

    text: str
    start: int
    office: frozenset[str]
    gender: str  # "m", "f" or ""

    @property
    def last(self) -> str:
        return self.text.split()[-1]

    @property
    def first(self) -> str:
        return self.text.split()[0]


def bare(mention: str) -> str:
    """Without article: "the Ostran ministry" → "Ostran ministry"."""
    return _ARTICLE.sub("", mention.strip(' ,.;:—–-“”"‘’'))


def person_in(mention: str) -> str | None:
    """The person's full name in a mention: "the minister, Ana Kolt" → "Ana Kolt"; None if it names none.

    The name ends a comma-parted part, after a title, or opens it; "the leader of the Green Union" has none.
    """
    parts = [part for part in re.split(r"[,;()—–]", mention) if part.strip()]
    whole = [name for part in parts if (name := _name_of_part(part.strip(), whole=True))]
    opening = [name for part in parts if (name := _name_of_part(part.strip(), whole=False))]
    return next(iter([*whole, *opening]), None)


def _name_of_part(part: str, *, whole: bool) -> str | None:
    """The name that a part consists of but for titles; with `whole` unset, the name that it opens with."""
    for match in _RUN.finditer(part):
        at_end = match.end() >= len(part) - 2
        before = [_plain(word) for word in re.findall(r"[\w’'-]+", part[: match.start()])]
        titled = len(before)
        while before and before[-1] in TITLES and whole:
            before.pop()
        if before and before[-1] == "the" and len(before) == titled:
            continue
        name = full_name(match.group())
        if name is None or (before and before[-1] in _LEADS_AWAY):
            continue
        if at_end if whole else not before:
            follows = re.match(r"\s*([a-z]+)", part[match.end() :])
            if not (follows and follows.group(1) in ORGANISATIONS):
                return name
    return None


def full_name(run: str) -> str | None:
    """A run of capitalised words as a person's name: without titles, two words or more, no organisation."""
    tokens = _POSSESSIVE.sub("", run).split()
    lowered = [_plain(token) for token in tokens]
    if any(word in ORGANISATIONS and word not in TITLES for word in lowered) or "of" in lowered:
        return None
    titles = [n for n, word in enumerate(lowered) if word in TITLES]
    name = tokens[titles[-1] + 1 :] if titles else tokens
    while len(name) > 2 and name[0].lower() in ("the", "but", "and", "in", "when", "as", "for", "on", "at"):
        name = name[1:]
    if len(name) < 2 or name[0].lower() in ("the", "in", "on", "at", "but", "as", "for", "and", "when", "a"):
        return None
    return " ".join(name)


def find_names(text: str) -> Iterator[Name]:
    """Every full name of a text, in order, with what stands around it."""
    for match in _RUN.finditer(text):
        name = full_name(match.group())
        if name is None:
            continue
        start = match.start() + match.group().rfind(name)
        clause = re.split(r"[.;:!?“”\"()\n]", text[max(0, start - 90) : start])[-1]
        before = [_plain(word) for word in re.findall(r"[\w’'.-]+", clause)][-_WORDS_BEFORE:]
        after = text[start + len(name) : start + len(name) + 70]
        apposition = re.match(r", (?:the |a |an )?([a-zA-Z ’'-]+)", after)
        words = [*_office(before), *(apposition.group(1).lower().split()[:8] if apposition else [])]
        office = frozenset(words) if TITLES.intersection(words) else frozenset()
        yield Name(name, start, office, gender_of(" ".join(words)))


def _office(before: list[str]) -> list[str]:
    """The words before a name from its first title on; none where no title is near its end."""
    if not TITLES.intersection(before[-5:]):
        return []
    first = next(n for n, word in enumerate(before) if word in TITLES)
    return before[max(0, first - 2) :]


def gender_of(words: str) -> str:
    """Of a title or description: "m", "f" or "" where it does not tell."""
    lowered = words.lower().replace(".", "")
    return "f" if _FEMALE.search(lowered) else "m" if _MALE.search(lowered) else ""


def _plain(word: str) -> str:
    return word.lower().strip(".’'")
