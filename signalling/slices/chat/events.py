"""The chat appears with the call and goes with it."""

from __future__ import annotations

from foundation.database import told_if_damaged
from scheduler.board import clerks_of, states_of
from scheduler.queue_core.ticket_life import FINAL, IN_SESSION
from scheduler.records import Ticket
from signalling.slices.chat.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the tickets and the guests of their sessions."""

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        if now.state in FINAL:
            parts.conversations.forget(now.id)
        if not IN_SESSION.isdisjoint(states_of(former, now)):
            parts.registry.invalidate({now.worker_id} | clerks_of(former, now), "chat")

    parts.board.on_ticket(ticket_changed)
    parts.sessions.guest_changes.subscribe(lambda person_id: parts.registry.invalidate([person_id], "chat"))


async def restore(parts: Parts) -> None:
    """Reads again what was written in the calls that a former process has left in hand.

    The conversation of a case that is damaged begins anew, and is told.
    """
    for ticket in parts.board.in_hand():
        with told_if_damaged(parts.damaged, "case_of_ticket", ticket.id):
            parts.conversations.take_up(ticket.id, await parts.history_of(ticket.id))
