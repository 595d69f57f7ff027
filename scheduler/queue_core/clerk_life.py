"""The life of a clerk at a desk: the status a person chooses, crossed with the state the system keeps."""

from __future__ import annotations

from enum import StrEnum

from scheduler.queue_core import life


class ClerkStatus(StrEnum):
    """What the clerk chose; any status may follow any other."""

    LOGGED_OUT = "logged_out"
    AVAILABLE = "available"
    BREAK = "break"
    BACK_OFFICE = "back_office"


class ClerkState(StrEnum):
    """What the system keeps: `reserved` is in another's session, and no ticket comes meanwhile."""

    IDLE = "idle"
    RESERVED = "reserved"
    RINGING = "ringing"
    SERVING = "serving"
    WRAP_UP = "wrap_up"
    AWAY_NO_ANSWER = "away_no_answer"
    LOST = "lost"


_S = ClerkState

TRANSITIONS: life.Table[ClerkState] = {
    _S.IDLE: frozenset({_S.RESERVED, _S.RINGING, _S.SERVING, _S.LOST}),
    _S.RESERVED: frozenset({_S.RINGING, _S.SERVING, _S.WRAP_UP, _S.IDLE, _S.LOST}),
    _S.RINGING: frozenset({_S.SERVING, _S.IDLE, _S.AWAY_NO_ANSWER, _S.LOST}),
    _S.SERVING: frozenset({_S.WRAP_UP, _S.IDLE, _S.RESERVED, _S.LOST}),
    _S.WRAP_UP: frozenset({_S.IDLE, _S.RINGING, _S.RESERVED, _S.LOST}),
    _S.AWAY_NO_ANSWER: frozenset({_S.IDLE, _S.RINGING, _S.RESERVED, _S.LOST}),
    _S.LOST: frozenset({_S.IDLE, _S.RINGING}),
}


def check(former: ClerkState, state: ClerkState) -> None:
    """Raises `IllegalTransition` unless a clerk may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)


def diagram() -> str:
    """The clerk's states as a Mermaid state diagram."""
    return life.diagram(TRANSITIONS, ClerkState.IDLE)
