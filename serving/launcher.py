"""Starts BentoML's server in the foreground, in place of this process."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from models.errors import DetenteError
from models.registry import find_model, read_manifest
from serving.settings import Settings

__all__ = ["launch"]

ROOT = Path(__file__).parent.parent


def launch(host: str, port: int, profile: str | None, threads: int | None) -> None:
    """Check what can be checked first, then become the server.

    Raises:
        DetenteError: the model is missing or altered, a setting is wrong, or the port is taken.
    """
    os.environ.update(
        {f"DETENTE_{k.upper()}": str(v) for k, v in (("profile", profile), ("threads", threads)) if v}
    )
    read_manifest(find_model(Settings.from_environment().profile))
    address = _address(host)
    _check_free(address, port)
    os.environ["BENTOML_DO_NOT_TRACK"] = "True"
    server = [sys.executable, "-m", "bentoml", "serve", "serving.service:Detente", "--working-dir", str(ROOT)]
    sys.stdout.flush()
    os.execv(sys.executable, [*server, "--host", address, "--port", str(port)])


def _address(host: str) -> str:
    """BentoML takes numeric addresses only."""
    try:
        return str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError as error:
        raise DetenteError(f"cannot resolve host {host!r}: {error.strerror}") from error


def _check_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise DetenteError(
                f"cannot listen on {address}:{port}: {error.strerror}; choose another --port"
            ) from error
