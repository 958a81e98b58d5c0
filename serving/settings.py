"""Every setting of the service in one place; each is read from the environment."""

from __future__ import annotations

import os
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import DetenteError

__all__ = ["Settings"]

PREFIX = "DETENTE_"


class Settings(BaseModel):
    """Settings of the service. `DETENTE_MAX_BODY` in the environment sets `max_body`, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str | None = Field(default=None, description="model profile: fast or accurate")
    threads: int | None = Field(default=None, ge=1, description="inference threads; default: every core")
    max_body: int = Field(default=16_000_000, ge=1, description="bytes of a request's body")
    max_articles: int = Field(default=100, ge=1, description="articles in one request")
    max_statements: int = Field(default=10_000, ge=1, description="statements in one request")
    max_chars: int = Field(default=400_000, ge=1, description="characters of all texts in one request")

    @classmethod
    def from_environment(cls) -> Self:
        """Read every setting.

        Raises:
            DetenteError: a value is not what the setting takes; names the variable.
        """
        names = {f"{PREFIX}{name.upper()}": name for name in cls.model_fields}
        found = {name: os.environ[variable] for variable, name in names.items() if os.environ.get(variable)}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            first = error.errors()[0]
            raise DetenteError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from error
