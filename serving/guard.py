"""What stands between the network and the service: content type, size, and a last net for errors.

BentoML has no limit on bodies, and its timeout middleware swallows an exception that is raised before a
response starts, so that the client hangs: this middleware is the innermost and answers in every case.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.openapi import completed
from serving.settings import Settings

__all__ = ["Guard"]

logger = logging.getLogger("detente")
_INDEX = {
    "service": "detente",
    "post": ["/v1/analyze", "/v1/classify"],
    "get": ["/v1/taxonomy", "/docs.json", "/livez", "/readyz", "/metrics"],
}


class Guard:
    """ASGI middleware: JSON bodies only (415), of a bounded size (413), and never a hanging client."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._settings = Settings.from_environment()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/":
            await JSONResponse(_INDEX)(scope, receive, send)
        elif scope["path"].startswith(("/static_content", "/assets")):  # BentoML's page loads foreign scripts
            await _problem(404, "there is no page here")(scope, receive, send)
        elif scope["path"] == "/docs.json":
            await self._app(scope, receive, _Rewriting(send))
        elif scope["method"] == "POST" and scope["path"].startswith("/v1/"):
            await self._guarded(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal, body = await self._body(Headers(scope=scope), receive)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        started = False

        async def watching(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, _replay(body, receive), watching)
        except Exception:
            logger.exception("unexpected error")
            if not started:
                await _problem(500, "unexpected error; the server's log has it")(scope, receive, send)

    async def _body(self, headers: Headers, receive: Receive) -> tuple[JSONResponse | None, bytes]:
        """A refusal, or the whole body."""
        media_type = headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != "application/json":
            return _problem(
                415, f"content type is {media_type or 'missing'!r}, expected application/json"
            ), b""
        most = self._settings.max_body
        if int(headers["content-length"]) > most if headers.get("content-length", "").isdigit() else False:
            return _too_large(most), b""
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            more = message.get("more_body", False)
            if size > most:
                return _too_large(most), b""
        return _malformed(body := b"".join(parts)), body


def _malformed(body: bytes) -> JSONResponse | None:
    """What BentoML would answer with a bare 500 or with a list."""
    try:
        value = json.loads(body)
    except UnicodeDecodeError:
        return _problem(400, "the body is not UTF-8")
    except (ValueError, RecursionError) as error:
        return _problem(400, f"the body is not JSON: {error}")
    if not isinstance(value, dict):
        return _problem(400, f"the body is a JSON {type(value).__name__}, expected an object")
    return None


def _problem(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)


def _too_large(most: int) -> JSONResponse:
    return _problem(413, f"the body is larger than {most:,} bytes; send several requests")


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand out the body that was read, then what the server has next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class _Rewriting:
    """Completes BentoML's OpenAPI document on its way out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: dict[str, Any] = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = dict(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = (
            json.dumps(completed(json.loads(self._body))).encode()
            if self._start["status"] == 200
            else self._body
        )
        headers = [(k, v) for k, v in self._start["headers"] if k.lower() != b"content-length"]
        self._start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})
