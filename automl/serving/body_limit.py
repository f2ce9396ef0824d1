"""Refuses bodies of requests that are too large, before they are read."""

from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BodyLimit:
    """An ASGI layer that wants to know the size of a body in advance. The server holds clients to what they say.

    Args:
        app: the application behind it.
        most: bytes that a body may have.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(scope)) is not None:
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if b"transfer-encoding" in headers:
            return _answer(411, "the header Content-Length must say the size of the body; chunks are not read")
        size = headers.get(b"content-length", b"0")
        if not size.isdigit() or int(size) > self._most:
            return _answer(413, f"the body must be of at most {self._most} bytes")
        return None


def _answer(status: int, detail: str) -> JSONResponse:
    content: dict[str, Any] = {"detail": detail}
    return JSONResponse(content, status, headers={"Connection": "close"})
