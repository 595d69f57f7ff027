"""At the start, takes out of the hall what cannot be read or is stranded, so that it holds up nobody else."""

from __future__ import annotations

from foundation.database import Database
from scheduler.queue_core.stranded import OpenOffer, OpenTicket, Stranded, stranded
from scheduler.store import callbacks, desks, tickets

_STRANDED = "stranded"


class Sweep:
    """Sets aside single tickets, offers and desks of a damaged database; an undamaged one has none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Counts damaged tickets as expired, offers as withdrawn, callbacks as failed, and forgets damaged desks."""
        found = await self._unreadable()
        await self._take_out(found)
        await self._take_out(await self._stranded())

    async def _unreadable(self) -> Stranded:
        async with self._database.read() as session:
            _, bad_offers = await desks.sorted_out_offers(session)
            _, bad_tickets = await tickets.sorted_out_open(session)
            _, bad_desks = await desks.sorted_out_desks(session)
            _, bad_callbacks = await callbacks.sorted_out_open(session)
        kinds = (
            ("offers", bad_offers),
            ("tickets", bad_tickets),
            ("desks", bad_desks),
            ("callbacks", bad_callbacks),
        )
        for kind, bad in kinds:
            for identifier, error in bad:
                self._database.damaged(kind, str(identifier), error)
        return Stranded(*([identifier for identifier, _ in bad] for _, bad in kinds))

    async def _stranded(self) -> Stranded:
        async with self._database.read() as session:
            offers, _ = await desks.sorted_out_offers(session)
            open_tickets, _ = await tickets.sorted_out_open(session)
            known, _ = await desks.sorted_out_desks(session)
            open_callbacks, _ = await callbacks.sorted_out_open(session)
        found = stranded(
            [OpenOffer(one.id, one.ticket_id, one.clerk_id) for one in offers],
            [OpenTicket(one.id, one.state, one.clerk_id, one.is_callback) for one in open_tickets],
            {desk.clerk_id: desk.state for desk in known},
            {one.ticket_id: one.id for one in open_callbacks},
        )
        kinds = (
            ("offers", found.offers),
            ("tickets", found.tickets),
            ("desks", found.desks),
            ("callbacks", found.callbacks),
        )
        for kind, ids in kinds:
            for identifier in ids:
                self._database.damaged(kind, identifier, _STRANDED)
        return found

    async def _take_out(self, found: Stranded) -> None:
        if not (found.offers or found.tickets or found.desks or found.callbacks):
            return
        async with self._database.write_quietly() as session:
            for offer_id in found.offers:
                await desks.take_out_offer(session, offer_id)
            for ticket_id in found.tickets:
                await tickets.take_out(session, ticket_id)
                await callbacks.take_out_of(session, ticket_id)
            for clerk_id in found.desks:
                await desks.take_out_desk(session, clerk_id)
            for callback_id in found.callbacks:
                await callbacks.take_out(session, callback_id)
