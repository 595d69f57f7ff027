"""The life of a ticket: one table, and everything that follows from it."""

from __future__ import annotations

from enum import StrEnum

from scheduler.queue_core import life


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    WAITING = "waiting"
    OFFERED = "offered"
    CALLING_BACK = "calling_back"
    """A clerk has taken a callback, and its point or visitor rings."""
    CALLED = "called"
    RECALLED = "recalled"
    SERVING = "serving"
    ON_HOLD = "on_hold"
    INTERRUPTED = "interrupted"
    PARKED = "parked"
    PENDING_APPLICANT = "pending_applicant"
    TRANSFERRED = "transferred"
    NO_SHOW = "no_show"
    CALLBACK_SCHEDULED = "callback_scheduled"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = TicketState

TRANSITIONS: life.Table[TicketState] = {
    _S.WAITING: frozenset({_S.OFFERED, _S.ABANDONED, _S.CANCELLED, _S.CALLBACK_SCHEDULED, _S.EXPIRED}),
    _S.OFFERED: frozenset(
        {
            _S.CALLED,
            _S.CALLING_BACK,
            _S.WAITING,
            _S.CALLBACK_SCHEDULED,
            _S.ABANDONED,
            _S.CANCELLED,
            _S.EXPIRED,
        }
    ),
    _S.CALLING_BACK: frozenset({_S.CALLED, _S.CALLBACK_SCHEDULED, _S.CANCELLED, _S.EXPIRED}),
    _S.CALLED: frozenset({_S.SERVING, _S.RECALLED, _S.NO_SHOW, _S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.RECALLED: frozenset({_S.SERVING, _S.RECALLED, _S.NO_SHOW, _S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.SERVING: frozenset(
        {
            _S.COMPLETED,
            _S.ON_HOLD,
            _S.INTERRUPTED,
            _S.PARKED,
            _S.PENDING_APPLICANT,
            _S.TRANSFERRED,
            _S.EXPIRED,
        }
    ),
    _S.ON_HOLD: frozenset({_S.SERVING, _S.INTERRUPTED, _S.COMPLETED, _S.TRANSFERRED, _S.EXPIRED}),
    _S.INTERRUPTED: frozenset({_S.SERVING, _S.WAITING, _S.COMPLETED, _S.EXPIRED}),
    _S.PARKED: frozenset({_S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.PENDING_APPLICANT: frozenset({_S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.TRANSFERRED: frozenset({_S.WAITING, _S.SERVING, _S.EXPIRED}),
    _S.NO_SHOW: frozenset({_S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.CALLBACK_SCHEDULED: frozenset({_S.OFFERED, _S.WAITING, _S.CANCELLED, _S.EXPIRED}),
    _S.COMPLETED: frozenset(),
    _S.ABANDONED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
}

FINAL = frozenset(state for state in TicketState if not TRANSITIONS[state])
"""States that nothing leaves."""
IN_SESSION = frozenset({_S.CALLED, _S.RECALLED, _S.SERVING, _S.ON_HOLD, _S.INTERRUPTED})
"""States in which the resident and a clerk have a session."""
IN_HAND = IN_SESSION | {_S.CALLING_BACK}
"""States in which a clerk has the ticket in hand."""
IN_LINE = frozenset({_S.WAITING, _S.CALLBACK_SCHEDULED})
"""States in which the ticket has a place in its queue."""
PRESENT = IN_SESSION | {_S.WAITING, _S.OFFERED}
"""States in which the resident sits at the point."""


def check(former: TicketState, state: TicketState) -> None:
    """Raises `IllegalTransition` unless a ticket may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)


def diagram() -> str:
    """The ticket's life as a Mermaid state diagram."""
    return life.diagram(TRANSITIONS, TicketState.WAITING)
