"""Whose ticket it is on the applicant's side."""

from __future__ import annotations

from directory.principal import Principal
from foundation.database import ReadSession
from scheduler.errors import NotYourTicket
from scheduler.records import Ticket
from scheduler.store import tickets


async def own_ticket(session: ReadSession, principal: Principal, ticket_id: str) -> Ticket:
    """The ticket, of who speaks for its point or came by its link; raises `NoSuchTicket`, `NotYourTicket`."""
    ticket = await tickets.ticket(session, ticket_id)
    if not principal.speaks_for(ticket.site_id, ticket.worker_id):
        raise NotYourTicket
    return ticket
