"""What must hold of the folders themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import models.errors
from training.data import check

ROOT = Path(__file__).parent.parent.parent


def test_the_data_folder_holds_no_python() -> None:
    """A Python file there would hide Hugging Face's `datasets`."""
    assert list((ROOT / "datasets").rglob("*.py")) == []


def test_hugging_face_datasets_wins_the_import() -> None:
    import datasets

    assert hasattr(datasets, "load_dataset")


def test_the_corpus_has_no_mistakes() -> None:
    said: list[str] = []
    assert check(ROOT / "datasets", said.append) == 0, said


def test_inference_imports_no_torch_and_nothing_imports_serving() -> None:
    for path in (ROOT / "models").rglob("*.py"):
        assert not re.search(
            r"^\s*(?:import|from) (?:torch|transformers|training|evaluation|serving)\b",
            path.read_text(),
            re.M,
        ), path
    for folder in ("models", "training", "evaluation"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"^\s*(?:import|from) serving\b", path.read_text(), re.M), path


def test_no_code_names_a_stance() -> None:
    names = tomllib.loads((ROOT / "datasets" / "taxonomy.toml").read_text())["stance"]
    distinct = [row["name"] for row in names if "_" in row["name"]]
    for folder in ("models", "training", "evaluation", "serving"):
        for path in (ROOT / folder).rglob("*.py"):
            code = re.sub(r'""".*?"""', "", path.read_text(), flags=re.S)
            assert not [name for name in distinct if name in code], path


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("name", models.errors.__all__)
def test_every_error_stands_in_the_tree(name: str) -> None:
    assert name in (models.errors.__doc__ or "")
