"""The clerk's own invitations."""

from __future__ import annotations

from typing import cast

from directory.principal import Principal
from directory.records import Invitation
from directory.visits import Invited
from signalling.slices.visitors.messages import InvitationsView, InvitationView
from signalling.slices.visitors.parts import Parts
from signalling.wire.values import Bilingual, TicketState

_SHOWN_AT_MOST = 50


async def show_invitations(parts: Parts, principal: Principal, _key: str) -> InvitationsView:
    """Those that have not ended; raises `NoSuchItem`, `SealBroken`."""
    found = await parts.visits.of_host(principal.person_id)
    return InvitationsView(invitations=[_invitation(parts, *one) for one in found[:_SHOWN_AT_MOST]])


def _invitation(parts: Parts, made: Invitation, invited: Invited) -> InvitationView:
    ticket = parts.board.current(made.id) or parts.board.called_back(made.id) or parts.board.last_of_worker(made.id)
    return InvitationView(
        visitor_id=made.id,
        name=invited.name,
        organisation=invited.organisation,
        wish=invited.wish,
        item_name=Bilingual.name(parts.catalogue.item(made.item_id)),
        made_at=made.made_at,
        ends_at=made.ends_at,
        ticket_number=ticket.number if ticket else None,
        ticket_state=cast(TicketState, ticket.state) if ticket else None,
    )
