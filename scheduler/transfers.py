"""Transfers: a clerk gives the ticket in hand on, to another clerk or to a queue; number and credit stay.

Who is consulted in the session takes the ticket over at once; everybody else gets it by an offer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from directory.principal import Permission, Principal, require
from foundation.database import WriteSession
from scheduler import events
from scheduler.errors import SameWindow, TargetClosed, TargetNotCapable, TicketNotInHand
from scheduler.matchmaker import Matchmaker, is_on_duty
from scheduler.open_desks import OpenDesks
from scheduler.ports import Ports, SiteFacts
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.overflow import Queue, tier
from scheduler.queue_core.ticket_life import TicketState
from scheduler.queue_core.window_life import SERVING
from scheduler.reception import handover_sealed_as
from scheduler.records import Ticket, queue_id
from scheduler.store import desks, tickets
from scheduler.transitions import Step, Transitions
from scheduler.views import Handover

_GRANT = "transferred"
"""Shown with the ticket among the reasons for its place; it gives no minutes."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the ticket waits next; for one clerk alone until a moment, where one is named."""

    home: SiteFacts
    department_id: str
    clerk_id: str | None = None
    until: datetime | None = None


class Transfers:
    """Gives tickets on. Each is one transaction: the clerk is in wrap-up, the ticket waits and is matched at once."""

    def __init__(self, ports: Ports, transitions: Transitions, matchmaker: Matchmaker, open_desks: OpenDesks) -> None:
        self._ports = ports
        self._database = ports.database
        self._transitions = transitions
        self._matchmaker = matchmaker
        self._open_desks = open_desks

    async def to_clerk(self, principal: Principal, ticket_id: str, clerk_id: str, note: str = "") -> None:
        """Gives the ticket to a clerk at an open window: it waits for that one, and after a while in their queue.

        Raises `Forbidden`, `TicketNotInHand`, `NotInThisState`, `SameWindow`, `TargetClosed`, `TargetNotCapable`.
        """
        require(principal, Permission.SERVE)
        if clerk_id == principal.person_id:
            raise SameWindow
        async with self._database.write() as session:
            ticket = await _in_hand(session, principal, ticket_id)
            desk = await desks.desk_or_none(session, clerk_id)
            if desk is None or not is_on_duty(desk):
                raise TargetClosed
            if ticket.department_id not in desk.skills:
                raise TargetNotCapable
            until = self._ports.clock.now() + timedelta(seconds=self._ports.rules.kept_for_person)
            home = SiteFacts(id=desk.site_id, path=desk.path)
            target = _Target(home, ticket.department_id, clerk_id, until)
            await self._give_on(session, principal, ticket, target, note)
        await self._matchmaker.match()

    async def to_queue(
        self, principal: Principal, ticket_id: str, site_id: str, department_id: str, note: str = ""
    ) -> None:
        """Gives the ticket to the queue of a department at the centre of a site.

        Raises `Forbidden`, `TicketNotInHand`, `NotInThisState`, `TargetClosed`, `TargetNotCapable`, or the
        directory's `NotFound`.
        """
        require(principal, Permission.SERVE)
        home = await self._ports.catalogue.home(site_id)
        windows = await self._ports.catalogue.windows_of(department_id)
        if all(tier(home.path, window.site.path) is None for window in windows):
            raise TargetNotCapable
        async with self._database.write() as session:
            ticket = await _in_hand(session, principal, ticket_id)
            queue = Queue(queue_id(home.id, department_id), home.path, department_id)
            if not await self._open_desks.is_served(session, queue, principal.person_id):
                raise TargetClosed
            await self._give_on(session, principal, ticket, _Target(home, department_id), note)
        await self._matchmaker.match()

    async def hand_over(self, principal: Principal, ticket_id: str, clerk_id: str) -> None:
        """Gives the ticket to a clerk who is in its session: it goes on with that one, and waits nowhere.

        The former clerk is reserved until they leave the session. Raises as `to_clerk`.
        """
        require(principal, Permission.SERVE)
        async with self._database.write() as session:
            ticket = await _in_hand(session, principal, ticket_id)
            desk = await desks.desk_or_none(session, clerk_id)
            if desk is None or desk.window_state not in SERVING or desk.state is not ClerkState.RESERVED:
                raise TargetClosed
            if ticket.department_id not in desk.skills:
                raise TargetNotCapable
            told = {"to_home_id": desk.site_id, "to_department_id": ticket.department_id, "to_clerk_id": clerk_id}
            step = Step(TicketState.TRANSFERRED, events.TicketTransferred, told, {"actor_id": principal.person_id})
            transferred = await self._transitions.ticket(session, ticket, step)
            former = await desks.desk(session, principal.person_id)
            await self._transitions.desk(session, former, state=ClerkState.RESERVED)
            changes = {
                "home_id": desk.site_id,
                "home_path": desk.path,
                "clerk_id": desk.clerk_id,
                "window_id": desk.window_id,
                "window_name": desk.window_name,
                "actor_id": principal.person_id,
            }
            said = {"former_clerk_id": principal.person_id}
            step = Step(TicketState.SERVING, events.TicketHandedOver, said, changes)
            await self._transitions.ticket(session, transferred, step)
            await self._transitions.desk(session, desk, state=ClerkState.SERVING)

    async def _give_on(
        self, session: WriteSession, principal: Principal, ticket: Ticket, target: _Target, note: str
    ) -> None:
        told = {
            "to_home_id": target.home.id,
            "to_department_id": target.department_id,
            "to_clerk_id": target.clerk_id,
        }
        step = Step(TicketState.TRANSFERRED, events.TicketTransferred, told, {"actor_id": principal.person_id})
        transferred = await self._transitions.ticket(session, ticket, step)
        await self._transitions.give_back(
            session,
            transferred,
            "transferred",
            home_id=target.home.id,
            home_path=target.home.path,
            department_id=target.department_id,
            kept_for=target.clerk_id,
            kept_until=target.until,
            handover=self._sealed(ticket, Handover(by=principal.name, note=note)),
            grants=sorted({*ticket.grants, _GRANT}),
            # Not back to who has just given it on, when nobody else is free.
            refused_by=[principal.person_id],
        )
        desk = await desks.desk(session, principal.person_id)
        await self._transitions.desk(session, desk, state=ClerkState.WRAP_UP)

    def _sealed(self, ticket: Ticket, handover: Handover) -> bytes:
        said = msgspec.json.encode(handover)
        return self._ports.vault.seal(ticket.data_key, said, handover_sealed_as(ticket.id))


async def _in_hand(session: WriteSession, principal: Principal, ticket_id: str) -> Ticket:
    ticket = await tickets.in_hand(session, principal.person_id)
    if ticket is None or ticket.id != ticket_id:
        raise TicketNotInHand
    return ticket
