"""Findings of several departments on one case: their lives, and how they become one list without repeats. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

Severity = Literal["must", "should", "note"]
"""Without it nothing is approved; it ought to be mended; it is only said."""
SEVERITIES: Sequence[Severity] = get_args(Severity)
"""The hardest first."""
Opinion = Literal["agreed", "conditional", "refused"]


class JointState(StrEnum):
    """Where a joint acceptance is in its life."""

    COLLECTING = "collecting"
    TOLD = "told"
    CONCLUDED = "concluded"


class PartyState(StrEnum):
    """Where a department is in a joint acceptance."""

    ASKED = "asked"
    SAID = "said"
    DECIDED = "decided"
    LEFT = "left"


class FindingState(StrEnum):
    """Where a finding is in its life."""

    DRAFT = "draft"
    TOLD = "told"
    ANSWERED = "answered"
    STRUCK = "struck"
    WITHDRAWN = "withdrawn"


JOINT_TRANSITIONS: Mapping[JointState, frozenset[JointState]] = {
    # Where nobody finds anything there is nothing to tell.
    JointState.COLLECTING: frozenset({JointState.TOLD, JointState.CONCLUDED}),
    JointState.TOLD: frozenset({JointState.CONCLUDED}),
    JointState.CONCLUDED: frozenset(),
}
PARTY_TRANSITIONS: Mapping[PartyState, frozenset[PartyState]] = {
    PartyState.ASKED: frozenset({PartyState.SAID, PartyState.LEFT}),
    # Back to asked: there is one more finding.
    PartyState.SAID: frozenset({PartyState.ASKED, PartyState.DECIDED, PartyState.LEFT}),
    PartyState.DECIDED: frozenset(),
    # Asked once more.
    PartyState.LEFT: frozenset({PartyState.ASKED}),
}
FINDING_TRANSITIONS: Mapping[FindingState, frozenset[FindingState]] = {
    FindingState.DRAFT: frozenset({FindingState.TOLD, FindingState.WITHDRAWN}),
    FindingState.TOLD: frozenset({FindingState.ANSWERED, FindingState.STRUCK}),
    # Back to told: the answer was not enough.
    FindingState.ANSWERED: frozenset({FindingState.TOLD, FindingState.STRUCK}),
    FindingState.STRUCK: frozenset(),
    FindingState.WITHDRAWN: frozenset(),
}
STANDING = frozenset({FindingState.DRAFT, FindingState.TOLD, FindingState.ANSWERED})
"""Neither struck out nor withdrawn."""

SEVERITY_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"must": ("必须补正", "Must"), "should": ("建议完善", "Should"), "note": ("提示", "Note")}
)
OPINION_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "agreed": ("同意", "Agreed"),
        "conditional": ("附条件同意", "Agreed on conditions"),
        "refused": ("不同意", "Not agreed"),
    }
)


class Said(NamedTuple):
    """What of a finding decides its place in the list."""

    id: str
    material_id: str | None
    severity: str
    text: str


_EDGES = "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] in "PZ")


def same_words(text: str) -> str:
    """What two texts have in common that say the same thing.

    One form of each character (NFKC), small letters, single spaces, and nothing of the marks at both ends: whether
    somebody has set a full stop says nothing. Marks within are kept: 3.5 is not 35.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", plain).strip(_EDGES)


def numbered(findings: Iterable[Said]) -> dict[str, int]:
    """The number in the one list, from 1, of each finding: the same words about the same material are one.

    The hardest come first, then those that were made first; one that two departments make is as hard as the harder.
    """
    groups: dict[tuple[str | None, str], list[Said]] = {}
    for one in findings:
        groups.setdefault((one.material_id, same_words(one.text)), []).append(one)
    ordered = sorted(groups.values(), key=lambda group: SEVERITIES.index(hardest(one.severity for one in group)))
    return {one.id: number for number, group in enumerate(ordered, 1) for one in group}


def hardest(severities: Iterable[str]) -> Severity:
    """The hardest of them; raises ValueError where there is none."""
    named = set(severities)
    return min((one for one in SEVERITIES if one in named), key=SEVERITIES.index)
