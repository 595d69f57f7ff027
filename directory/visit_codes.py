"""Codes to type: short, good once and for half an hour, exchanged for a link of the visit that they belong to.

A code has nine of 25 signs that look like no other, 41.8 bits. Its hash is keyed (HMAC-SHA256): whoever has a copy of
the database and not the master key cannot try them out. How often one may guess is the caller's to limit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from directory.errors import NoSuchVisitor, TooManyLinks, VisitCodeUnknown, VisitEnded
from directory.store import visits as store
from directory.visits import LINK_BYTES, VisitParts, hashed
from foundation.database import WriteSession

ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
"""Neither 0 and O, 1, I and L, 2 and Z, 5 and S, nor 8 and B."""
LENGTH = 9
_LASTS = timedelta(minutes=30)
_LINKS_AT_MOST = 50
"""Of one visit: each code that is exchanged adds one."""
_FAIR = 256 - 256 % len(ALPHABET)
"""Bytes below fall on each sign equally often."""


class VisitCodes:
    """Makes codes and takes them."""

    def __init__(self, parts: VisitParts) -> None:
        self._parts = parts
        self._key = parts.vault.secret("visit-code")

    async def make(self, host_id: str, visitor_id: str) -> tuple[str, datetime]:
        """A new code for a visit of the host's own, and when it ends; the former one is good no more.

        Raises `NoSuchVisitor`.
        """
        now = self._parts.clock.now()
        async with self._parts.database.write() as session:
            found = await store.one(session, visitor_id)
            if found is None or found.host_id != host_id or found.ended or found.ends_at <= now:
                raise NoSuchVisitor
            return await self.add(session, visitor_id)

    async def add(self, session: WriteSession, visitor_id: str) -> tuple[str, datetime]:
        """As `make`, for a visit that is known, in a transaction of the caller's."""
        now = self._parts.clock.now()
        code, ends_at = new_code(self._parts.random_bytes), now + _LASTS
        await store.drop_codes(session, visitor_id, now)
        await store.add_code(session, self._hashed(code), visitor_id, ends_at)
        return code, ends_at

    async def exchange(self, typed: str) -> str:
        """The secret of a new link, for a code as somebody types it.

        Raises `VisitCodeUnknown`, `VisitEnded`, `TooManyLinks`.
        """
        parts = self._parts
        now, link = parts.clock.now(), parts.random_bytes(LINK_BYTES).hex()
        async with parts.database.write() as session:
            visitor_id = await store.take_code(session, self._hashed(normal(typed)), now)
            found = None if visitor_id is None else await store.one(session, visitor_id)
            if found is None:
                raise VisitCodeUnknown
            if found.ended or found.ends_at <= now:
                raise VisitEnded
            if await store.links(session, found.id) >= _LINKS_AT_MOST:
                raise TooManyLinks
            await store.add_link(session, hashed(link), found.id)
        return link

    def _hashed(self, code: str) -> str:
        return hmac.new(self._key, code.encode(), hashlib.sha256).hexdigest()


def new_code(random_bytes: Callable[[int], bytes] = secrets.token_bytes, length: int = LENGTH) -> str:
    """A code, each sign by chance."""
    signs = ""
    while len(signs) < length:
        signs += "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(length) if byte < _FAIR)
    return signs[:length]


def normal(typed: str) -> str:
    """A code in the form that is kept: in capitals, without what stands between its groups."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
