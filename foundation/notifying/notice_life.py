"""The life of a notice: one table, when it is tried again, and when it is given up. Without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NoticeState(StrEnum):
    """Where a notice is in its life."""

    WAITING = "waiting"
    """For its time, or for the next attempt."""
    SENDING = "sending"
    """A process has it, until its lease is over."""
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """What it would have told of is true no more."""


_S = NoticeState

TRANSITIONS: Mapping[NoticeState, frozenset[NoticeState]] = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.SENDING, _S.FAILED, _S.WITHDRAWN}),
        # Sending again: its process was killed, and another one takes it over.
        _S.SENDING: frozenset({_S.SENDING, _S.WAITING, _S.SENT, _S.FAILED, _S.WITHDRAWN}),
        _S.SENT: frozenset(),
        _S.FAILED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
OPEN = frozenset(state for state, transitions in TRANSITIONS.items() if transitions)
"""Of those the address is kept; with every other it is erased."""

LEASE_SECONDS = 60.0
"""How long a process has a notice for itself; much longer than an attempt may take."""
ATTEMPT_SECONDS = 20.0
ATTEMPTS = 8
"""The last one two and a half hours after the first."""
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 15.0, 3.0, 3600.0


def pause_after(attempts: int) -> float | None:
    """Seconds from the attempt of this number, from 1, to the next; None when it was the last."""
    if attempts >= ATTEMPTS:
        return None
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * _GROWTH ** (attempts - 1))
