"""The links of booked visits, as addresses that people can open."""

from __future__ import annotations

from datetime import datetime

from directory.booked_visits import BookedVisit, BookedVisits
from foundation.database import WriteSession
from signalling.identity.faces import VISIT_LINK


class VisitAddresses:
    """The scheduler's `VisitLinks` port over the directory."""

    def __init__(self, visits: BookedVisits, public_url: str) -> None:
        self._visits = visits
        self._door = f"{public_url}{VISIT_LINK}"

    async def admit(self, session: WriteSession, visit: BookedVisit) -> tuple[str, str]:
        """The identifier of the visitor, and the address that lets them in."""
        visitor_id, link = await self._visits.admit(session, visit)
        return visitor_id, self._door + link

    async def readmit(self, session: WriteSession, visitor_id: str, ends_at: datetime) -> str:
        """One more address for the visitor, whose visit ends then."""
        return self._door + await self._visits.readmit(session, visitor_id, ends_at)

    async def prolong(self, session: WriteSession, appointment_id: str, ends_at: datetime) -> None:
        """Has the visit for the appointment end then."""
        await self._visits.prolong(session, appointment_id, ends_at)

    async def dismiss(self, session: WriteSession, appointment_id: str) -> None:
        """Ends the visit for the appointment."""
        await self._visits.dismiss(session, appointment_id)

    async def forget(self, session: WriteSession, appointment_id: str) -> None:
        """Ends it and forgets whose it was."""
        await self._visits.forget(session, appointment_id)
