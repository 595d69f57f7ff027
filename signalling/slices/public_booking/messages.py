"""Booking without a worker: the entrance, the code for a telephone, and the booking."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, Name, PhoneText, Value, WallTime


class KeepPublicBooking(Command, frozen=True, kw_only=True):
    """Opens a centre to people who book without a worker, or closes it; what is booked already stays."""

    site_id: Identifier
    opened: bool


class PublicSiteBody(Value, frozen=True, kw_only=True):
    """A centre, whether people book there without a worker, and the page where they do."""

    site_id: str
    name: Bilingual
    opened: bool
    link: str


class PublicSitesBody(Value, frozen=True, kw_only=True):
    """The centres that the caller may open; without text messages it is not `possible` to book there."""

    sites: list[PublicSiteBody]
    possible: bool


class PublicItemBody(Value, frozen=True, kw_only=True):
    """A matter that can be booked, and how long it takes."""

    item_id: str
    name: Bilingual
    department_name: Bilingual
    minutes: int


class PublicBookingBody(Value, frozen=True, kw_only=True):
    """What can be booked at a centre without a worker, the most asked for first."""

    site_name: Bilingual
    items: list[PublicItemBody]


class AskPhoneCodeBody(Value, frozen=True, kw_only=True):
    """The mobile telephone that a code is sent to."""

    phone: PhoneText
    language: Literal["zh-CN", "en"]


class PhoneCodeSentBody(Value, frozen=True, kw_only=True):
    """A code is on its way, whoever has that telephone; it is good until then."""

    ends_at: Moment


class BookAloneBody(Value, frozen=True, kw_only=True):
    """A time for a matter, who comes, and the code that was sent to their telephone."""

    item_id: Identifier
    starts: WallTime
    name: Name
    phone: PhoneText
    phone_code: Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
    language: Literal["zh-CN", "en"]


class BookedAloneBody(msgspec.Struct, frozen=True, kw_only=True):
    """The booking, and the link by which it is kept, moved and given up; it is told this once, and by text message."""

    number: str
    link: str
