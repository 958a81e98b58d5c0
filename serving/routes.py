"""What is read with GET: the taxonomy. BentoML's own endpoints are all POST."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.registry import find_model
from models.taxonomy import load_taxonomy
from serving.settings import Settings

__all__ = ["reading_routes"]


def reading_routes() -> Starlette:
    """An application to mount at /v1."""
    return Starlette(routes=[Route("/taxonomy", _taxonomy, methods=["GET"])])


async def _taxonomy(_: Request) -> Response:
    """The stances of the active model: names, definitions, codes, weights and colours."""
    folder = find_model(Settings.from_environment().profile)
    return JSONResponse(load_taxonomy(folder / "taxonomy.toml").model_dump())
