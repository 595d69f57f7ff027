"""The tables of the life cycles."""

from __future__ import annotations

from enum import StrEnum

import pytest

from scheduler.queue_core import appointment_life, clerk_life, life, ticket_life, window_life, wish_life
from scheduler.queue_core.appointment_life import AppointmentState, Arrival, arrival
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.numbering import ticket_number
from scheduler.queue_core.ticket_life import FINAL, TRANSITIONS, TicketState

TABLES = [
    (ticket_life.TRANSITIONS, TicketState.WAITING),
    (clerk_life.TRANSITIONS, ClerkState.IDLE),
    (window_life.TRANSITIONS, window_life.WindowState.CLOSED),
    (wish_life.TRANSITIONS, wish_life.WishState.WAITING),
]


@pytest.mark.parametrize(("table", "first"), TABLES)
def test_every_state_has_a_row_and_is_reached(table: life.Table[StrEnum], first: StrEnum) -> None:
    reached, ahead = set(), [first]
    while ahead:
        state = ahead.pop()
        if state not in reached:
            reached.add(state)
            ahead += table[state]
    assert reached == set(table) == set(type(first))


def test_an_appointment_is_booked_or_held_first_and_every_state_is_reached() -> None:
    firsts = {AppointmentState.HELD, AppointmentState.BOOKED}
    after = {state for transitions in appointment_life.TRANSITIONS.values() for state in transitions}
    assert firsts | after == set(appointment_life.TRANSITIONS) == set(AppointmentState)


def test_what_is_not_in_the_table_raises() -> None:
    with pytest.raises(life.IllegalTransition) as refused:
        ticket_life.check(TicketState.COMPLETED, TicketState.SERVING)
    assert (refused.value.life, refused.value.former, refused.value.state) == ("TicketState", "completed", "serving")
    with pytest.raises(life.IllegalTransition):
        clerk_life.check(ClerkState.IDLE, ClerkState.WRAP_UP)
    with pytest.raises(life.IllegalTransition):
        window_life.check(window_life.WindowState.CLOSED, window_life.WindowState.PAUSED)


def test_every_open_ticket_can_expire_and_no_final_one_moves() -> None:
    assert {state for state in TicketState if TicketState.EXPIRED in TRANSITIONS[state]} == set(TicketState) - FINAL
    assert {"completed", "abandoned", "cancelled", "expired"} == FINAL


def test_the_diagram_draws_exactly_the_table() -> None:
    lines = [line.strip() for line in ticket_life.diagram().splitlines()]
    transitions = {f"{former} --> {state}" for former in TRANSITIONS for state in TRANSITIONS[former]}
    ends = {f"{state} --> [*]" for state in FINAL}
    assert lines[0] == "stateDiagram-v2"
    assert set(lines[1:]) == transitions | ends | {"[*] --> waiting"}
    assert len(lines) == len(set(lines))
    assert "idle --> ringing" in clerk_life.diagram()
    assert "closed --> open" in window_life.diagram()


@pytest.mark.parametrize(
    ("issued", "number"), [(1, "A001"), (999, "A999"), (1000, "B001"), (25974, "Z999"), (25975, "AA001")]
)
def test_ticket_numbers(issued: int, number: str) -> None:
    assert ticket_number(issued) == number


def test_ticket_numbers_never_repeat() -> None:
    assert len({ticket_number(issued) for issued in range(1, 60_000)}) == 59_999
    with pytest.raises(ValueError, match="from 1"):
        ticket_number(0)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (1000.0 - 601, Arrival.EARLY),
        (1000.0 - 600, Arrival.IN_TIME),
        (1000.0, Arrival.IN_TIME),
        (1000.0 + 300, Arrival.IN_TIME),
        (1000.0 + 301, Arrival.MISSED),
    ],
)
def test_who_comes_is_early_in_time_or_has_missed_it(now: float, found: Arrival) -> None:
    assert arrival(1000.0, now, early_by=600.0, late_by=300.0) is found
