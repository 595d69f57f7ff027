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
        """Stores the visit; its visitor, and the secret of a link.

        Who was let in for the appointment before is the same visitor, until then instead.
        """
        if (known := await store.of_appointment(session, visit.appointment_id)) is not None and not known.ended:
            return known.id, await self.readmit(session, known.id, visit.ends_at)
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

    async def prolong(self, session: WriteSession, appointment_id: str, ends_at: datetime) -> None:
        """Has the visit for the appointment, if there is one, end then."""
        await store.prolong_of(session, appointment_id, ends_at)

    async def dismiss(self, session: WriteSession, appointment_id: str) -> None:
        """Ends the visit for the appointment, if there is one; who is there is out within two seconds."""
        await store.close_of(session, appointment_id)

    async def forget(self, session: WriteSession, appointment_id: str) -> None:
        """As `dismiss`, and nobody knows any more whose it was."""
        nobody = msgspec.json.encode(Invited(name="", organisation="", wish=""))
        for visitor_id in await store.visitors_of(session, appointment_id):
            key = self._vault.new_data_key()
            await store.forget(session, visitor_id, key, self._vault.seal(key, nobody, visitor_id))

    def _secret(self) -> str:
        return self._random_bytes(LINK_BYTES).hex()
