"""Files that lie sealed, sent in the clear: whole, or the range asked for (RFC 9110 §14)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import PurePath
from typing import IO

from aiohttp import web

_PIECE = 256 * 1024
_TYPES = {
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}


def send_whole(file: IO[bytes], name: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The answer with all bytes of the file, which closes it when they are sent."""
    return _send(file, name, range(file.seek(0, os.SEEK_END)), {**(headers or {})})


def send_range(request: web.Request, file: IO[bytes], name: str) -> web.Response:
    """As `send_whole`, or what of it the request asks for; 416 when the file has no such bytes."""
    size = file.seek(0, os.SEEK_END)
    headers = {"Accept-Ranges": "bytes"}
    try:
        span = _span(request, size)
    except ValueError:
        file.close()
        return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    if span == range(size):
        return _send(file, name, span, headers)
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return _send(file, name, span, headers, 206)


def private_bytes(data: bytes, content_type: str) -> web.Response:
    """Bytes that only this person may see: no cache keeps them."""
    return web.Response(body=data, content_type=content_type, headers={"Cache-Control": "private, no-store"})


def _send(file: IO[bytes], name: str, span: range, headers: dict[str, str], status: int = 200) -> web.Response:
    headers |= {"Content-Length": str(len(span)), "Cache-Control": "private, no-store"}
    kind = _TYPES.get(PurePath(name).suffix, "application/octet-stream")
    return web.Response(status=status, body=_pieces(file, span), headers=headers, content_type=kind)


def _span(request: web.Request, size: int) -> range:
    """The bytes that are asked for; raises ValueError when there are none such."""
    asked = request.http_range
    if asked.start is None:
        return range(size)
    start = max(size + asked.start, 0) if asked.start < 0 else asked.start
    stop = size if asked.stop is None else min(asked.stop, size)
    if start >= stop:
        raise ValueError(f"no bytes from {start} to {stop}")
    return range(start, stop)


async def _pieces(file: IO[bytes], span: range) -> AsyncIterator[bytes]:
    try:
        file.seek(span.start)
        left = len(span)
        while left:
            piece = await asyncio.to_thread(file.read, min(_PIECE, left))
            if not piece:
                raise EOFError("the file is shorter than it was")
            left -= len(piece)
            yield piece
    finally:
        file.close()
