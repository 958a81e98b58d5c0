"""Which models there are, and what their folders hold.

A model folder is complete in itself: two OpenVINO graphs, the tokenizer, the taxonomy, and a manifest
with the SHA-256 of every file.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.classification import Decision
from models.errors import ModelError

__all__ = ["MODELS_VARIABLE", "Manifest", "find_model", "profiles", "read_manifest", "sha256"]

RELEASED = Path(__file__).parent / "released"
MODELS_VARIABLE = "DETENTE_MODELS"  # a folder of profiles to use instead of the released ones
PREFERRED = ("accurate", "fast")


class Manifest(BaseModel):
    """What a model folder says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="the profile: fast or accurate")
    version: str
    created: str = Field(description="ISO 8601, UTC")
    licence: str
    base: dict[str, str] = Field(description="base encoder: name and sha256 of its weights")
    data_sha256: str = Field(description="of the corpus that it was trained on")
    precision: dict[str, Literal["int8", "bf16"]] = Field(description="of each graph")
    settings: dict[str, Any] = Field(description="of the training run")
    decision: Decision
    metrics: dict[str, Any] = Field(description="on the development split, after export")
    files: dict[str, str] = Field(description="relative path -> sha256")


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def profiles() -> list[str]:
    """Names of the profiles that can be loaded, the preferred one first."""
    found = {path.parent.name for path in _root().glob("*/manifest.json")}
    return [name for name in PREFERRED if name in found] + sorted(found.difference(PREFERRED))


def find_model(profile: str | None = None) -> Path:
    """The folder of a profile; without a name, of the preferred one that is there.

    Raises:
        ModelError: there is no such profile.
    """
    known = profiles()
    if not known:
        raise ModelError(f"no model in {_root()}: restore models/released, or run `detente train`")
    if profile is None:
        return _root() / known[0]
    if profile not in known:
        raise ModelError(f"unknown profile {profile!r}: expected one of {', '.join(known)}")
    return _root() / profile


def _root() -> Path:
    return Path(os.environ.get(MODELS_VARIABLE) or RELEASED)


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest and check every file that it lists.

    Raises:
        ModelError: a file is missing or altered, or the manifest is malformed; names the file.
    """
    path = folder / "manifest.json"
    try:
        manifest = Manifest.model_validate(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); is it a model folder?") from error
    except (json.JSONDecodeError, ValidationError) as error:
        raise ModelError(f"{path}: not a manifest ({str(error).splitlines()[0]})") from error
    for name, expected in manifest.files.items():
        _check(folder / name, expected)
    return manifest


def _check(path: Path, expected: str) -> None:
    if not path.is_file():
        raise ModelError(f"{path}: listed in the manifest but missing; restore the model folder")
    if (found := sha256(path)) != expected:
        raise ModelError(
            f"{path}: altered (sha256 {found[:12]}…, manifest says {expected[:12]}…); restore it"
        )
