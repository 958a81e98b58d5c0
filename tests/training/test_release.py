"""The whole way from annotated files to a model folder, with an encoder of one small layer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from transformers import BertConfig, BertModel

from models.errors import ModelError
from models.pipeline import Analyzer
from models.registry import RELEASED, read_manifest
from training.base import PINNED, find_base
from training.corpus import DATASETS, data_sha256
from training.loop import FineTuning
from training.release import TrainingSettings, train

pytestmark = [
    pytest.mark.train,
    pytest.mark.model,
    # openvino traces with torch.jit and reads every attribute of a module, deprecated ones too
    pytest.mark.filterwarnings("ignore"),
]

SHORT = FineTuning(epochs=1, batch_size=8, learning_rate=1e-3)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny-encoder"
    config = BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64)
    BertModel(config).save_pretrained(folder)
    shutil.copy(RELEASED / "fast" / "tokenizer.json", folder)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A dozen articles of two disputes, and a few single statements."""
    folder = tmp_path / "datasets"
    (folder / "statements").mkdir(parents=True)
    for dispute in ("tolmas-dam", "hvaley-cod"):
        shutil.copytree(DATASETS / "articles" / dispute, folder / "articles" / dispute)
    shutil.copy(DATASETS / "taxonomy.toml", folder)
    (folder / "splits.toml").write_text('dev = ["hvaley-cod"]\n')
    lines = (DATASETS / "statements" / "passages-01.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "statements" / "a.jsonl").write_text("".join(lines[:40]), "utf-8")
    return folder


def test_training_writes_a_whole_model_that_the_analyzer_loads(
    tmp_path: Path, base: Path, corpus: Path
) -> None:
    settings = TrainingSettings(
        profile="tiny",
        base=str(base),
        precision="bf16",
        most_flips=0.2,
        tagger=SHORT,
        classifier=(SHORT, SHORT),
    )
    output = tmp_path / "models" / "tiny"
    train(output, settings, corpus)
    manifest = read_manifest(output)
    assert manifest.data_sha256 == data_sha256(corpus)
    assert manifest.precision == {"tagger": "bf16", "classifier": "bf16"}
    assert manifest.base["name"] == "tiny-encoder"
    analyzer = Analyzer.load(folder=output)
    [result] = analyzer.classify(["We will not talk."])
    assert set(result.scores) == set(analyzer.taxonomy.names)
    assert not output.with_name("tiny.building").exists()


def test_an_encoder_that_is_not_what_it_claims_is_refused(tmp_path: Path, base: Path) -> None:
    impostor = tmp_path / next(iter(PINNED))
    shutil.copytree(base, impostor)
    with pytest.raises(ModelError, match="not the encoder that it claims to be"):
        find_base(str(impostor))


def test_a_missing_encoder_names_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="all-MiniLM-L6-v2"):
        find_base(str(tmp_path / "none"))


def test_the_packaged_encoder_is_the_published_one() -> None:
    assert find_base("all-MiniLM-L6-v2").weights_sha256 == PINNED["all-MiniLM-L6-v2"]
