"""Small values that many messages carry."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Literal, Protocol, Self

import msgspec
from msgspec import Meta

Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9:_\-]+$")]
"""An identifier made by the server."""
# What cannot be seen and changes what is: control characters, marks and overrides of direction, separators of lines
# (Unicode TR 36, 3.1). A text may have line ends and tabs, a name may not.
_UNSEEN = r"\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
_TEXT = rf"^(?![\s\S]*[\u0000-\u0008\u000b\u000c\u000e-\u001f{_UNSEEN}])"
_NAME = rf"^(?=[\s\S]*\S)(?![\s\S]*[\u0000-\u001f{_UNSEEN}])"
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=_NAME)]
ShortText = Annotated[str, Meta(max_length=200, pattern=_TEXT)]
SaidText = Annotated[str, Meta(min_length=1, max_length=500, pattern=rf"(?=[\s\S]*\S){_TEXT}")]
"""A text that says something."""
AccessReason = Literal["applicant_asks", "follow_up", "complaint", "quality_check", "other"]
FieldText = Annotated[str, Meta(max_length=500, pattern=_TEXT)]
"""A value of an application form."""
LongText = Annotated[str, Meta(max_length=4000, pattern=_TEXT)]
WallTime = Annotated[str, Meta(max_length=16, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$")]
"""What the clock on the wall of the hall shows, to the minute: `2026-03-02T09:30`."""
PhoneText = Annotated[str, Meta(min_length=1, max_length=30, pattern=_TEXT)]
_LABEL = r"[A-Za-z0-9-]{1,63}"
EmailText = Annotated[
    str, Meta(max_length=254, pattern=rf"^([A-Za-z0-9.!#$%&'*+/=?^_{{|}}~-]{{1,64}}@{_LABEL}(\.{_LABEL})+)?$")
]
"""An address as forms of the web take it (HTML, 4.10.5.1.5); or nothing."""
Share = Annotated[float, Meta(ge=0, le=1)]
"""A place on a picture, as a share of its width or height."""

TicketState = Literal[
    "waiting",
    "offered",
    "calling_back",
    "called",
    "recalled",
    "serving",
    "on_hold",
    "parked",
    "pending_applicant",
    "interrupted",
    "transferred",
    "completed",
    "no_show",
    "abandoned",
    "cancelled",
    "callback_scheduled",
    "expired",
]
ClerkStatus = Literal["logged_out", "available", "break", "back_office"]
ClerkState = Literal["idle", "reserved", "ringing", "serving", "wrap_up", "away_no_answer", "lost"]
WindowState = Literal["closed", "open", "paused", "draining", "tidal_standby", "tidal_open"]
SourceKind = Literal["microphone", "camera", "document", "screen"]
SlotSource = SourceKind | Literal["hall", "room"]
"""What others send, or a camera of the service's own over a hall or in a point's room."""
CameraState = Literal["opening", "live", "unreachable", "sign_in", "missing", "codec", "broken"]
SlotKind = Literal["voice", "face", "document", "screen"]
Capture = Literal["document_camera", "face_camera", "file", "clerk_still", "clerk_still_drawn"]
MaterialState = Literal["requested", "delivered", "accepted", "rejected"]
DocumentState = Literal["draft", "requested", "shown", "marked", "signed", "sealed", "declined"]
CreditReason = Literal["over_70", "disabled", "appointment", "transferred", "callback"]
Outcome = Literal["approved", "supplement", "refused"]
GuestKind = Literal["colleague", "supervisor", "interpreter", "sign_interpreter", "relative", "helper"]
"""Who is in a call beside its parties: colleagues and supervisors of the offices, the others from outside."""
MandateRelation = Literal["worker", "relative", "agent"]
MandateScope = Literal["hand_in", "sign", "receive"]
Day = Annotated[str, Meta(max_length=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-12-07"])]
"""As 2026-03-02."""
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["18:30"])]
"""On the wall of the hall, as 17:30."""
WeekDay = Annotated[int, Meta(ge=0, le=6)]
"""0 is Monday."""
RatingLevel = Annotated[int, Meta(ge=1, le=5)]
"""好差评: 5 very satisfied, 4 satisfied, 3 basically satisfied, 2 dissatisfied, 1 very dissatisfied."""


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a message; an unknown field in what arrives is refused with its path."""


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def name_zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def name_en(self) -> str:
        """In English."""
        ...


class OfItem(Protocol):
    """What keeps the name of its item, as a case does."""

    @property
    def item_zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def item_en(self) -> str:
        """In English."""
        ...


class Bilingual(Value, frozen=True, kw_only=True):
    """A text in both languages."""

    zh: str
    en: str

    @classmethod
    def name(cls, named: Named) -> Self:
        """The name of something."""
        return cls(zh=named.name_zh, en=named.name_en)

    @classmethod
    def item(cls, of: OfItem) -> Self:
        """The name of the item of something."""
        return cls(zh=of.item_zh, en=of.item_en)


class Mark(Value, frozen=True, kw_only=True):
    """A rectangle on a page, in shares of its width and height."""

    page_id: Identifier
    x: Share
    y: Share
    width: Share
    height: Share


class Place(Value, frozen=True, kw_only=True):
    """A place in the queue; the range is P50 to P90 of the forecast, in whole minutes."""

    position: int
    low_minutes: int | None
    high_minutes: int | None


class StaffView(Value, frozen=True, kw_only=True):
    """Who is signed in."""

    staff_id: str
    account: str
    name: str
    roles: list[str]
    site_id: str
    site_name: Bilingual


class Applicant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The resident beside the worker; the two flags grant waiting credit."""

    name: Name
    over_70: bool
    disabled: bool

    def __post_init__(self) -> None:
        """The same name, typed anywhere, is the same text: composed (NFC), without space around it."""
        msgspec.structs.force_setattr(self, "name", unicodedata.normalize("NFC", self.name).strip())


class FilledField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written into a field of the item's application form."""

    field_id: Identifier
    value: FieldText


Moment = datetime
"""A moment in UTC, as RFC 3339 text on the wire."""


class Acting(Value, frozen=True, kw_only=True):
    """Who acts for the applicant; `until` is the last day, thirty days from today where it is null."""

    principal_number: ShortText
    """The applicant's identity number."""
    actor_name: Name
    relation: MandateRelation
    scope: Annotated[list[MandateScope], Meta(min_length=1, max_length=3)]
    until: Day | None = None


Turn = Literal["applicant", "departments", "clerk", "desk"]


class DueView(Value, frozen=True, kw_only=True):
    """Who is to act by `due_on`; `days_left` are working days, negative when overdue, null beyond the calendar."""

    turn: Turn
    due_on: str
    days_left: int | None
    near: Literal["in_time", "due_soon", "overdue"]


class SentPage(Value, frozen=True, kw_only=True):
    """A page that came, and how well it can be read."""

    page_id: str
    number: int
    verdict: Literal["good", "usable", "poor"]
    findings: list[Bilingual]
