"""Whose turn it is in a case, by which day, and how near that is, as lists show it."""

from __future__ import annotations

from document_relay.case_core.act_by import ActBy
from document_relay.case_core.hand_on_life import nearness
from document_relay.left_cases import Days
from signalling.wire.values import DueView


def due_view(found: ActBy, days: Days) -> DueView:
    """As the wire has it."""
    due_on, left = found.on.isoformat(), days.left(found.on)
    return DueView(turn=found.turn, due_on=due_on, days_left=left, near=nearness(due_on, days.today.isoformat(), left))
