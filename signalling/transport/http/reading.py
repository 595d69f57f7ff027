"""What a request says and how it is answered: token, language, origin, body."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

import msgspec
from aiohttp import web

from foundation.errors import Forbidden, Language, Refusal, TooLarge, Unauthenticated, Unsupported
from signalling.transport.http.context import LIMITS, PARTS
from signalling.wire.decoding import decode

LARGEST_JSON_BODY = 256 * 1024
_PIECE_BYTES = 64 * 1024
S = TypeVar("S")


class EncodedBody(Unsupported):
    """The body is compressed, and nobody knows what it would inflate to."""

    code = "encoded_body"
    zh = "请求内容不能压缩。"
    en = "The request may not be compressed."


class TooSlow(Refusal):
    """The body does not come, or comes so slowly that it holds a place for nothing."""

    code = "too_slow"
    status = 408
    zh = "网络太慢，上传已中断，请重试。"
    en = "The connection is too slow. Please try again."


def bearer_token(request: web.Request) -> str:
    """The token of the `Authorization` header (RFC 6750); raises `Unauthenticated`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


def language_of(request: web.Request) -> Language:
    """The language of the sentences for this caller, from `Accept-Language`; Chinese where it says nothing."""
    wanted = request.headers.get("Accept-Language", "").lower()
    return "en" if wanted.startswith("en") else "zh-CN"


def require_own_origin(request: web.Request) -> None:
    """Raises `Forbidden` for a page of another origin; browsers send cookies and open WebSockets for those, too."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.split("://", 1)[-1] != request.host:
        raise Forbidden


async def read_body(request: web.Request, kind: type[S], largest: int = LARGEST_JSON_BODY) -> S:
    """The JSON body as `kind`; raises `Invalid` with the path of the fault, `TooLarge`, `Unsupported`.

    It has to say that it is JSON: a form of another site cannot, and a script there would have to ask first.
    """
    if request.content_type != "application/json":
        raise Unsupported
    return decode(await read_bytes(request, largest, TooLarge()), kind)


async def read_bytes(request: web.Request, limit: int, too_large: TooLarge) -> bytes:
    """The body; raises `too_large` beyond `limit` bytes, `TooSlow`."""
    data = bytearray()
    async for piece in pieces(request):
        data += piece
        if len(data) > limit:
            raise too_large
    return bytes(data)


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes, at most 64 KiB at a time; raises `TooSlow`.

    The time that whoever takes the pieces needs for them does not count.
    """
    limits, clock = request.app[LIMITS], request.app[PARTS].clock
    received, waited = 0, 0.0
    while True:
        left = limits.body_silence + received / limits.least_body_a_second - waited
        began = clock.monotonic()
        try:
            async with asyncio.timeout(min(limits.body_silence, left)):
                piece = await request.content.read(_PIECE_BYTES)
        except TimeoutError as error:
            raise TooSlow from error
        waited += clock.monotonic() - began
        if not piece:
            return
        received += len(piece)
        yield piece


def json_response(body: msgspec.Struct, status: int = 200) -> web.Response:
    """The Struct as an answer that no cache keeps."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
