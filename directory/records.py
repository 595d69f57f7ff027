"""What the directory knows, as plain values."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

import msgspec


class SiteKind(StrEnum):
    """The three storeys of a district."""

    DISTRICT_CENTRE = "district_centre"
    TOWN_CENTRE = "town_centre"
    OUTREACH_POINT = "outreach_point"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place; `path` is "/"-separated from the district down to the site itself."""

    id: str
    kind: SiteKind
    path: str
    name_zh: str
    name_en: str


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """A department of the district.

    Of a centre's windows for it so many percent can be booked, rounded up; the others stay for those who come without
    an appointment.
    """

    id: str
    name_zh: str
    name_en: str
    booked_percent: int = 50


class LifeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An occasion under which residents look for items, such as a birth; `place` orders them, from 1."""

    id: str
    name_zh: str
    name_en: str
    place: int


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """A matter that is asked for here and done elsewhere: whom to turn to. `phone` may be empty."""

    id: str
    name_zh: str
    name_en: str
    aliases: list[str]
    advice_zh: str
    advice_en: str
    phone: str


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a situation question; it adds papers to the item's list and takes others off it."""

    id: str
    label_zh: str
    label_en: str
    adds: list[str] = []
    removes: list[str] = []


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A question that decides which papers are needed."""

    id: str
    question_zh: str
    question_en: str
    options: list[Option]


class RequiredMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """A paper of an item.

    `always` papers are needed unless an answer removes them; the others only when an answer adds them. A paper that
    department `held_by` holds already need not be brought.
    """

    id: str
    name_zh: str
    name_en: str
    always: bool = True
    held_by: str | None = None


FieldKind = Literal[
    "text",
    "long_text",
    "identity_number",
    "credit_code",
    "phone",
    "bank_account",
    "address",
    "date",
    "money",
    "whole_number",
    "decimal_number",
    "choice",
]
"""What a form field holds; `money` is in yuan, `credit_code` is the 18 characters of GB 32100."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a field of kind `choice`."""

    zh: str
    en: str


class FormSection(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a form under one title."""

    id: str
    title_zh: str
    title_en: str


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an item's application form; only a field of kind `choice` has choices.

    It is asked for always, or under one of the answers `options`. One without a section is of the matter itself.
    """

    id: str
    name_zh: str
    name_en: str
    kind: FieldKind
    choices: list[Choice] = []
    section: FormSection | None = None
    personal: bool = False
    """Whether the other side sees it only when it asks to."""
    required: bool = False
    """Whether the form is not finished without it; a ticket is taken with nothing but the name."""
    options: list[str] = []


class ServiceItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item 事项: what a resident may ask for.

    `aliases` are other names for it in either language. An item for `any_matter` is for those who do not know which
    item theirs is. `life_event_id` is None for an item that belongs to no group.
    """

    id: str
    department_id: str
    name_zh: str
    name_en: str
    expected_minutes: int
    asked_for: int
    """How often it was asked for lately; orders the list without words."""
    situations: list[Situation]
    materials: list[RequiredMaterial]
    life_event_id: str | None = None
    aliases: list[str] = []
    fields: list[FormField] = []
    any_matter: bool = False
    supplement_days: Literal[10, 15] = 10
    """Working days in which an applicant brings what is found missing."""
    handling_days: int = 5
    """Working days in which a department decides a case that is handed on to it, from 1."""


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """When a window is open on one day of the week (0 is Monday), in the district's local time."""

    weekday: int
    opens: time
    closes: time


class OpeningException(msgspec.Struct, frozen=True, kw_only=True):
    """What differs on one date; both times None on a holiday."""

    day: date
    opens: time | None
    closes: time | None


class PersonHours(msgspec.Struct, frozen=True, kw_only=True):
    """When a person can be booked, and by how many at once; `id` is the person's identifier."""

    id: str
    hours: list[OpeningHours]
    exceptions: list[OpeningException]
    capacity: int


class DutyTurn(msgspec.Struct, frozen=True, kw_only=True):
    """One colleague's hours of duty on days of the week (0 is Monday), by the clock on the wall.

    `ends` is not in them, and 0:00 there is the end of the day. `place` is when they are asked, from 1.
    """

    id: str
    department_id: str
    staff_id: str
    weekdays: list[int]
    begins: time
    ends: time
    place: int


class DutyException(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's turns of one date, which somebody else takes; nobody where `stand_in_id` is None."""

    id: str
    department_id: str
    day: date
    staff_id: str
    stand_in_id: str | None


class CalendarYear(msgspec.Struct, frozen=True, kw_only=True):
    """The holidays of a year and the weekend days that are worked for them; `id` is the year.

    They may name the last days of the year before.
    """

    id: str
    holidays: list[date]
    worked: list[date]

    @property
    def year(self) -> int:
        """The year."""
        return int(self.id)


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A window of a centre."""

    id: str
    site_id: str
    name_zh: str
    name_en: str
    department_ids: list[str]
    hours: list[OpeningHours]
    exceptions: list[OpeningException]


class SiteCamera(msgspec.Struct, frozen=True, kw_only=True):
    """A camera over the hall of a centre or in the room of a point.

    Its address, which may hold a password, is sealed under `key`.
    """

    id: str
    site_id: str
    name_zh: str
    name_en: str
    transport: Literal["tcp", "udp"]
    key: bytes
    address: bytes


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """A person who works here; `skills` maps department to level 1..5. No password hash means no sign-in.

    A password that others know, too, must be changed before the first session, and in time where an end is set.
    """

    id: str
    account: str
    name: str
    roles: list[str]
    site_id: str
    skills: dict[str, int]
    password_hash: str | None
    demonstration: bool
    disabled: bool = False
    must_change_password: bool = False
    password_ends_at: datetime | None = None

    @property
    def has_own_password(self) -> bool:
        """Whether the person has chosen a password that nobody else knows."""
        return self.password_hash is not None and not self.must_change_password

    @property
    def standing(self) -> Literal["disabled", "not_invited", "invited", "active"]:
        """Whether the person signs in."""
        if self.disabled:
            return "disabled"
        if self.password_hash is None:
            return "not_invited"
        return "active" if self.has_own_password else "invited"


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A visitor's link: to which site, for which item, by which clerk, until when; `invited` is sealed."""

    id: str
    link_hash: str
    site_id: str
    item_id: str
    host_id: str
    data_key: bytes
    invited: bytes
    made_at: datetime
    ends_at: datetime
    ended: bool
    appointment_id: str | None = None
    """The appointment that is kept by it."""


class SenderLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link by which somebody sends what is missing of a case, until it ends or is ended."""

    link_hash: str
    sender_id: str
    case_id: str
    site_id: str
    ends_at: datetime
    ended: bool


class SignInSession(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's sign-in opened; one that ended is forgotten.

    `generation` counts the renewals; `used_branch` is the token of the last one. It ends at `idle_ends_at` unless it
    is renewed before, and at `ends_at` anyway.
    """

    id: str
    staff_id: str
    generation: int
    used_branch: str
    began_at: datetime
    renewed_at: datetime
    idle_ends_at: datetime
    ends_at: datetime
