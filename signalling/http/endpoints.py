"""The table of all endpoints."""

from __future__ import annotations

from functools import cache

from aiohttp import web
from msgspec import json

from signalling import VERSION
from signalling.http import cases, health, items, media, people, replays, uploads
from signalling.http.endpoint import Call, Endpoint
from signalling.http.openapi import openapi


async def read_openapi(_call: Call) -> web.StreamResponse:
    """This table as OpenAPI 3.1."""
    return web.Response(body=_description(), content_type="application/json")


@cache
def _description() -> bytes:
    return json.encode(openapi(ENDPOINTS, VERSION))


ENDPOINTS: tuple[Endpoint, ...] = (
    *health.ENDPOINTS,
    *people.ENDPOINTS,
    *items.ENDPOINTS,
    *media.ENDPOINTS,
    *uploads.ENDPOINTS,
    *cases.ENDPOINTS,
    *replays.ENDPOINTS,
    Endpoint("GET", "/api/v1/openapi.json", "This description", read_openapi, open=True),
)
