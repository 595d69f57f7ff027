"""Visits that are booked: the link is made, prolonged and ended in the transaction of the appointment that it is for.

Each link is told once and kept as its hash alone: who is told again, of a new time, gets one more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import msgspec

from directory.principal import Visitor
from directory.records import Invitation
from directory.store import visits as store
from directory.visits import LINK_BYTES, Invited, hashed
from foundation.clock import Clock
from foundation.database import WriteSession
from foundation.identifiers import Identifiers
from foundation.vault import Vault


class BookedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, to which site, for which item and appointment, until when; `host_id` is who booked."""

    appointment_id: str
    name: str
    site_id: str
    item_id: str
    host_id: str
    ends_at: datetime


class BookedVisits:
    """Makes the links of booked visits."""

    def __init__(
        self,
        clock: Clock,
        identifiers: Identifiers,
        vault: Vault,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._clock = clock
        self._identifiers = identifiers
        self._vault = vault
        self._random_bytes = random_bytes

    async def admit(self, session: WriteSession, visit: BookedVisit) -> tuple[str, str]:
        """Stores the visit; its visitor, and the secret of the first link."""
        identifier, key = f"{Visitor.PREFIX}{self._identifiers.new()}", self._vault.new_data_key()
        invited = msgspec.json.encode(Invited(name=visit.name, organisation="", wish=""))
        link = self._secret()
        invitation = Invitation(
            id=identifier,
            link_hash=hashed(link),
            site_id=visit.site_id,
            item_id=visit.item_id,
            host_id=visit.host_id,
            data_key=key,
            invited=self._vault.seal(key, invited, identifier),
            made_at=self._clock.now(),
            ends_at=visit.ends_at,
            ended=False,
            appointment_id=visit.appointment_id,
        )
        await store.add(session, invitation)
        return identifier, link

    async def readmit(self, session: WriteSession, visitor_id: str, ends_at: datetime) -> str:
        """Has the visit end then; the secret of one more link."""
        link = self._secret()
        await store.prolong(session, visitor_id, ends_at)
        await store.add_link(session, hashed(link), visitor_id)
        return link

    async def dismiss(self, session: WriteSession, visitor_id: str) -> None:
        """Ends the visit; who is there is out within two seconds."""
        await store.close(session, visitor_id)

    def _secret(self) -> str:
        return self._random_bytes(LINK_BYTES).hex()
