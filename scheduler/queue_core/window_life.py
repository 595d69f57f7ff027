"""The life of a window: what may follow what, and when tickets come to it."""

from __future__ import annotations

from enum import StrEnum

from scheduler.queue_core import life


class WindowState(StrEnum):
    """How far a window is open; tidal windows are staffed only when the queue is long."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    DRAINING = "draining"
    TIDAL_STANDBY = "tidal_standby"
    TIDAL_OPEN = "tidal_open"


_S = WindowState

TRANSITIONS: life.Table[WindowState] = {
    _S.CLOSED: frozenset({_S.OPEN, _S.TIDAL_STANDBY}),
    _S.OPEN: frozenset({_S.PAUSED, _S.DRAINING, _S.CLOSED}),
    _S.PAUSED: frozenset({_S.OPEN, _S.TIDAL_OPEN, _S.CLOSED}),
    _S.DRAINING: frozenset({_S.OPEN, _S.CLOSED}),
    _S.TIDAL_STANDBY: frozenset({_S.TIDAL_OPEN, _S.CLOSED}),
    _S.TIDAL_OPEN: frozenset({_S.TIDAL_STANDBY, _S.PAUSED, _S.DRAINING, _S.CLOSED}),
}

SERVING = frozenset({_S.OPEN, _S.TIDAL_OPEN})
"""States in which new tickets come to the window."""
STAFFED = SERVING | {_S.PAUSED}
"""States in which they will come: somebody sits at the window or is on a break."""


def check(former: WindowState, state: WindowState) -> None:
    """Raises `IllegalTransition` unless a window may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)


def diagram() -> str:
    """The window's life as a Mermaid state diagram."""
    return life.diagram(TRANSITIONS, WindowState.CLOSED)
