"""Which requests for help a page is shown."""

from __future__ import annotations

from collections.abc import Iterator

from directory.principal import Permission, Principal, permits
from scheduler.views import TicketView
from signalling.slices.helping.help_requests import HelpRequest
from signalling.slices.helping.messages import HelpRequestView, HelpView
from signalling.slices.helping.parts import Parts
from signalling.wire.values import Bilingual


async def show_help(parts: Parts, principal: Principal, _key: str) -> HelpView:
    """The page's own request, or those of the sites where a supervisor may listen."""
    return HelpView(requests=[_view(parts, asked, ticket) for asked, ticket in _concerning(parts, principal)])


def _concerning(parts: Parts, principal: Principal) -> Iterator[tuple[HelpRequest, TicketView]]:
    for asked in parts.requests:
        ticket = parts.board.ticket(asked.ticket_id)
        if ticket is None:
            continue
        if ticket.worker_id == principal.person_id or permits(
            principal, Permission.LISTEN, parts.catalogue.site(ticket.site_id).path
        ):
            yield asked, ticket


def _view(parts: Parts, asked: HelpRequest, ticket: TicketView) -> HelpRequestView:
    return HelpRequestView(
        ticket_id=ticket.id,
        number=ticket.number,
        site_name=Bilingual.name(parts.catalogue.site(ticket.site_id)),
        item_name=Bilingual.name(parts.catalogue.item(ticket.item_id)),
        asked_by=asked.asked_by,
        asked_at=asked.asked_at,
        answered_by=asked.answered_by,
    )
