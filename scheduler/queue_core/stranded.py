"""What no move leads out of any more: tickets, desks and offers that say of another what that does not say of them.

Every move keeps the three in step, so only data that was damaged from outside holds any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.ticket_life import IN_HAND, TicketState

_NONE: Mapping[str, str] = MappingProxyType({})
_WITH_A_CLERK = IN_HAND | {TicketState.OFFERED}


class OpenOffer(NamedTuple):
    """An offer that rings."""

    id: str
    ticket_id: str
    clerk_id: str


class OpenTicket(NamedTuple):
    """A ticket that is not over."""

    id: str
    state: TicketState
    clerk_id: str | None
    is_callback: bool = False


@dataclass(frozen=True, slots=True)
class Stranded:
    """The identifiers of what is stranded; a desk's is its clerk's."""

    offers: list[str]
    tickets: list[str]
    desks: list[str]
    callbacks: list[str] = field(default_factory=list)


def stranded(
    offers: Sequence[OpenOffer],
    tickets: Sequence[OpenTicket],
    desks: Mapping[str, ClerkState],
    callbacks: Mapping[str, str] = _NONE,
) -> Stranded:
    """A ticket rings where its offer does, at a desk that rings; one in hand is with a clerk who serves.

    Who is to be called back has a callback that is open, and a callback that is open has somebody to be called back:
    `callbacks` are the open ones by ticket.
    """
    lost = {one.id for one in tickets if one.is_callback and one.id not in callbacks}
    offered = {one.id: one.clerk_id for one in tickets if one.state is TicketState.OFFERED and one.id not in lost}
    ringing = {
        one.ticket_id: one.clerk_id
        for one in offers
        if offered.get(one.ticket_id) == one.clerk_id and desks.get(one.clerk_id) is ClerkState.RINGING
    }
    held = {
        one.id: one.clerk_id
        for one in tickets
        if one.id not in lost
        and one.state in IN_HAND
        and one.clerk_id is not None
        and desks.get(one.clerk_id) is ClerkState.SERVING
    }
    called_back = {one.id for one in tickets if one.is_callback}
    # Who is reserved is in another's session, which the service restores or ends by itself.
    busy = {ClerkState.RINGING: [*ringing.values()], ClerkState.SERVING: [*held.values()]}
    kept = ringing.keys() | held.keys()
    return Stranded(
        offers=[one.id for one in offers if ringing.get(one.ticket_id) != one.clerk_id],
        tickets=[one.id for one in tickets if one.id in lost or (one.state in _WITH_A_CLERK and one.id not in kept)],
        desks=[clerk_id for clerk_id, state in desks.items() if state in busy and clerk_id not in busy[state]],
        callbacks=[callback_id for ticket_id, callback_id in callbacks.items() if ticket_id not in called_back],
    )
