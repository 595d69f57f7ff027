"""Phrases of one's own, to be used with one touch: kept by the person under a name, read and changed over HTTP."""

from __future__ import annotations

from typing import Annotated, Protocol, TypeVar

from msgspec import Meta

from directory.personal import PersonalSettings
from directory.principal import Permission, Visitor
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import ShortText, Value


class PhrasesBody(Value, frozen=True, kw_only=True):
    """Phrases of one's own, to be used with one touch; null where the person has never kept any."""

    phrases: Annotated[list[ShortText], Meta(max_length=20)] | None


class HasPersonal(Protocol):
    """Parts that reach what people keep for themselves."""

    @property
    def personal(self) -> PersonalSettings:
        """What people keep for themselves."""
        ...


P = TypeVar("P", bound=HasPersonal)


def phrase_endpoints(address: str, name: str, what: str) -> tuple[Endpoint[P], Endpoint[P]]:
    """Reads and keeps the person's phrases under `name`; `what` says in the description what they are."""

    async def read_phrases(parts: P, call: Call) -> PhrasesBody:
        """The phrases that the person keeps."""
        return PhrasesBody(phrases=await parts.personal.of(call.principal.person_id, name, list[str]))

    async def keep_phrases(parts: P, call: Call) -> PhrasesBody:
        """Keeps other phrases; null brings back those that the page begins with. Visitors keep none."""
        if isinstance(call.principal, Visitor):
            raise Forbidden
        body: PhrasesBody = call.body
        kept = None if body.phrases is None else [one.strip() for one in body.phrases if one.strip()]
        await parts.personal.keep(call.principal.person_id, name, kept)
        return PhrasesBody(phrases=kept)

    # What names the operation in the description, which has each name once.
    read_phrases.__name__, keep_phrases.__name__ = f"read_{name}", f"keep_{name}"
    busy = Details(refusals=frozenset({DatabaseBusy}))
    may = Permission.READ_CASE
    return (
        Endpoint("GET", address, f"Read {what}", read_phrases, answer=PhrasesBody, permission=may, details=busy),
        Endpoint(
            "PUT",
            address,
            f"Keep {what}",
            keep_phrases,
            body=PhrasesBody,
            answer=PhrasesBody,
            permission=may,
            details=busy,
        ),
    )
