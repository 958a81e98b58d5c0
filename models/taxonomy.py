"""The stances as data: names, definitions, codes, weights and colours from a TOML file."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import TaxonomyError

__all__ = ["DEFAULT_TAXONOMY", "Stance", "Taxonomy", "load_taxonomy"]

DEFAULT_TAXONOMY = Path(__file__).parent.parent / "datasets" / "taxonomy.toml"


class Stance(BaseModel):
    """One label: what a speaker does with a statement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    definition: str
    cameo: tuple[str, ...] = ()
    plover: tuple[str, ...] = ()
    weight: float = Field(0.0, ge=-10, le=10, description="escalation weight, Goldstein scale")
    weight_from: str = Field("", description="CAMEO code that the weight is taken from; empty: our own")
    color: str = Field("#8d99ae", pattern=r"^#[0-9a-fA-F]{6}$")


class Taxonomy(BaseModel):
    """A named, ordered set of stances; the order is that of the model's outputs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    exclusive: str | None = Field(None, description="the label that never goes with another")
    stance: tuple[Stance, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Self:
        if len(set(self.names)) != len(self.names):
            raise ValueError("a stance is named twice")
        if self.exclusive is not None and self.exclusive not in self.names:
            raise ValueError(f"exclusive = {self.exclusive!r} is not one of the stances")
        return self

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the model's outputs."""
        return tuple(stance.name for stance in self.stance)

    @property
    def label(self) -> str:
        """Name and version, as results carry it."""
        return f"{self.name}-{self.version}"

    def check(self, stances: list[str]) -> str | None:
        """What is wrong with a set of labels, primary first; None if nothing is."""
        if not stances:
            return "no stance given"
        if unknown := [name for name in stances if name not in self.names]:
            return f"unknown stance {unknown[0]!r}; expected one of {', '.join(self.names)}"
        if len(set(stances)) != len(stances):
            return f"a stance is given twice: {' '.join(stances)}"
        if self.exclusive in stances and len(stances) > 1:
            return f"{self.exclusive!r} stands alone, found: {' '.join(stances)}"
        return None


def load_taxonomy(path: Path = DEFAULT_TAXONOMY) -> Taxonomy:
    """Read a taxonomy.

    Raises:
        TaxonomyError: the file is missing, not TOML, or not of the expected form.
    """
    try:
        return Taxonomy.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise TaxonomyError(f"{path}: cannot be read ({error.strerror})") from error
    except tomllib.TOMLDecodeError as error:
        raise TaxonomyError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise TaxonomyError(f"{path}: {where}: {first['msg']}") from error
