"""What a page may ask for over its WebSocket; `type` is the class name in snake case.

A page sends `{"type": "take_ticket", "id": 7, …}` and gets `done` or `refused` with the same id.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.values import Applicant, EmailText, FilledField, Identifier, PhoneText


def snake_case(name: str) -> str:
    """`TakeTicket` becomes `take_ticket`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=snake_case):
    """The base of all commands; `id` is the page's own counter and comes back with the answer."""

    id: Annotated[int, Meta(ge=0, le=2**53)]


class AskForTime(Command, frozen=True, kw_only=True):
    """What is asked of who wants to come at a time: the base of the commands that find one.

    `phone` is a mobile number, or a landline with its area code.
    """

    item_id: Identifier
    phone: PhoneText
    options: Annotated[list[Identifier], Meta(max_length=40)]
    applicant: Applicant
    consent_to_recording: bool
    fields: Annotated[list[FilledField], Meta(max_length=40)] = msgspec.field(default_factory=list)
    text_messages: bool = False
    email: EmailText = ""
    """Where notices go beside; empty for none."""
    language: Literal["zh-CN", "en"] = "zh-CN"
    """Of the notices."""
    by_link: bool = False
    """Kept by video: the applicant comes by a link, from wherever they are."""


class Authenticate(Command, frozen=True, kw_only=True):
    """The first message of every connection: says who the page acts for."""

    token: Annotated[str, Meta(max_length=4096)]
    language: Literal["zh-CN", "en"]


class Watch(Command, frozen=True, kw_only=True):
    """Asks for the events of a case; the topics `point`, `desk` and `slots` come without asking."""

    case_id: Identifier


class Unwatch(Command, frozen=True, kw_only=True):
    """Ends a `watch`."""

    case_id: Identifier
