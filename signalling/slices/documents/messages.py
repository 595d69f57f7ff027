"""The documents of a case: made, signed, decided upon."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.case_core.strokes import MOST_POINTS
from signalling.wire.commands import Command
from signalling.wire.values import Identifier, LongText, Outcome, ShortText, Value


class MakeForm(Command, frozen=True, kw_only=True):
    """Makes the item's application form from the case; answers `DocumentMade`."""

    case_id: Identifier


class MakeReceipt(Command, frozen=True, kw_only=True):
    """Makes the receipt for the papers delivered so far; answers `DocumentMade`."""

    case_id: Identifier


class RequestSignature(Command, frozen=True, kw_only=True):
    """Pushes a document to the point to be signed."""

    document_id: Identifier


class ShowDocument(Command, frozen=True, kw_only=True):
    """Says that the pushed document is on the point's screen, exactly as it will be sealed."""

    document_id: Identifier


class DeclineSignature(Command, frozen=True, kw_only=True):
    """Says that the resident does not sign."""

    document_id: Identifier
    reason: ShortText


class WitnessMark(Command, frozen=True, kw_only=True):
    """Confirms as the clerk that the resident made the mark; the document is sealed with it."""

    document_id: Identifier


class RefuseMark(Command, frozen=True, kw_only=True):
    """Does not confirm the mark; the document waits to be signed again."""

    document_id: Identifier


class DecideCase(Command, frozen=True, kw_only=True):
    """Decides the case and makes the notice to print; answers `DocumentMade`."""

    case_id: Identifier
    outcome: Outcome
    notice: LongText
    notice_en: LongText = ""
    """The same for a resident who reads English; it stands beside the Chinese text."""


class DocumentMade(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `make_form`, `make_receipt` and `decide_case`: the form, the receipt, the notice."""

    document_id: str


class StrokePoint(Value, frozen=True, kw_only=True):
    """A pen point: shares of the pad's width and height, pressure 0 to 1, milliseconds from the first point."""

    x: float
    y: float
    p: float
    t: float


class StrokesBody(Value, frozen=True, kw_only=True):
    """A signature as it was drawn."""

    strokes: Annotated[list[Annotated[list[StrokePoint], Meta(max_length=MOST_POINTS)]], Meta(max_length=1000)]
    width: Annotated[float, Meta(gt=0, le=10_000)]
    height: Annotated[float, Meta(gt=0, le=10_000)]
    device: Literal["mouse", "pen", "touch"]
    manner: Literal["name", "mark"] = "name"
    """A mark is made by who cannot write; it counts once the clerk has witnessed it."""
    shown_pages: Annotated[list[ShortText], Meta(max_length=100)]
    """SHA-256 of each page picture that was shown, in order."""


class MarkBody(Value, frozen=True, kw_only=True):
    """A mark that waits for its witness, as it was drawn."""

    strokes: list[list[StrokePoint]]
    width: float
    height: float
    device: str


class DocumentMadeBody(Value, frozen=True, kw_only=True):
    """A PDF that joined the case."""

    document_id: Identifier
