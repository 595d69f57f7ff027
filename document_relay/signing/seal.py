"""What a seal says, how it appears and what it is found to be worth."""

from __future__ import annotations

from datetime import datetime

import msgspec

from document_relay.case_core.strokes import Strokes


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal says: `reason` is for people and holds every hash that binds it to what was shown."""

    name: str
    reason: str
    location: str
    at: datetime
    place: int = 1
    of: int = 1
    """Which of how many seals of one paper it is: the later ones are added, and none is left out unseen."""


FIELD = "CloudWindowSeal"


def field_name(place: int, of: int) -> str:
    """The name of the seal's field, which says how many seals the paper has."""
    return FIELD if of == 1 else f"{FIELD}{place}of{of}"


class SignatureAppearance(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature shows, its strokes over lines of text, and its place on the document."""

    strokes: Strokes
    lines: tuple[str, ...]
    field: list[float]
    """See `DocumentRecord.field`."""


class PdfVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal of a PDF is worth.

    `intact`: not a bit of what was sealed has changed and nothing was added. `trusted`: the seal is that of the
    installation whose certificate was given.
    """

    sealed: bool
    intact: bool
    trusted: bool
    name: str
    reason: str
    location: str
    at: datetime | None
    problem: str


class PreparedSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF that holds everything of a seal but the signature.

    Its room begins at `start` and ends at `end`: a string of hexadecimal zeros in angle brackets.
    """

    pdf: bytes
    start: int
    end: int
