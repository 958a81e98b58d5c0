from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from models.errors import ModelError
from models.pipeline import Analyzer
from models.registry import MODELS_VARIABLE, RELEASED, find_model, profiles, read_manifest

pytestmark = pytest.mark.model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RELEASED / "fast", tmp_path / "fast"))


def test_the_released_model_is_whole_and_small() -> None:
    manifest = read_manifest(RELEASED / "fast")
    assert manifest.licence == "Apache-2.0"
    on_disk = {
        p.relative_to(RELEASED / "fast").as_posix() for p in (RELEASED / "fast").rglob("*") if p.is_file()
    }
    assert set(manifest.files) == on_disk - {"manifest.json", "README.md"}
    sizes = [(RELEASED / "fast" / name).stat().st_size for name in manifest.files]
    assert max(sizes) < 95_000_000
    assert sum(sizes) < 95_000_000


def test_a_missing_file_is_named(model: Path) -> None:
    (model / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json: listed in the manifest but missing"):
        Analyzer.load(folder=model)


def test_an_altered_file_is_named(model: Path) -> None:
    with (model / "tagger" / "model.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"\0\1\2\3")
    with pytest.raises(ModelError, match=r"tagger/model\.bin: altered"):
        Analyzer.load(folder=model)


def test_a_malformed_manifest_is_named(model: Path) -> None:
    (model / "manifest.json").write_text("{}")
    with pytest.raises(ModelError, match="not a manifest"):
        read_manifest(model)


def test_a_folder_without_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is it a model folder"):
        read_manifest(tmp_path)


def test_profiles_are_found_in_the_folder_that_the_environment_names(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(model.parent))
    (model.parent / "zeta").mkdir()
    shutil.copy(model / "manifest.json", model.parent / "zeta")
    assert profiles() == ["fast", "zeta"]
    assert find_model() == model
    with pytest.raises(ModelError, match="expected one of fast, zeta"):
        find_model("huge")


def test_an_empty_folder_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    with pytest.raises(ModelError, match="detente train"):
        find_model()


def test_the_manifest_is_plain_json() -> None:
    manifest = json.loads((RELEASED / "fast" / "manifest.json").read_text("utf-8"))
    assert set(manifest["precision"]) == {"tagger", "classifier"}
