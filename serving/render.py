"""Results as tables for a terminal; plain text where it has no colours."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from models.schema import AnalyzedArticle, ClassifiedText, StanceScore
from models.taxonomy import Taxonomy

__all__ = ["print_article", "print_texts"]


def print_article(
    name: str, result: AnalyzedArticle, taxonomy: Taxonomy, console: Console | None = None
) -> None:
    """One row a statement: who, what, with which stance, how sure."""
    console = console or Console()
    count = len(result.statements)
    heading = f"{name}: {count} statement{'' if count == 1 else 's'}  (model {result.model.version})"
    console.print(escape(heading), highlight=False, style="bold")
    if not count:
        return
    table = Table(box=None, pad_edge=False, header_style="dim", show_lines=False, padding=(0, 2, 1, 0))
    for title, ratio in (("speaker", 3), ("said", 8), ("stance", 4)):
        table.add_column(title, ratio=ratio, overflow="fold")
    table.add_column("sure", justify="right", no_wrap=True)
    for statement in result.statements:
        speaker = statement.speaker.name if statement.speaker else "–"
        cue = f" [dim]({escape(statement.cue.text)})[/dim]" if statement.cue else ""
        table.add_row(
            escape(speaker) + cue,
            _content(statement.content, statement.type),
            _stances(statement, taxonomy),
            _sure(statement),
        )
    console.print(table)


def print_texts(
    texts: Sequence[str],
    results: Sequence[ClassifiedText],
    taxonomy: Taxonomy,
    console: Console | None = None,
) -> None:
    """One row a text."""
    console = console or Console()
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("text", ratio=8, overflow="fold")
    table.add_column("stance", ratio=4, overflow="fold")
    table.add_column("sure", justify="right", no_wrap=True)
    for text, result in zip(texts, results, strict=True):
        table.add_row(escape(text), _stances(result, taxonomy), _sure(result))
    console.print(table)


def _content(content: str, kind: str) -> str:
    return escape(f"“{content}”" if kind == "direct" else content)


def _stances(score: StanceScore, taxonomy: Taxonomy) -> str:
    colors = {stance.name: stance.color for stance in taxonomy.stance}
    titles = {stance.name: stance.title for stance in taxonomy.stance}
    return ", ".join(f"[{colors[name]}]{escape(titles[name])}[/]" for name in score.stances)


def _sure(score: StanceScore) -> str:
    return f"{score.confidence:.0%}" + (" ?" if score.abstained else "")
