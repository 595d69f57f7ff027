"""Visits of people without an account: a clerk invites, the link opens, until it ends or is ended.

The link's secret is 128 random bits (RFC 6749 §10.10); the database holds its hash alone. Who was invited is encrypted.
An access token is good for a quarter of an hour, and the page asks for the next one with the link.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from directory.catalogue import Catalogue
from directory.errors import NoSuchVisitor, TokenInvalid, TooManyVisitors, VisitEnded, VisitLinkUnknown
from directory.principal import Permission, Principal, Role, Visitor, require
from directory.records import Invitation
from directory.sign_in import Access
from directory.store import visits as store
from directory.tokens import AccessClaims, NotAToken, Tokens
from foundation.clock import Clock
from foundation.database import Database, WriteSession
from foundation.errors import Forbidden
from foundation.identifiers import Identifiers
from foundation.vault import Vault

T = TypeVar("T")
_ACCESS_LASTS = timedelta(minutes=15)
LINK_BYTES = 16
_FOR_EACH_CLERK = 200
ACCOUNT = "visitor"
"""What the audit log has for an account."""


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited, and what they want, as the clerk writes it; organisation and wish may be empty."""

    name: str
    organisation: str
    wish: str


@dataclass(frozen=True)
class Entered:
    """A visitor, and what to show at the next requests."""

    visitor: Visitor
    access_token: str
    access_ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitParts:
    """What visits need of the rest."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    identifiers: Identifiers
    vault: Vault
    tokens: Tokens
    random_bytes: Callable[[int], bytes] = secrets.token_bytes


class Visits:
    """Invites visitors and lets them in."""

    def __init__(self, parts: VisitParts) -> None:
        self._parts = parts
        self._live: dict[str, Visitor] = {}
        self._listeners: list[Callable[[Visitor], None]] = []

    def on_end(self, listener: Callable[[Visitor], None]) -> None:
        """Calls `listener` with each visitor who was here and whose visit ends."""
        self._listeners.append(listener)

    async def invite(
        self,
        host: Principal,
        item_id: str,
        invited: Invited,
        lasts: timedelta,
        also: Callable[[WriteSession, str], Awaitable[T]],
    ) -> tuple[Invitation, str, T]:
        """A new invitation to the host's site, the link's secret, which is told once, and what `also` returns.

        `also` writes what belongs to it, with its identifier, in the same transaction: all of it is stored, or nothing.
        Raises `Forbidden` unless the item is the host's business, `NoSuchItem`, `TooManyVisitors`.
        """
        require(host, Permission.SERVE)
        parts = self._parts
        if parts.catalogue.item(item_id).department_id not in host.department_ids:
            raise Forbidden
        now, key = parts.clock.now(), parts.vault.new_data_key()
        identifier = f"{Visitor.PREFIX}{parts.identifiers.new()}"
        link = parts.random_bytes(LINK_BYTES).hex()
        invitation = Invitation(
            id=identifier,
            link_hash=hashed(link),
            site_id=host.site_id,
            item_id=item_id,
            host_id=host.person_id,
            data_key=key,
            invited=parts.vault.seal(key, msgspec.json.encode(invited), identifier),
            made_at=now,
            ends_at=now + lasts,
            ended=False,
        )
        async with parts.database.write() as session:
            if len(await store.of_host(session, host.person_id, now)) >= _FOR_EACH_CLERK:
                raise TooManyVisitors(limit=_FOR_EACH_CLERK)
            await store.add(session, invitation)
            return invitation, link, await also(session, identifier)

    async def enter(self, link: str) -> Entered:
        """Lets the holder of the link in; raises `VisitLinkUnknown`, `VisitEnded`."""
        async with self._parts.database.read() as session:
            found = await store.of_link(session, hashed(link))
        if found is None:
            raise VisitLinkUnknown
        if self._is_over(found):
            raise VisitEnded(appointment_id=found.appointment_id)
        visitor = self._live[found.id] = self._visitor(found)
        now = self._parts.clock.now()
        ends_at = min(now + _ACCESS_LASTS, found.ends_at).replace(microsecond=0)
        claims = AccessClaims(found.id, found.id, ends_at)
        return Entered(visitor, self._parts.tokens.visit(claims, now, self._parts.identifiers.new()), ends_at)

    async def verify(self, access_token: str) -> Access:
        """What a visitor's token opens; raises `TokenInvalid`."""
        try:
            claims = self._parts.tokens.read_visit(access_token)
        except NotAToken as error:
            raise TokenInvalid from error
        visitor = await self._of(claims.person_id) if claims.ends_at > self._parts.clock.now() else None
        if visitor is None:
            raise TokenInvalid
        return Access(visitor, visitor.person_id, claims.ends_at)

    async def end(self, host: Principal, visitor_id: str) -> None:
        """Ends a visit of the host's own; raises `NoSuchVisitor`."""
        async with self._parts.database.write() as session:
            if not await store.end(session, visitor_id, host.person_id):
                raise NoSuchVisitor
        self._forget(visitor_id)

    async def of_host(self, host_id: str) -> list[tuple[Invitation, Invited]]:
        """The invitations of a clerk that are not over, the newest first, each with who is invited."""
        async with self._parts.database.read() as session:
            found = await store.of_host(session, host_id, self._parts.clock.now())
        return [(one, self._invited(one)) for one in found]

    async def invited(self, visitor_id: str) -> Invited:
        """Who was invited, also after the visit; raises `NoSuchVisitor`."""
        async with self._parts.database.read() as session:
            found = await store.one(session, visitor_id)
        if found is None:
            raise NoSuchVisitor
        return self._invited(found)

    async def organisation(self, visitor_id: str) -> str:
        """Where the visitor comes from, as the invitation says; raises `NoSuchVisitor`."""
        return (await self.invited(visitor_id)).organisation

    def host_of(self, visitor_id: str) -> str | None:
        """The clerk who invited a visitor that came in here; None for others, and for who has an appointment."""
        visitor = self._live.get(visitor_id)
        return None if visitor is None or visitor.appointment_id is not None else visitor.host_id

    async def follow(self) -> None:
        """Takes over what other processes and the clock ended."""
        if not self._live:
            return
        async with self._parts.database.read() as session:
            living = await store.living(session, list(self._live), self._parts.clock.now())
        for visitor_id in set(self._live) - living:
            self._forget(visitor_id)

    async def over_among(self, visitor_ids: Collection[str]) -> set[str]:
        """Those of the visitors whose visit is over, wherever it was ended."""
        async with self._parts.database.read() as session:
            return set(visitor_ids) - await store.living(session, visitor_ids, self._parts.clock.now())

    async def _of(self, visitor_id: str) -> Visitor | None:
        if (known := self._live.get(visitor_id)) is not None:
            return known
        async with self._parts.database.read() as session:
            found = await store.one(session, visitor_id)
        if found is None or self._is_over(found):
            return None
        return self._live.setdefault(visitor_id, self._visitor(found))

    def _is_over(self, found: Invitation) -> bool:
        return found.ended or found.ends_at <= self._parts.clock.now()

    def _invited(self, found: Invitation) -> Invited:
        opened = self._parts.vault.unseal(found.data_key, found.invited, found.id)
        return msgspec.json.decode(opened, type=Invited)

    def _visitor(self, found: Invitation) -> Visitor:
        return Visitor(
            person_id=found.id,
            account=ACCOUNT,
            name=self._invited(found).name,
            roles=frozenset({Role.VISITOR}),
            site_id=found.site_id,
            site_path=self._parts.catalogue.site(found.site_id).path,
            department_ids=frozenset(),
            item_id=found.item_id,
            host_id=found.host_id,
            ends_at=found.ends_at,
            appointment_id=found.appointment_id,
        )

    def _forget(self, visitor_id: str) -> None:
        visitor = self._live.pop(visitor_id, None)
        if visitor is not None:
            for listener in self._listeners:
                listener(visitor)


def hashed(link: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(link.encode()).hexdigest()
