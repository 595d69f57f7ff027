"""Reception: tickets are taken, given up and asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.views import Place, TakeTicket, TicketView

if TYPE_CHECKING:
    from directory.principal import Principal


class Reception:
    """Takes tickets for the principals of points and centres."""

    async def take_ticket(self, principal: Principal, request: TakeTicket) -> TicketView:
        """Stores a new ticket with its events and lets it be offered at once.

        Raises `TicketAlreadyOpen`, `UnknownGrant`, or the directory's `NotFound` of the item.
        """
        raise NotImplementedError

    async def cancel(self, principal: Principal, ticket_id: str) -> TicketView:
        """Gives the ticket up; an offer that rings for it is withdrawn. Raises `NotYourTicket`, `NotInThisState`."""
        raise NotImplementedError

    async def current(self, principal: Principal) -> TicketView | None:
        """The worker's open ticket, if any: what a page that comes back shows first."""
        raise NotImplementedError

    async def ticket(self, ticket_id: str) -> TicketView:
        """The ticket; raises `NoSuchTicket`. Who may see it is the caller's to check."""
        raise NotImplementedError

    async def place(self, ticket_id: str) -> Place:
        """The ticket's place and the range of its waiting time; raises `NoSuchTicket`."""
        raise NotImplementedError
