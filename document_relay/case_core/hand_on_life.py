"""A case that is handed on between levels 转办: its life, and how near its due date is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

Nearness = Literal["in_time", "due_soon", "overdue"]
SOON = 1
"""Working days before the due date from which on it is near: today and tomorrow."""


class HandOnState(StrEnum):
    """Where a case that was handed on is."""

    HANDED_ON = "handed_on"
    """It lies with the department, and nobody has taken it."""
    TAKEN = "taken"
    ASKED_BACK = "asked_back"
    """The department waits for the desk that handed it on, which owns it meanwhile."""
    ANSWERED = "answered"
    RETURNED = "returned"
    """The desk that handed it on owns it again: it decides, or hands it on anew."""
    DECIDED = "decided"


HAND_ON_TRANSITIONS: Mapping[HandOnState, frozenset[HandOnState]] = {
    HandOnState.HANDED_ON: frozenset({HandOnState.TAKEN}),
    # Back to handed on: who took it is gone, and the department has it again.
    HandOnState.TAKEN: frozenset(
        {HandOnState.ASKED_BACK, HandOnState.RETURNED, HandOnState.DECIDED, HandOnState.HANDED_ON}
    ),
    # Handed on: who asked is gone before the answer came.
    HandOnState.ASKED_BACK: frozenset({HandOnState.ANSWERED, HandOnState.HANDED_ON}),
    HandOnState.ANSWERED: frozenset(
        {HandOnState.ASKED_BACK, HandOnState.RETURNED, HandOnState.DECIDED, HandOnState.HANDED_ON}
    ),
    HandOnState.RETURNED: frozenset({HandOnState.HANDED_ON, HandOnState.DECIDED}),
    HandOnState.DECIDED: frozenset(),
}
HELD = frozenset({HandOnState.TAKEN, HandOnState.ANSWERED})
"""One person of the department has it."""
AT_SENDER = frozenset({HandOnState.ASKED_BACK, HandOnState.RETURNED})
"""The desk that handed it on owns it."""


def nearness(due_on: str, today: str, days_left: int | None) -> Nearness:
    """How near the due date is; both dates as 2026-03-02, `days_left` in working days where the calendar knows them."""
    if due_on < today:
        return "overdue"
    near = due_on == today if days_left is None else days_left <= SOON
    return "due_soon" if near else "in_time"
