"""What no move leads out of any more is found, and nothing else is."""

from __future__ import annotations

import pytest

from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.stranded import OpenOffer, OpenTicket, Stranded, stranded
from scheduler.queue_core.ticket_life import IN_HAND, TicketState

OFFER = OpenOffer("o", "t", "ada")
OFFERED = OpenTicket("t", TicketState.OFFERED, "ada")
NOTHING = Stranded([], [], [])


def test_a_hall_in_step_has_nothing_stranded() -> None:
    waiting = OpenTicket("w", TicketState.WAITING, None)
    served = OpenTicket("s", TicketState.SERVING, "ben")
    desks = {"ada": ClerkState.RINGING, "ben": ClerkState.SERVING, "cyd": ClerkState.IDLE, "dora": ClerkState.LOST}
    assert stranded([OFFER], [OFFERED, waiting, served], desks) == NOTHING


@pytest.mark.parametrize("state", sorted(IN_HAND))
def test_a_ticket_in_hand_is_with_a_clerk_who_serves(state: TicketState) -> None:
    held = OpenTicket("t", state, "ada")
    assert stranded([], [held], {"ada": ClerkState.SERVING}) == NOTHING
    assert stranded([], [held], {"ada": ClerkState.IDLE}) == Stranded([], ["t"], [])
    assert stranded([], [held], {}) == Stranded([], ["t"], [])
    assert stranded([], [OpenTicket("t", state, None)], {}) == Stranded([], ["t"], [])


@pytest.mark.parametrize(
    ("offers", "tickets", "desks", "wanted"),
    [
        # An offer rings at a desk that knows nothing of it.
        ([OFFER], [OFFERED], {"ada": ClerkState.IDLE}, Stranded(["o"], ["t"], [])),
        ([OFFER], [OFFERED], {}, Stranded(["o"], ["t"], [])),
        # An offer of a ticket that waits, or is gone, or is offered elsewhere.
        (
            [OFFER],
            [OpenTicket("t", TicketState.WAITING, None)],
            {"ada": ClerkState.RINGING},
            Stranded(["o"], [], ["ada"]),
        ),
        ([OFFER], [], {"ada": ClerkState.RINGING}, Stranded(["o"], [], ["ada"])),
        (
            [OFFER],
            [OpenTicket("t", TicketState.OFFERED, "ben")],
            {"ada": ClerkState.RINGING, "ben": ClerkState.IDLE},
            Stranded(["o"], ["t"], ["ada"]),
        ),
        # A ticket that is said to be offered, and a desk that rings, without an offer.
        ([], [OFFERED], {"ada": ClerkState.RINGING}, Stranded([], ["t"], ["ada"])),
        # A desk that serves nobody; who is in another's session has no ticket.
        ([], [], {"ada": ClerkState.SERVING, "ben": ClerkState.RESERVED}, Stranded([], [], ["ada"])),
    ],
)
def test_what_is_out_of_step(
    offers: list[OpenOffer], tickets: list[OpenTicket], desks: dict[str, ClerkState], wanted: Stranded
) -> None:
    assert stranded(offers, tickets, desks) == wanted


def test_who_is_to_be_called_back_without_a_callback_is_taken_out() -> None:
    scheduled = OpenTicket("s", TicketState.CALLBACK_SCHEDULED, None, is_callback=True)
    offered = OpenTicket("t", TicketState.OFFERED, "ada", is_callback=True)
    ringing = {"ada": ClerkState.RINGING}
    assert stranded([OFFER], [scheduled, offered], ringing, {"s": "1", "t": "2"}) == NOTHING
    assert stranded([OFFER], [scheduled, offered], ringing) == Stranded(["o"], ["s", "t"], ["ada"])


def test_a_callback_of_a_ticket_that_is_over_or_gone_or_waits_is_taken_out() -> None:
    waits = OpenTicket("w", TicketState.WAITING, None)
    scheduled = OpenTicket("s", TicketState.CALLBACK_SCHEDULED, None, is_callback=True)
    found = stranded([], [waits, scheduled], {}, {"w": "1", "s": "2", "over": "3"})
    assert found == Stranded([], [], [], ["1", "3"])
