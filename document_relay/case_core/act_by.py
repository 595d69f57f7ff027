"""Whose turn it is in a case whose visit is over, and by which day they act: none lies where nobody looks. Pure.

An office says at once or within five working days all that is missing of what was handed in (行政许可法, articles 32
and 82): departments have as long to find, and a clerk to go on with what is theirs again. An applicant has until the
due date of what is asked, a desk that a case is handed on to until its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal, NamedTuple

from document_relay.case_core.findings import JointState
from document_relay.case_core.supplements import SupplementState

ACT_DAYS = 5
"""Working days."""

Turn = Literal["applicant", "departments", "clerk", "desk"]
After = Callable[[date, int], date]
"""The working day so many days after another."""


class JointFacts(NamedTuple):
    """Where a joint acceptance stands.

    `asked_on` is when the last was asked of the departments that have not said all, None where all have. `waiting` says
    whether a finding waits for an answer, `deciding` whether a department has still to decide. `moved_on` is when it
    was last told or answered, or concluded.
    """

    state: str
    asked_on: date | None
    due_on: date | None
    waiting: bool
    deciding: bool
    moved_on: date


class SupplementFacts(NamedTuple):
    """Where the last supplement stands, and when it was answered or ended."""

    state: str
    due_on: date
    moved_on: date


class Facts(NamedTuple):
    """What decides whose turn it is; `desk_due` is the day of a desk that somebody answers for."""

    since: date
    joint: JointFacts | None = None
    supplement: SupplementFacts | None = None
    desk_due: date | None = None


class ActBy(NamedTuple):
    """Whose turn it is, and until when."""

    turn: Turn
    on: date


def act_by(facts: Facts, today: date, after: After) -> ActBy:
    """Whose turn it is today."""
    if facts.desk_due is not None:
        return ActBy("desk", facts.desk_due)
    if facts.joint is not None and facts.joint.state != JointState.CONCLUDED:
        return _of_joint(facts.joint, today, after)
    asked = facts.supplement
    if asked is not None and asked.state == SupplementState.PARKED and today <= asked.due_on:
        return ActBy("applicant", asked.due_on)
    known = [facts.since]
    if facts.joint is not None:
        known.append(facts.joint.moved_on)
    if asked is not None:
        known.append(asked.due_on if asked.state == SupplementState.PARKED else asked.moved_on)
    return ActBy("clerk", after(max(known), ACT_DAYS))


def _of_joint(joint: JointFacts, today: date, after: After) -> ActBy:
    if joint.state == JointState.COLLECTING:
        if joint.asked_on is not None:
            return ActBy("departments", after(joint.asked_on, ACT_DAYS))
        return ActBy("clerk", after(joint.moved_on, ACT_DAYS))
    if joint.waiting and joint.due_on is not None:
        if today <= joint.due_on:
            return ActBy("applicant", joint.due_on)
        # Nobody can answer any more: the departments decide on what there is.
        return ActBy("departments" if joint.deciding else "clerk", after(joint.due_on, ACT_DAYS))
    return ActBy("departments" if joint.deciding else "clerk", after(joint.moved_on, ACT_DAYS))
