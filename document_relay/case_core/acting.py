"""Forms of acting for an applicant (帮办代办): which of them may follow which state, and their words. Pure.

DB14/T 2233—2020 and DB3205/T 1077—2023 name them: 中止单, 续办委托书, 办结（终止）单.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from document_relay.case_core.history import Act

ActingFormKind = Literal["suspension", "continuation", "completion", "termination"]


class ActingForm(StrEnum):
    """One kind of form; its document has the same kind."""

    SUSPENSION = "suspension"
    CONTINUATION = "continuation"
    COMPLETION = "completion"
    TERMINATION = "termination"


class ActingState(StrEnum):
    """Where the acting under a mandate stands, which follows from the case, the mandate and the last form."""

    NONE = "none"
    """No mandate was ever in force."""
    GOING = "going"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"
    """The mandate ended, the applicant acts in person, or the case was left without a decision."""
    DONE = "done"
    """The case is decided, and no form says yet how the acting ended."""
    COMPLETED = "completed"
    TERMINATED = "terminated"


FORMS_AFTER: Mapping[ActingState, frozenset[ActingForm]] = MappingProxyType(
    {
        ActingState.NONE: frozenset(),
        ActingState.GOING: frozenset({ActingForm.SUSPENSION, ActingForm.TERMINATION}),
        ActingState.SUSPENDED: frozenset({ActingForm.CONTINUATION, ActingForm.TERMINATION}),
        ActingState.LAPSED: frozenset({ActingForm.TERMINATION}),
        # A refusal may be handed over as a result, or have ended what was acted for.
        ActingState.DONE: frozenset({ActingForm.COMPLETION, ActingForm.TERMINATION}),
        ActingState.COMPLETED: frozenset(),
        ActingState.TERMINATED: frozenset(),
    }
)
MOST_OF_A_CASE = 20
"""Suspensions and continuations; how an acting ended is written down in any case."""

_ENDED: Mapping[ActingForm, ActingState] = MappingProxyType(
    {ActingForm.COMPLETION: ActingState.COMPLETED, ActingForm.TERMINATION: ActingState.TERMINATED}
)
FORM_WORDS: Mapping[ActingForm, tuple[str, str]] = MappingProxyType(
    {
        ActingForm.SUSPENSION: ("代办中止单", "Suspension of acting"),
        ActingForm.CONTINUATION: ("续办委托书", "Mandate to continue"),
        ActingForm.COMPLETION: ("代办办结单", "Completion of acting"),
        ActingForm.TERMINATION: ("代办终止单", "Termination of acting"),
    }
)
STATE_WORDS: Mapping[ActingState, tuple[str, str]] = MappingProxyType(
    {
        ActingState.NONE: ("没有生效过的委托书", "no mandate has been in force"),
        ActingState.GOING: ("代办进行中", "the acting goes on"),
        ActingState.SUSPENDED: ("代办已中止", "the acting is suspended"),
        ActingState.LAPSED: ("代办已不再进行", "nobody acts any more"),
        ActingState.DONE: ("案卷已作出决定", "the case is decided"),
        ActingState.COMPLETED: ("代办已办结", "the acting is completed"),
        ActingState.TERMINATED: ("代办已终止", "the acting is terminated"),
    }
)


def acting_state(*, begun: bool, holds: bool, last: ActingForm | None, decided: bool, closed: bool) -> ActingState:
    """Where the acting stands under the last mandate that was `begun`, whose last form that counts is `last`.

    `holds` while that mandate is in force and somebody acts under it; `decided` when the case was decided so.
    """
    if not begun:
        return ActingState.NONE
    if last is not None and last in _ENDED:
        return _ENDED[last]
    if decided:
        return ActingState.DONE
    if closed or not holds:
        return ActingState.LAPSED
    return ActingState.SUSPENDED if last is ActingForm.SUSPENSION else ActingState.GOING


SUSPENDED = "acting_suspended"
ASKED = "acting_continuation_asked"
SIGNED = "acting_continued"
ACCEPTED = "acting_continued_on_paper"
COMPLETED = "acting_completed"
TERMINATED = "acting_terminated"

ACTING_ACTS: Sequence[Act] = (
    Act(
        SUSPENDED,
        "中止代办，中止单 {number}，预计{until}前恢复：{reason}",
        "Suspended the acting by form {number}, until {until}: {reason}",
    ),
    Act(
        ASKED,
        "请委托人签署续办委托书 {number}：{reason}",
        "Asked the principal to sign mandate {number} to continue: {reason}",
    ),
    Act(
        SIGNED,
        "委托人签署续办委托书 {number}，恢复代办",
        "The principal signed mandate {number} to continue; the acting goes on",
    ),
    Act(
        ACCEPTED,
        "核验纸质续办委托书，记为 {number}，恢复代办：{reason}",
        "Accepted a mandate to continue on paper, as {number}; the acting goes on: {reason}",
    ),
    Act(
        COMPLETED,
        "代办办结，办结单 {number}，已移交：{reason}",
        "Completed the acting by form {number}; handed over: {reason}",
    ),
    Act(TERMINATED, "终止代办，终止单 {number}：{reason}", "Terminated the acting by form {number}: {reason}"),
)
CODES = frozenset(act.code for act in ACTING_ACTS)
SEALED_AT_ONCE = frozenset({SUSPENDED, ACCEPTED, COMPLETED, TERMINATED})
"""Whose moment the seal of the form carries."""
