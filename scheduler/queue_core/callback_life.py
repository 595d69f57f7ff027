"""The life of a callback: one table, and when a resident who was not reached is called again."""

from __future__ import annotations

from enum import StrEnum

from scheduler.queue_core import life


class CallbackState(StrEnum):
    """Where a callback is in its life."""

    SCHEDULED = "scheduled"
    RINGING = "ringing"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    """The resident came back and waits in the queue again."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Nobody was reached by its deadline, or at its last attempt."""


_S = CallbackState

TRANSITIONS: life.Table[CallbackState] = {
    _S.SCHEDULED: frozenset({_S.RINGING, _S.WITHDRAWN, _S.CANCELLED, _S.FAILED}),
    # Back to scheduled: nobody answered, or the clerk is gone.
    _S.RINGING: frozenset({_S.SCHEDULED, _S.ANSWERED, _S.CANCELLED, _S.FAILED}),
    _S.ANSWERED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.FAILED: frozenset(),
}

OPEN = frozenset(state for state in CallbackState if TRANSITIONS[state])
"""States in which somebody may still be called back."""


def next_attempt(made: int, at_most: int, now: float, delay: float, deadline: float) -> float | None:
    """When to call again after `made` attempts of `at_most`; None when it would be too often or too late.

    All moments are seconds on one scale, and `delay` is seconds.
    """
    later = now + delay
    return later if made < at_most and later < deadline else None


def check(former: CallbackState, state: CallbackState) -> None:
    """Raises `IllegalTransition` unless a callback may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)
