"""The `detente` command. Functions here parse and print; the work is done by the modules they call."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from models.errors import DetenteError, NotTextError
from models.reading import decode, looks_like_html
from models.schema import AnalyzedArticle, Article, TextStatement

__all__ = ["main"]

Command = TypeVar("Command", bound=Callable[..., Any])
NEEDS_TRAINING = "this command needs the train extra: run `make install-dev`"


def _options(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


_model = _options(
    click.option(
        "--profile",
        envvar="DETENTE_PROFILE",
        help="Model profile: fast or accurate.  [default: the best released]",
    ),
    click.option("--threads", type=click.IntRange(1), help="Inference threads.  [default: every core]"),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="detente")
def cli() -> None:
    """Quotes, speakers and calibrated conflict stances from news articles."""


@cli.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    metavar="FILE…|-",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: an object, or a list for several files.")
@click.option("--ndjson", is_flag=True, help="Print JSON, one article a line.")
@click.option("--title", help="Title of the article (for a single file).")
@_model
def analyze(
    files: tuple[Path, ...],
    as_json: bool,
    ndjson: bool,
    title: str | None,
    profile: str | None,
    threads: int | None,
) -> None:
    """Find who says what, with which stance, in text or HTML files (- reads standard input)."""
    analyzer = _load_analyzer(profile, threads)
    failed = 0
    results: list[AnalyzedArticle] = []
    for file in files:
        try:
            article = _read_article(file, title)
            [result] = analyzer.analyze([article])
        except DetenteError as error:
            failed += 1
            click.echo(f"detente: {file}: {error}", err=True)
            continue
        if ndjson:
            click.echo(result.model_dump_json())
        elif as_json:
            results.append(result)
        else:
            _print_article(article, result, analyzer.taxonomy)
    if as_json and results:
        data = [result.model_dump(mode="json") for result in results]
        click.echo(json.dumps(data[0] if len(files) == 1 else data, ensure_ascii=False, indent=2))
    if failed:
        raise SystemExit(2)


@cli.command()
@click.argument("texts", nargs=-1, metavar="TEXT…")
@click.option(
    "--input",
    "source",
    type=click.Path(path_type=Path, allow_dash=True),
    help='JSON Lines: {"id", "text", "context"?, "cue"?, "speaker"?}; - reads standard input.',
)
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path, allow_dash=True),
    default=Path("-"),
    help="JSON Lines of the answers, in order.  [default: -]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines for TEXT, too.")
@_model
def classify(
    texts: tuple[str, ...],
    source: Path | None,
    target: Path,
    as_json: bool,
    profile: str | None,
    threads: int | None,
) -> None:
    """Classify single statements: texts given as arguments, or a JSON Lines file."""
    if bool(texts) == (source is not None):
        raise click.UsageError("give either texts or --input")
    analyzer = _load_analyzer(profile, threads)
    if texts:
        found = analyzer.classify(texts)
        if as_json:
            _write_lines(target, (row.model_dump_json() for row in found))
        else:
            _rendering().print_texts(texts, found, analyzer.taxonomy)
    elif source is not None:
        statements = _read_statements(source)
        _write_lines(target, (row.model_dump_json() for row in _classify_all(analyzer, statements)))


@cli.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="DETENTE_HOST", help="Address to listen on."
)
@click.option(
    "--port",
    default=3000,
    show_default=True,
    type=click.IntRange(1, 65535),
    envvar="DETENTE_PORT",
    help="Port to listen on.",
)
@_model
def serve(host: str, port: int, profile: str | None, threads: int | None) -> None:
    """Serve over HTTP until interrupted. Further settings are read from the environment: DETENTE_MAX_BODY,
    DETENTE_MAX_ARTICLES, DETENTE_MAX_STATEMENTS, DETENTE_MAX_CHARS."""
    _late("serving.launcher").launch(host, port, profile, threads)


@cli.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Model folder to write; replaced when training has succeeded.",
)
@click.option("--profile", default="fast", show_default=True, help="Name that the model is given.")
@click.option(
    "--base",
    default="all-MiniLM-L6-v2",
    show_default=True,
    help="Base encoder: all-MiniLM-L6-v2, or a folder in the Hugging Face format.",
)
@click.option("--precision", type=click.Choice(["auto", "int8", "bf16"]), default="auto", show_default=True)
@click.option(
    "--datasets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Corpus folder.  [default: datasets/]",
)
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path),
    help="Folder for checkpoints; a killed run goes on from there.",
)
@click.option("--seed", type=int, default=13, show_default=True)
def train(
    output: Path,
    profile: str,
    base: str,
    precision: str,
    datasets: Path | None,
    checkpoints: Path | None,
    seed: int,
) -> None:
    """Train the tagger and the classifier from the corpus and write a complete model folder."""
    release = _late("training.release")
    settings = release.TrainingSettings(
        profile=profile,
        base=base,
        precision=precision,
        tagger=release.TAGGER_SETTINGS.model_copy(update={"seed": seed}),
        classifier=tuple(
            run.model_copy(update={"seed": seed + n}) for n, run in enumerate(release.CLASSIFIER_SETTINGS)
        ),
    )
    manifest = release.train(output, settings, datasets or release.DATASETS, checkpoints)
    click.echo(f"{output}: {json.dumps(manifest.metrics)}")


@cli.command()
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True)
@click.option(
    "--benchmarks",
    type=click.Path(path_type=Path),
    help="Folder of outside benchmarks.  [default: ../shared/benchmarks, where it is there]",
)
@click.option(
    "--json", "target", type=click.Path(path_type=Path, allow_dash=True), help="Write every number as JSON."
)
@_model
def evaluate(
    split: str, benchmarks: Path | None, target: Path | None, profile: str | None, threads: int | None
) -> None:
    """Score the model on a split of the corpus, beside baselines, and on outside benchmarks."""
    report = _late("evaluation.run").evaluate(_load_analyzer(profile, threads), split, benchmarks)
    click.echo(report.text())
    if target is not None:
        _write_lines(target, [json.dumps(report.numbers, indent=1)])


@cli.command()
@click.option(
    "--runs",
    default=3,
    show_default=True,
    type=click.IntRange(1),
    help="Passes over the texts; medians are printed.",
)
@click.option(
    "--articles",
    "folder",
    type=click.Path(path_type=Path, exists=True),
    help="Text files to read.  [default: the corpus]",
)
@click.option(
    "--json", "target", type=click.Path(path_type=Path, allow_dash=True), help="Write every number as JSON."
)
@_model
def bench(
    runs: int, folder: Path | None, target: Path | None, profile: str | None, threads: int | None
) -> None:
    """Measure throughput: whole articles, and the classifier beside transformers' pipeline."""
    report = _late("evaluation.bench").bench(_load_analyzer(profile, threads), runs, folder)
    click.echo(report.text())
    if target is not None:
        _write_lines(target, [json.dumps(report.numbers, indent=1)])


@cli.group()
def data() -> None:
    """The annotated corpus."""


@data.command("check")
@click.option(
    "--datasets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Corpus folder.  [default: datasets/]",
)
def data_check(datasets: Path | None) -> None:
    """Read every annotated file and name the first mistake of each."""
    module = _late("training.data")
    raise SystemExit(module.check(datasets or module.DATASETS, click.echo))


@data.command("stats")
@click.option(
    "--datasets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Corpus folder.  [default: datasets/]",
)
def data_stats(datasets: Path | None) -> None:
    """Count articles, statements, types and stances in each split."""
    module = _late("training.data")
    click.echo(module.stats(datasets or module.DATASETS))


@data.command("agreement")
@click.option(
    "--passes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of passes.  [default: datasets/passes]",
)
@click.option(
    "--json", "target", type=click.Path(path_type=Path, allow_dash=True), help="Write every number as JSON."
)
def data_agreement(passes: Path | None, target: Path | None) -> None:
    """Agreement of the independent annotation passes."""
    module = _late("evaluation.agreement")
    figures = module.agreement(passes or module.DATASETS / "passes")
    click.echo(module.as_text(figures))
    if target is not None:
        _write_lines(target, [json.dumps(figures, indent=1)])


@data.command("build")
@click.argument("output", type=click.Path(path_type=Path))
@click.option(
    "--datasets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Corpus folder.  [default: datasets/]",
)
def data_build(output: Path, datasets: Path | None) -> None:
    """Compile the corpus to JSON Lines with offsets: articles and statements of each split."""
    module = _late("training.data")
    for path in module.build(output, datasets or module.DATASETS):
        click.echo(path)


def _late(name: str) -> Any:  # noqa: ANN401 - a module
    """Import a module that needs an extra, or more time than `--help` should take."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("models", "training", "evaluation", "serving"):
            raise
        raise DetenteError(f"{NEEDS_TRAINING} ({error.name} is missing)") from error


def _rendering() -> Any:  # noqa: ANN401 - a module
    return _late("serving.render")


def _load_analyzer(profile: str | None, threads: int | None) -> Any:  # noqa: ANN401
    return _late("models.pipeline").Analyzer.load(profile, threads=threads)


def _read_bytes(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise DetenteError(f"cannot be read: {error.strerror}") from error


def _read_article(path: Path, title: str | None) -> Article:
    name = "stdin" if str(path) == "-" else str(path)
    text = decode(_read_bytes(path), name)
    kind = "html" if path.suffix.lower() in (".html", ".htm", ".xhtml") or looks_like_html(text) else "text"
    return Article.model_validate({"id": name, "title": title, kind: text})


def _print_article(article: Article, result: AnalyzedArticle, taxonomy: Any) -> None:  # noqa: ANN401
    _rendering().print_article(article.id, result, taxonomy)


def _read_statements(path: Path) -> list[TextStatement]:
    """Every line, or an error that names the first bad one."""
    rows: list[TextStatement] = []
    for number, line in enumerate(decode(_read_bytes(path), str(path)).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = TextStatement.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise NotTextError(f"{path}:{number}: {_reason(error)}") from error
        if not any(map(str.isalnum, row.text)):
            raise NotTextError(f"{path}:{number}: the text holds no words")
        rows.append(row if row.id else row.model_copy(update={"id": f"s{len(rows) + 1}"}))
    return rows


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "line"
        return f"{where}: {first['msg']}; expected id, text, context, cue, speaker"
    return f"not JSON ({error})"


def _classify_all(analyzer: Any, statements: list[TextStatement]) -> Iterable[Any]:  # noqa: ANN401
    size = 512
    with click.progressbar(
        length=len(statements), label="classifying", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        for first in range(0, len(statements), size):
            batch = statements[first : first + size]
            yield from analyzer.classify(batch)
            bar.update(len(batch))


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write to a file that appears only when it is whole, or to standard output."""
    if path.is_dir():
        raise DetenteError(f"{path}: is a folder, expected a file to write")
    if str(path) == "-":
        for line in lines:
            click.echo(line)
        return
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        partial.replace(path)
    except OSError as error:
        raise DetenteError(f"{path}: cannot be written: {error.strerror}") from error


def main() -> None:
    """Run the command; a user's mistake ends with one line and exit code 2."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(2) from None
    except DetenteError as error:
        click.echo(f"detente: {error}", err=True)
        raise SystemExit(2) from None
    except (OSError, UnicodeError, ValidationError) as error:
        click.echo(f"detente: {str(error).splitlines()[0]}", err=True)
        raise SystemExit(2) from None
