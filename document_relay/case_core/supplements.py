"""Supplements 补正: what is missing of a case is sent later. Its life, and who sees first what was sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SupplementState(StrEnum):
    """Where a supplement is in its life."""

    PARKED = "parked"
    """It waits for the applicant."""
    ANSWERED = "answered"
    """All of it was sent; it waits for the clerk."""
    ACCEPTED = "accepted"
    ENDED = "ended"
    """The deadline has passed, and something is missing still."""
    WITHDRAWN = "withdrawn"


_S = SupplementState

SUPPLEMENT_TRANSITIONS: Mapping[SupplementState, frozenset[SupplementState]] = MappingProxyType(
    {
        _S.PARKED: frozenset({_S.ANSWERED, _S.ENDED, _S.WITHDRAWN}),
        # Back to parked: it was not enough, and is asked again.
        _S.ANSWERED: frozenset({_S.ACCEPTED, _S.PARKED, _S.WITHDRAWN}),
        _S.ACCEPTED: frozenset(),
        _S.ENDED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
STANDING = frozenset(state for state, transitions in SUPPLEMENT_TRANSITIONS.items() if transitions)
"""While one stands, its case is neither decided nor closed."""

MOST_DAYS = 60
"""Working days that a clerk may give at most."""
MOST_MISSING = 20
"""Rows of one list."""


def colleagues_see(*, clerk_there: bool, days_waited: int, wait: int) -> bool:
    """Whether colleagues are shown what a clerk has.

    The clerk who asked gets it first: the others once it has waited `wait` working days and the clerk is not there.
    """
    return not clerk_there and days_waited >= wait
