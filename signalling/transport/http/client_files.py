"""The built web client, served from memory: compressed when it was built, kept by browsers for as long as it is valid.

It is read once, so that a page and the files it names are of one build even while the next one is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, hdrs, web

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_ENCODINGS = {".br": "br", ".gz": "gzip"}
"""By the ending that the client's build gives them, the smallest first."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


@dataclass(frozen=True)
class _Coded:
    """The file in one content coding."""

    data: bytes
    etag: str


@dataclass(frozen=True)
class _File:
    content_type: str
    cache_control: str
    coded: Mapping[str, _Coded]
    """By content coding, `identity` among them, the best first."""


class ClientFiles:
    """The files of a folder that the client's build made."""

    def __init__(self, folder: Path) -> None:
        self._pages = {path.stem: _read(path, _ASK_EACH_TIME) for path in folder.glob("*.html")}
        assets = (path for path in (folder / "assets").rglob("*") if path.is_file() and path.suffix not in _ENCODINGS)
        # The build puts a hash of what is in them into their names.
        self._assets = {str(path.relative_to(folder / "assets")): _read(path, _FOR_EVER) for path in assets}

    async def page(self, request: web.Request) -> web.StreamResponse:
        """A face, or the page that leads to all of them."""
        return _answer(request, self._pages.get(request.match_info.get("face", "index")))

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """What a face loads."""
        return _answer(request, self._assets.get(request.match_info["name"]))


def _read(path: Path, cache_control: str) -> _File:
    coded = {}
    for ending, coding in _ENCODINGS.items():
        sibling = path.with_name(path.name + ending)
        if sibling.is_file():
            coded[coding] = _code(sibling.read_bytes())
    coded["identity"] = _code(path.read_bytes())
    return _File(_TYPES.get(path.suffix, "application/octet-stream"), cache_control, coded)


def _code(data: bytes) -> _Coded:
    # Strong, and another one for each coding (RFC 9110 §8.8.3): the bytes are what it speaks of.
    return _Coded(data, hashlib.sha256(data).hexdigest()[:32])


def _answer(request: web.Request, file: _File | None) -> web.StreamResponse:
    if file is None:
        raise web.HTTPNotFound
    coding = preferred(request.headers.get(hdrs.ACCEPT_ENCODING, ""), tuple(file.coded))
    chosen = file.coded[coding]
    response = web.Response(headers={hdrs.CACHE_CONTROL: file.cache_control, hdrs.VARY: hdrs.ACCEPT_ENCODING})
    response.etag = ETag(chosen.etag)
    if any(one.value in ("*", chosen.etag) for one in request.if_none_match or ()):
        response.set_status(304)
        return response
    response.headers[hdrs.ACCEPT_RANGES] = "bytes"
    response.headers[hdrs.CONTENT_TYPE] = file.content_type
    if coding != "identity":
        response.headers[hdrs.CONTENT_ENCODING] = coding
    _put_body(request, response, chosen)
    return response


def _put_body(request: web.Request, response: web.Response, chosen: _Coded) -> None:
    """The whole body, or the range of it that is asked for (RFC 9110 §14)."""
    total = len(chosen.data)
    wanted = _range(request, chosen)
    if wanted is None:
        response.body = chosen.data
    elif wanted:
        response.set_status(206)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {wanted.start}-{wanted.stop - 1}/{total}"
        response.body = chosen.data[wanted.start : wanted.stop]
    else:
        response.set_status(416)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes */{total}"


def _range(request: web.Request, chosen: _Coded) -> range | None:
    """The range that is asked for, empty when there is no such bytes; None when everything is to be sent."""
    if (
        hdrs.RANGE not in request.headers
        or request.headers.get(hdrs.IF_RANGE, f'"{chosen.etag}"') != f'"{chosen.etag}"'
    ):
        return None
    try:
        asked = request.http_range
    except ValueError:
        # Several ranges at once, or nonsense: a server may send everything.
        return None
    return range(*asked.indices(len(chosen.data)))


def preferred(accept_encoding: str, codings: tuple[str, ...]) -> str:
    """The first of `codings` that the header accepts (RFC 9110 §12.5.3); `identity` when it accepts none of them."""
    weights = dict(_weights(accept_encoding))
    for coding in codings:
        if weights.get(coding, weights.get("*", 0.0)) > 0:
            return coding
    return "identity"


def _weights(header: str) -> list[tuple[str, float]]:
    weights = []
    for part in header.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, text = parameter.strip().partition("=")
        try:
            weight = float(text) if name.strip() == "q" else 1.0
        except ValueError:
            weight = 0.0
        weights.append((coding.strip(), weight))
    return weights
