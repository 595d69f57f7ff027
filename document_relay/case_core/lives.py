"""The life cycles of a case file, a material and a document: three tables; what is not in them raises."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class CaseState(StrEnum):
    """Where a case file is in its life; held and destroyed belong to retention, which is not built yet."""

    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"
    HELD = "held"
    DESTROYED = "destroyed"


class MaterialState(StrEnum):
    """Where a material is in its life."""

    REQUESTED = "requested"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class DocumentState(StrEnum):
    """Where a document is in its life."""

    DRAFT = "draft"
    REQUESTED = "requested"
    SHOWN = "shown"
    MARKED = "marked"
    SIGNED = "signed"
    SEALED = "sealed"
    DECLINED = "declined"


S = TypeVar("S", bound=StrEnum)

CASE_TRANSITIONS: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.DECIDED, CaseState.CLOSED}),
    CaseState.DECIDED: frozenset({CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.HELD, CaseState.DESTROYED}),
    CaseState.HELD: frozenset({CaseState.CLOSED}),
    CaseState.DESTROYED: frozenset(),
}
MATERIAL_TRANSITIONS: Mapping[MaterialState, frozenset[MaterialState]] = {
    MaterialState.REQUESTED: frozenset({MaterialState.DELIVERED}),
    # A further page, or a page again, leaves it delivered; with its last page taken out it is waited for again.
    MaterialState.DELIVERED: frozenset(MaterialState),
    # Back to delivered: the review was undone, or the page was taken again.
    MaterialState.ACCEPTED: frozenset({MaterialState.DELIVERED}),
    MaterialState.REJECTED: frozenset({MaterialState.DELIVERED}),
}
DOCUMENT_TRANSITIONS: Mapping[DocumentState, frozenset[DocumentState]] = {
    # A notice is sealed as it is made; nobody signs it.
    DocumentState.DRAFT: frozenset({DocumentState.REQUESTED, DocumentState.SEALED}),
    DocumentState.REQUESTED: frozenset({DocumentState.SHOWN, DocumentState.DECLINED}),
    # Shown again after a reload.
    DocumentState.SHOWN: frozenset(
        {DocumentState.SHOWN, DocumentState.MARKED, DocumentState.SIGNED, DocumentState.DECLINED}
    ),
    # A mark waits for the clerk as its witness, who confirms it or has it made again.
    DocumentState.MARKED: frozenset({DocumentState.SIGNED, DocumentState.REQUESTED}),
    DocumentState.SIGNED: frozenset({DocumentState.SEALED}),
    DocumentState.SEALED: frozenset(),
    DocumentState.DECLINED: frozenset({DocumentState.REQUESTED}),
}


class IllegalTransition(Exception):
    """The table has no such transition."""

    def __init__(self, former: str, wanted: str) -> None:
        super().__init__(f"{former} → {wanted}")
        self.former = former
        self.wanted = wanted


def check(transitions: Mapping[S, frozenset[S]], former: S, wanted: S) -> None:
    """Raises `IllegalTransition` unless the table has the transition."""
    if wanted not in transitions[former]:
        raise IllegalTransition(former.value, wanted.value)
