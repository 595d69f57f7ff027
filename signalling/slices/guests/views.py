"""What clerk and guest are shown of a guest from outside."""

from __future__ import annotations

from typing import cast

from directory.principal import Principal
from scheduler.queue_core.ticket_life import IN_SESSION
from signalling.slices.guests.admitting import own
from signalling.slices.guests.lobby import GuestState, Invitee
from signalling.slices.guests.messages import InviteesView, InviteeView, OutsideView
from signalling.slices.guests.parts import Parts
from signalling.wire.values import Bilingual, TicketState


async def show_guests(parts: Parts, principal: Principal, _key: str) -> InviteesView:
    """Those of the call in hand."""
    ticket = parts.board.in_hand_of(principal.person_id)
    found = [] if ticket is None else parts.lobby.of_ticket(ticket.id)
    return InviteesView(guests=[_invitee(one) for one in found])


async def show_outside(parts: Parts, principal: Principal, _key: str) -> OutsideView:
    """The guest's own page; raises `Forbidden`, `NoSuchGuest`."""
    one = own(parts, principal)
    ticket = parts.board.ticket(one.ticket_id)
    inside = ticket is not None and ticket.state in IN_SESSION and one.state is GuestState.ADMITTED
    return OutsideView(
        name=one.name,
        part=one.part,
        state=one.state.value,
        clerk_name=await parts.catalogue.staff_name(ticket.clerk_id) if ticket and ticket.clerk_id else "",
        site_name=Bilingual.name(parts.catalogue.site(principal.site_id)),
        ends_at=one.ends_at,
        ticket_state=cast(TicketState, ticket.state) if ticket and inside else None,
        session=parts.session_of(ticket) if inside else None,
    )


def _invitee(one: Invitee) -> InviteeView:
    return InviteeView(guest_id=one.id, name=one.name, part=one.part, state=one.state.value, ends_at=one.ends_at)
