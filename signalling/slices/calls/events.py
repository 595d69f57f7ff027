"""Sessions follow their tickets, tickets follow the links of both sides, and pages are told of their slots."""

from __future__ import annotations

from directory.principal import Principal
from foundation.database import told_if_damaged
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected, SlotsChanged
from scheduler.board import clerks_of
from scheduler.events import TicketCalled, TicketMoved
from scheduler.records import Ticket
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.links import LinkState
from signalling.slices.calls.parts import Parts
from signalling.slices.calls.ports import parties


def follow(parts: Parts) -> None:
    """Follows the tickets, the media, and the ends of sign-in sessions."""
    parts.media.subscribe(parts.links.take)
    parts.media.subscribe(parts.link_figures.take)
    _follow_tickets(parts)
    _follow_links(parts)
    _follow_slots(parts)
    _follow_signing_out(parts)


async def restore(parts: Parts) -> None:
    """Opens the sessions of the tickets that a former process has left in hand."""
    for ticket in parts.board.in_hand():
        with told_if_damaged(parts.damaged, "session", ticket.id):
            parts.sessions.align(ticket)


def _follow_tickets(parts: Parts) -> None:
    async def moved(event: TicketMoved) -> None:
        parts.sessions.align(await parts.board.as_of(event))

    async def called(event: TicketCalled) -> None:
        # At once, not after the case has been assigned: both sides wait for the video.
        ticket = await parts.board.as_of(event)
        parts.sessions.align(ticket)
        parts.session_changes.tell(ticket)

    parts.bus.subscribe(TicketMoved, moved)
    parts.bus.subscribe(TicketCalled, called)


def _follow_links(parts: Parts) -> None:
    """A side whose media falls silent interrupts the ticket; when both are linked again it goes on by itself."""

    async def lost(participant: ParticipantId) -> None:
        # A supervisor who listens has none, and interrupts nothing.
        ticket = await parts.sessions.stored_ticket(participant)
        if ticket is not None and not parts.links.up(str(participant)):
            await parts.desk.link_lost(ticket.id)

    async def back(participant: ParticipantId) -> None:
        ticket = await parts.sessions.stored_ticket(participant)
        if ticket is not None and all(parts.links.up(str(one.participant)) for one in parties(ticket)):
            await parts.desk.link_back(ticket.id)

    def changed(participant_id: str, state: LinkState) -> None:
        participant = ParticipantId.parse(participant_id)
        if state == "connected":
            parts.tasks.spawn(back(participant), name="link back")
        elif state != "weak":
            parts.tasks.spawn(lost(participant), name="link lost")

    parts.links.subscribe(changed)


def _follow_slots(parts: Parts) -> None:
    registry = parts.registry

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        registry.invalidate({now.worker_id} | clerks_of(former, now), "slots")

    def told(event: MediaEvent) -> None:
        # A page that hears it has no slots connects its media anew.
        elsewhere = isinstance(event, ParticipantDisconnected) and event.reason in ("moved", "node_lost")
        if elsewhere or isinstance(event, SlotsChanged):
            registry.invalidate([ParticipantId.parse(event.participant_id).person_id], "slots")

    def link_changed(participant_id: str, _state: LinkState) -> None:
        ticket = parts.sessions.ticket_of(ParticipantId.parse(participant_id))
        if ticket is not None:
            registry.invalidate([ticket.worker_id, ticket.clerk_id], "slots")

    parts.board.on_ticket(ticket_changed)
    parts.media.subscribe(told)
    parts.links.subscribe(link_changed)
    parts.session_changes.subscribe(
        lambda ticket: registry.invalidate([one.person_id for one in parts.sessions.members(ticket)], "slots")
    )
    parts.sessions.guest_changes.subscribe(lambda person_id: registry.invalidate([person_id], "slots"))


def _follow_signing_out(parts: Parts) -> None:
    """Who is signed in nowhere else has no media any more, nor who came by a link that has ended."""

    def gone(principal: Principal) -> None:
        parts.media.disconnect(str(ParticipantId.of(principal)))
        parts.sendings.forget(str(ParticipantId.of(principal)))
        parts.whip.delete_all(principal.person_id)

    parts.people.on_gone(gone)
