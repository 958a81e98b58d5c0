"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from models.pipeline import Analyzer
from models.registry import RELEASED

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DETENTE_")]:
        monkeypatch.delenv(name)
    return


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The released model."""
    return Analyzer.load("fast")


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(RELEASED / "fast" / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


@pytest.fixture
def article_file(tmp_path: Path) -> Path:
    """An annotated article in a folder named for its dispute."""
    path = tmp_path / "kesra-dam" / "01.xml"
    path.parent.mkdir()
    path.write_text(
        '<article dispute="kesra-dam" kind="resource" genre="wire" date="2031-04-02">\n'
        "<title>Talks on the dam stall</title>\n"
        '<p>“<said n="1" direct="true" who="Piet Aldan" ana="rejection precondition">'
        "We will not sit down</said>,”\n"
        '<cue n="1">said</cue> <speaker n="1">the minister, Piet Aldan</speaker>. '
        '“<said n="1">Not under fire</said>.”</p>\n'
        '<p><speaker n="2">Kesra</speaker> <cue n="2">said</cue> that\n'
        '<said n="2" direct="mixed" who="Kesra" ana="none">the dam was “nearly  full”</said>.</p>\n'
        "</article>\n",
        "utf-8",
    )
    return path
