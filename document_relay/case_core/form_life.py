"""The life of a form that is filled in together, and whose word stands in each of its fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import msgspec

Side = Literal["applicant", "clerk", "case"]
"""Who wrote a value: the applicant's side, the clerk, or the case, which had it before the form was opened."""


class FormState(StrEnum):
    """Where a form is in its life."""

    DRAFT = "draft"
    FINISHED = "finished"
    DISCARDED = "discarded"


FORM_TRANSITIONS: Mapping[FormState, frozenset[FormState]] = {
    # Finished: set as a document, which is signed as any other.
    FormState.DRAFT: frozenset({FormState.FINISHED, FormState.DISCARDED}),
    FormState.FINISHED: frozenset(),
    FormState.DISCARDED: frozenset(),
}


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a field, and whose change put it there; an emptied field has an empty value."""

    field_id: str
    value: str
    sequence: int
    """Of all changes of the form, from 1; 0 for what the case knew, or a form before held."""
    side: Side
    by_id: str
    by_name: str
    at: str


def written(entered: Mapping[str, Entered], change: Entered) -> dict[str, Entered]:
    """The values after a change: the last writer of a field has the word.

    Raises ValueError for a change that is not the newest: changes come in the order of their sequence.
    """
    newest = max((one.sequence for one in entered.values()), default=0)
    if change.sequence <= newest:
        raise ValueError(f"change {change.sequence} comes after {newest}")
    return {**entered, change.field_id: change}


def masked(value: str) -> str:
    """What is shown of a personal value to who has not asked to see it: of a long number its end, else nothing.

    How long it is, is not told.
    """
    number = len(value) >= 11 and value.isascii() and value.isalnum()
    return f"••••{value[-4:]}" if number else "••••"
