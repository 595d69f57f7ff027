"""What the supervisor's page shows."""

from __future__ import annotations

from directory.principal import Permission, Principal, require, within
from signalling.identity.participant import ParticipantId
from signalling.slices.accounts.ports import staff_view
from signalling.slices.supervision.listening import FACE
from signalling.slices.supervision.messages import CallsView, CallView, SupervisionView
from signalling.slices.supervision.parts import Parts
from signalling.slices.supervision.stance import stance_of
from signalling.transport.listing import Listing


async def show_supervision(parts: Parts, principal: Principal, _key: str) -> SupervisionView:
    """The supervisor's own state; raises `Forbidden` for who may not listen."""
    require(principal, Permission.LISTEN)
    participant = ParticipantId(principal.person_id, FACE)
    ticket = parts.sessions.ticket_of(participant)
    return SupervisionView(
        staff=staff_view(parts.catalogue, principal),
        listening_to=None if ticket is None else ticket.id,
        stance=stance_of(parts.sessions.guest(participant)).value,
    )


async def show_calls(parts: Parts, principal: Principal, _key: str) -> Listing:
    """The calls of the supervisor's sites; raises `Forbidden` for who may not listen."""
    require(principal, Permission.LISTEN)
    rows = {}
    for ticket in parts.board.in_hand():
        session = parts.session_of(ticket)
        if session is not None and within(parts.catalogue.site(ticket.site_id).path, principal.site_path):
            rows[ticket.id] = CallView(ticket=await parts.card_of(ticket), session=session)
    return Listing(rows=rows, make=CallsView)
