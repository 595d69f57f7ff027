"""The description of the HTTP interface, for programs; its part makes the text."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.slice import Slice

Describe = Callable[[], bytes]


async def read_openapi(describe: Describe, _call: Call) -> web.StreamResponse:
    """This table as OpenAPI 3.1."""
    return web.Response(body=describe(), content_type="application/json")


SLICE: Slice[Describe] = Slice(
    "description",
    endpoints=(Endpoint("GET", "/api/v1/openapi.json", "This description", read_openapi, open=True),),
)
