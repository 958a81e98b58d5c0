"""The annotated corpus: inline XML articles and JSONL statements, compiled to texts with offsets.

An article is one file of `datasets/articles/<dispute>/`, in a small subset of TEI P5:

    <article dispute="…" kind="…" genre="…" date="…">
    <title>…</title>
    <p>“<said n="1" direct="true" who="Ana Kolt" ana="rejection demand">No</said>,” <cue n="1">said</cue>
    <speaker n="1">the minister</speaker>.</p>
    </article>

`n` joins the parts of a statement; the first `<said>` carries its attributes, further ones are further spans.
White space is collapsed; paragraphs are joined by a blank line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from lxml import etree

from models.errors import CorpusError
from models.schema import StatementType
from models.taxonomy import DEFAULT_TAXONOMY, Taxonomy, load_taxonomy

__all__ = [
    "DATASETS",
    "GoldArticle",
    "GoldStatement",
    "SingleStatement",
    "data_sha256",
    "load_article",
    "load_articles",
    "load_statements",
]

Range = tuple[int, int]

DATASETS = DEFAULT_TAXONOMY.parent
KINDS = frozenset(
    [
        "interstate",
        "border",
        "civil_war",
        "maritime",
        "resource",
        "hostage",
        "sanctions",
        "cyber",
        "peace_talks",
        "peacekeeping",
        "domestic",
        "trade",
        "other",
    ]
)
GENRES = frozenset(
    [
        "wire",
        "broadsheet",
        "tabloid",
        "state_media",
        "communique",
        "press_conference",
        "interview",
        "live_blog",
        "opinion",
        "parliament",
        "analysis",
        "human_interest",
        "older_newspaper",
        "translated",
        "local",
    ]
)
_TYPES: dict[str, StatementType] = {"true": "direct", "false": "indirect", "mixed": "mixed"}
_MARK = re.compile(r"[“”\"«»„‘’']")
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class GoldStatement:
    """An annotated statement of an article; offsets index the article's text."""

    n: str
    type: StatementType
    who: str
    stances: list[str]  # primary first
    target: str | None
    line: int
    spans: list[Range] = field(default_factory=list)
    cue: Range | None = None
    speaker: Range | None = None

    @property
    def primary(self) -> str:
        return self.stances[0]


@dataclass(slots=True)
class GoldArticle:
    """An annotated article, compiled."""

    id: str
    dispute: str
    kind: str
    genre: str
    date: str
    title: str
    text: str
    statements: list[GoldStatement]


@dataclass(frozen=True, slots=True)
class SingleStatement:
    """An annotated statement with its passage (`context` is empty for a bare one)."""

    id: str
    text: str
    context: str
    cue: str
    speaker: str
    stances: tuple[str, ...]  # primary first
    group: str  # statements of one contrast group stay in one split
    kind: str

    @property
    def primary(self) -> str:
        return self.stances[0]


def load_articles(
    folder: Path = DATASETS / "articles", taxonomy: Taxonomy | None = None
) -> list[GoldArticle]:
    """Every article below a folder, in order of the paths.

    Raises:
        CorpusError: a file is malformed; names file and line.
    """
    taxonomy = taxonomy or load_taxonomy()
    return [load_article(path, taxonomy) for path in sorted(folder.rglob("*.xml"))]


def load_article(path: Path, taxonomy: Taxonomy) -> GoldArticle:
    """Compile one file.

    Raises:
        CorpusError: not well-formed, overlapping or nested spans, unknown stance, empty content, a speaker's
            name that the article does not hold, or a part that belongs to no statement.
    """
    try:
        root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise CorpusError(f"{path}: not well-formed XML: {error}") from error
    return _Compiler(path, taxonomy).compile(root)


class _Compiler:
    def __init__(self, path: Path, taxonomy: Taxonomy) -> None:
        self.path = path
        self.taxonomy = taxonomy
        self.text = ""
        self.title = ""
        self.statements: dict[str, GoldStatement] = {}
        self.parts: list[tuple[str, str, Range, int]] = []  # tag, n, place, line

    def compile(self, root: etree._Element) -> GoldArticle:
        if root.tag != "article":
            self.fail(root, f"expected <article>, found <{_tag(root)}>")
        head = {name: self.attribute(root, name) for name in ("dispute", "kind", "genre")}
        for name, known in (("kind", KINDS), ("genre", GENRES)):
            if head[name] not in known:
                self.fail(root, f"{name} is {head[name]!r}, expected one of {', '.join(sorted(known))}")
        if head["dispute"] != self.path.parent.name:
            self.fail(root, f"dispute is {head['dispute']!r}, but the folder is {self.path.parent.name!r}")
        for element in root:
            self.block(element)
        self.attach()
        self.check()
        return GoldArticle(
            id=f"{head['dispute']}/{self.path.stem}",
            date=root.get("date", ""),
            title=self.title,
            text=self.text,
            statements=sorted(self.statements.values(), key=lambda s: s.spans[0]),
            **head,
        )

    def block(self, element: etree._Element) -> None:
        if element.tag == "title":
            self.title = _SPACE.sub(" ", "".join(element.itertext())).strip()
        elif element.tag == "p":
            self.paragraph(element)
        elif isinstance(element.tag, str):
            self.fail(element, f"expected <title> or <p>, found <{_tag(element)}>")

    def paragraph(self, paragraph: etree._Element) -> None:
        if (paragraph.tail or "").strip():
            self.fail(paragraph, "text outside <p>")
        if self.text:
            self.text += "\n\n"
        self.add(paragraph.text)
        for element in paragraph:
            if not isinstance(element.tag, str):  # a comment
                self.add(element.tail)
                continue
            if len(element):
                self.fail(element, f"<{_tag(element[0])}> inside <{_tag(element)}>: spans may not overlap")
            self.pad(element.text)
            start = len(self.text)
            self.add(element.text)
            self.text = self.text.rstrip(" ")
            self.span(element, (start, len(self.text)))
            self.pad(element.text, at_end=True)
            self.add(element.tail)
        self.text = self.text.rstrip(" ")

    def add(self, raw: str | None) -> None:
        """Append text with white space collapsed, also across the border to what stands there."""
        collapsed = _SPACE.sub(" ", raw or "")
        if not self.text or self.text[-1] in " \n":
            collapsed = collapsed.lstrip(" ")
        self.text += collapsed

    def pad(self, raw: str | None, *, at_end: bool = False) -> None:
        """Move white space at an element's edge out of its span."""
        edge = (raw or "")[-1:] if at_end else (raw or "")[:1]
        if edge.isspace():
            self.add(" ")

    def span(self, element: etree._Element, place: Range) -> None:
        n = self.attribute(element, "n")
        if not re.search(r"\w", self.text[place[0] : place[1]]):
            self.fail(element, f"empty <{_tag(element)} n={n!r}>")
        if element.tag == "said":
            self.said(element, n, place)
        elif element.tag in ("cue", "speaker"):
            self.parts.extend((element.tag, one, place, element.sourceline or 0) for one in n.split())
        else:
            self.fail(element, f"unknown element <{_tag(element)}>, expected <said>, <cue> or <speaker>")

    def said(self, element: etree._Element, n: str, place: Range) -> None:
        if n not in self.statements:
            direct = self.attribute(element, "direct")
            if direct not in _TYPES:
                self.fail(element, f"direct is {direct!r}, expected true, false or mixed")
            stances = self.attribute(element, "ana").split()
            if problem := self.taxonomy.check(stances):
                self.fail(element, problem)
            self.statements[n] = GoldStatement(
                n,
                _TYPES[direct],
                self.attribute(element, "who"),
                stances,
                element.get("target"),
                element.sourceline or 0,
            )
        elif set(element.keys()) != {"n"}:
            self.fail(
                element,
                f"statement n={n!r} exists: a further span carries n alone (or the number is used twice)",
            )
        self.statements[n].spans.append(place)

    def attach(self) -> None:
        for tag, n, place, line in self.parts:
            if n not in self.statements:
                self.fail(line, f"<{tag} n={n!r}> belongs to no <said>")
            if getattr(self.statements[n], tag) is not None:
                self.fail(line, f"statement n={n!r} has two <{tag}>")
            setattr(self.statements[n], tag, place)

    def check(self) -> None:
        """What holds of whole statements: names that occur, marks that fit the type."""
        everything = f"{self.title}\n{self.text}"
        for statement in self.statements.values():
            for name, value in (("who", statement.who), ("target", statement.target)):
                if value is not None and value not in everything:
                    self.fail(statement.line, f"{name}={value!r} does not occur in the article")
            marked = any(_MARK.search(self.text[start:end]) for start, end in statement.spans)
            if statement.type == "mixed" and not marked:
                self.fail(statement.line, "a mixed statement without quotation marks in its content")

    def attribute(self, element: etree._Element, name: str) -> str:
        value = (element.get(name) or "").strip()
        if not value:
            self.fail(element, f"<{_tag(element)}> lacks {name}")
        return value

    def fail(self, where: etree._Element | int, message: str) -> None:
        line = where if isinstance(where, int) else where.sourceline
        raise CorpusError(f"{self.path}:{line}: {message}")


def _tag(element: etree._Element) -> str:
    return element.tag if isinstance(element.tag, str) else "?"


def load_statements(
    folder: Path = DATASETS / "statements", taxonomy: Taxonomy | None = None
) -> list[SingleStatement]:
    """Every single statement of the JSONL files of a folder.

    Raises:
        CorpusError: a line is malformed; names file and line.
    """
    taxonomy = taxonomy or load_taxonomy()
    return [row for path in sorted(folder.glob("*.jsonl")) for row in _read_statements(path, taxonomy)]


def _read_statements(path: Path, taxonomy: Taxonomy) -> Iterator[SingleStatement]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            yield _statement(f"{path.stem}-{number:04d}", line, f"{path}:{number}", taxonomy)


def _statement(name: str, line: str, where: str, taxonomy: Taxonomy) -> SingleStatement:
    try:
        row: dict[str, Any] = json.loads(line)
        text, context = row["text"].strip(), row.get("context", "").strip()
        cue, speaker = row.get("cue", ""), row.get("speaker", "")
        stances = [row["primary"], *(stance for stance in row["stances"] if stance != row["primary"])]
    except (json.JSONDecodeError, KeyError, AttributeError, TypeError) as error:
        raise CorpusError(
            f"{where}: expected an object with text, stances and primary ({error!r})"
        ) from error
    if problem := taxonomy.check(stances):
        raise CorpusError(f"{where}: {problem}")
    if not re.search(r"\w", text):
        raise CorpusError(f"{where}: empty text")
    if context and text not in context:
        raise CorpusError(f"{where}: the text does not stand in its context")
    if context and (missing := [part for part in (cue, speaker) if part and part not in context]):
        raise CorpusError(f"{where}: {missing[0]!r} does not stand in the context")
    name = str(row.get("id", name))
    group = f"group-{row['group']}" if "group" in row else name
    return SingleStatement(name, text, context, cue, speaker, tuple(stances), group, row.get("kind", ""))


def data_sha256(folder: Path = DATASETS) -> str:
    """One hash over the annotated files: their paths and their bytes."""
    digest = hashlib.sha256()
    for path in sorted(_annotated(folder)):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _annotated(folder: Path) -> Iterable[Path]:
    yield folder / "taxonomy.toml"
    yield folder / "splits.toml"
    yield from (folder / "articles").rglob("*.xml")
    yield from (folder / "statements").glob("*.jsonl")


assert set(_TYPES.values()) == set(get_args(StatementType))
