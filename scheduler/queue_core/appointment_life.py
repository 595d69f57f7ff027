"""The life of an appointment: one table, and the rule for who comes early, in time or too late."""

from __future__ import annotations

from enum import StrEnum

from scheduler.queue_core import life


class AppointmentState(StrEnum):
    """Where an appointment is in its life."""

    HELD = "held"
    """For somebody on the waiting list, until they answer."""
    RELEASED = "released"
    """It was held, and not taken."""
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    MISSED = "missed"


_S = AppointmentState

TRANSITIONS: life.Table[AppointmentState] = {
    _S.HELD: frozenset({_S.BOOKED, _S.RELEASED}),
    _S.RELEASED: frozenset(),
    # Booked again is moved to another time. Who has checked in has a ticket, and its life goes on.
    _S.BOOKED: frozenset({_S.BOOKED, _S.CHECKED_IN, _S.CANCELLED, _S.MISSED}),
    _S.CHECKED_IN: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.MISSED: frozenset(),
}


class Arrival(StrEnum):
    """How a moment lies to an appointment."""

    EARLY = "early"
    """Too early to check in."""
    IN_TIME = "in_time"
    MISSED = "missed"


def arrival(at: float, now: float, early_by: float, late_by: float) -> Arrival:
    """How `now` lies to an appointment `at`; all are seconds on one scale.

    Who checks in earlier waits from the due time; who comes at most `late_by` late keeps it.
    """
    if now < at - early_by:
        return Arrival.EARLY
    return Arrival.IN_TIME if now <= at + late_by else Arrival.MISSED


def check(former: AppointmentState, state: AppointmentState) -> None:
    """Raises `IllegalTransition` unless an appointment may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)
