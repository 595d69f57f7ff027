"""One endpoint of the HTTP interface: routes, checks and OpenAPI come from the same row."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from aiohttp import web

from directory.principal import Permission, Principal
from foundation.errors import Unauthenticated
from signalling.transport.http.context import PRINCIPAL
from signalling.transport.http.details import Details
from signalling.transport.http.reading import LARGEST_JSON_BODY

READING = frozenset({"GET", "HEAD", "OPTIONS"})
P = TypeVar("P")


@dataclass(frozen=True)
class Call:
    """One request as an endpoint sees it: already authenticated, its body already decoded and checked."""

    request: web.Request
    body: Any
    touched: dict[str, str] = field(default_factory=dict)
    """What the audit log says was asked for, in place of the path's own identifiers."""

    @property
    def principal(self) -> Principal:
        """Who asks; raises `Unauthenticated` on an endpoint that is open to everybody."""
        if PRINCIPAL not in self.request:
            raise Unauthenticated
        return self.request[PRINCIPAL]

    def recognise(self, principal: Principal) -> Principal:
        """Says who asks, where something else than the access token tells."""
        self.request[PRINCIPAL] = principal
        return principal

    def touch(self, **touched: str) -> None:
        """Says what is asked for, once it is known."""
        self.touched.update(touched)

    def path(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def query(self, name: str) -> str:
        """A query parameter, empty when absent; at most 200 characters are kept."""
        return self.request.query.get(name, "")[:200]


Prepare = Callable[[str, web.StreamResponse], None]
"""Adds headers to an answer at a path, refusals too."""
Handler = Callable[[P, Call], Coroutine[Any, Any, msgspec.Struct | web.StreamResponse]]


@dataclass(frozen=True)
class Endpoint(Generic[P]):
    """A row of the table; `handle` gets the parts of its slice.

    `body` and `answer` are Struct types; `content` is the media type of an answer that is not JSON. `open` endpoints
    need no access token, and change nothing for pages of another origin; `permission` is what the caller must be
    allowed to do somewhere. `audit` is the act that an answer stands under in the audit log, empty where it holds
    nothing of residents; what comes `often` is counted there. `details` are for the description alone.
    """

    method: str
    path: str
    summary: str
    handle: Handler[P]
    body: type[msgspec.Struct] | None = None
    answer: type[msgspec.Struct] | None = None
    content: str = "application/json"
    permission: Permission | None = None
    open: bool = False
    status: int = 200
    largest_body: int = LARGEST_JSON_BODY
    """Bytes of a JSON body."""
    audit: str = ""
    often: bool = False
    details: Details = field(default_factory=Details)
