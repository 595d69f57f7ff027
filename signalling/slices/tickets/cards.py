"""A ticket as every page shows it."""

from __future__ import annotations

from typing import cast

from directory.catalogue import Catalogue
from directory.principal import is_visitor
from scheduler import views as scheduled
from scheduler.places import Places
from scheduler.queue_core.ticket_life import IN_LINE
from scheduler.reception import Reception
from signalling.slices.tickets.ports import Said
from signalling.wire.values import Bilingual, Place
from signalling.wire.values import TicketState as State
from signalling.wire.views import TicketView, VisitorView


class TicketCards:
    """Puts names to what a ticket refers to."""

    def __init__(self, catalogue: Catalogue, reception: Reception, places: Places) -> None:
        self._catalogue = catalogue
        self._reception = reception
        self._places = places

    async def card(self, ticket: scheduled.TicketView) -> TicketView:
        """The ticket with its item, applicant, site, place and clerk; raises the directory's `NoSuch…`."""
        item = self._catalogue.item(ticket.item_id)
        said = self._said(ticket)
        window = self._catalogue.window(ticket.window_id) if ticket.window_id else None
        return TicketView(
            ticket_id=ticket.id,
            number=ticket.number,
            state=cast(State, ticket.state),
            item_id=item.id,
            item_name=Bilingual.name(item),
            applicant_name=said.applicant,
            site_name=Bilingual.name(self._catalogue.site(ticket.site_id)),
            taken_at=ticket.taken_at,
            place=self.place(ticket),
            window_name=Bilingual.name(window) if window else None,
            clerk_name=await self._catalogue.staff_name(ticket.clerk_id) if ticket.clerk_id else None,
            visitor=VisitorView(organisation=said.organisation, wish=said.wish)
            if is_visitor(ticket.worker_id)
            else None,
        )

    def applicant(self, ticket: scheduled.TicketView) -> str:
        """The applicant's name; raises `SealBroken`."""
        return self._said(ticket).applicant

    def place(self, ticket: scheduled.TicketView) -> Place | None:
        """Its place in the queue; None where it has none."""
        place = self._places.place(ticket.id) if ticket.state in IN_LINE else None
        return None if place is None else shown_place(place)

    def _said(self, ticket: scheduled.TicketView) -> Said:
        return Said.of(self._reception.answers(ticket))


def shown_place(place: scheduled.Place) -> Place:
    """A place as pages show it."""
    return Place(position=place.position, low_minutes=place.low_minutes, high_minutes=place.high_minutes)
