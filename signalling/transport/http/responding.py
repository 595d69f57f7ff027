"""Carries an endpoint out: who asks, whether they may, what they say; then the answer, and what the audit log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from aiohttp import web

from directory.audit import DONE, Entry
from directory.errors import AuditBusy
from directory.principal import require
from foundation.errors import Refusal, TooMany, Unavailable
from signalling.transport.http.client_address import address_of
from signalling.transport.http.context import PARTS, PEOPLE, PRINCIPAL, WebParts
from signalling.transport.http.endpoint import READING, Call, Endpoint
from signalling.transport.http.reading import bearer_token, json_response, read_body, require_own_origin

_NAMED_AT_MOST = 64
_log = structlog.get_logger("signalling.endpoint")


@dataclass(frozen=True)
class Responder:
    """An endpoint with the parts of its slice."""

    endpoint: Endpoint[Any]
    parts: Any

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Authenticates, decodes, calls, encodes; what is refused leaves as a `Refusal`.

        Both stand in the audit log before they leave: a refusal of a person, and an answer with an `audit` act.
        """
        endpoint, web_parts = self.endpoint, request.app[PARTS]
        if endpoint.open and endpoint.method not in READING:
            require_own_origin(request)
        touched: dict[str, str] = {}
        try:
            if not endpoint.open:
                await self._recognise(web_parts, request)
            body = await read_body(request, endpoint.body, endpoint.largest_body) if endpoint.body else None
            if endpoint.audit:
                web_parts.intake.require_room()
            result = await self._carry_out(web_parts, Call(request, body, touched))
        except Refusal as refusal:
            self._note_refusal(web_parts, request, refusal, touched or _named(request))
            raise
        if endpoint.audit:
            await self._note_answer(web_parts, request, touched)
        if isinstance(result, web.StreamResponse):
            return result
        return json_response(result, endpoint.status)

    async def _note_answer(self, web_parts: WebParts, request: web.Request, touched: dict[str, str]) -> None:
        entry = _entry(request, self.endpoint.audit, DONE, touched or _named(request))
        if self.endpoint.often:
            web_parts.intake.take(entry)
        else:
            await web_parts.intake.write(entry)

    def _note_refusal(
        self, web_parts: WebParts, request: web.Request, refusal: Refusal, touched: dict[str, str]
    ) -> None:
        # What is not now says nothing of who asked; who asks too often would fill the log with what was asked for.
        if PRINCIPAL not in request or isinstance(refusal, Unavailable):
            return
        act = self.endpoint.audit or f"{self.endpoint.method} {self.endpoint.path}"
        entry = _entry(request, act, refusal.code, {} if isinstance(refusal, TooMany) else touched)
        try:
            web_parts.intake.take(entry)
        except AuditBusy:
            _log.error("refusal_not_audited", who=entry.who, act=act, code=refusal.code)

    async def _carry_out(self, web_parts: WebParts, call: Call) -> msgspec.Struct | web.StreamResponse:
        work = self.endpoint.handle(self.parts, call)
        if self.endpoint.method in READING:
            return await work
        # Whoever goes meanwhile has asked for the change all the same.
        return await web_parts.acts.finish(work, name=f"{self.endpoint.method} {self.endpoint.path}")

    async def _recognise(self, web_parts: WebParts, request: web.Request) -> None:
        principal = (await web_parts.authenticate(bearer_token(request))).principal
        request[PRINCIPAL] = principal
        if not request.app[PEOPLE].allow(principal.person_id, web_parts.clock.monotonic()):
            raise TooMany
        if self.endpoint.permission is not None:
            require(principal, self.endpoint.permission)


def _entry(request: web.Request, act: str, outcome: str, what: Mapping[str, str]) -> Entry:
    principal = request[PRINCIPAL]
    return Entry(
        who=principal.person_id,
        account=principal.account,
        act=act,
        outcome=outcome,
        address=address_of(request),
        what=what,
    )


def _named(request: web.Request) -> dict[str, str]:
    """The identifiers in the path, which anybody may have made up."""
    return {name.removesuffix("_id"): value[:_NAMED_AT_MOST] for name, value in request.match_info.items()}
