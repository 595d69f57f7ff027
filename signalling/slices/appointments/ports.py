"""What other slices may know of appointments: what booking asks for and answers, whose they are, times and phones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime

from directory.catalogue import Catalogue
from directory.errors import FieldInvalid
from directory.forms import fits, normal, written
from directory.principal import Principal, Visitor
from directory.records import FormField
from foundation.errors import Forbidden
from foundation.notifying import Channel
from scheduler.errors import NotBookable
from scheduler.queue_core.slots import Slot
from scheduler.views import Asked
from signalling.slices.appointments.messages import AppointmentBooked, AppointmentSlotsBody, SlotBody, SlotDayBody
from signalling.slices.tickets.ports import Said, grants_of
from signalling.wire.commands import AskForTime

__all__ = (
    "AppointmentBooked",
    "AppointmentSlotsBody",
    "asked",
    "day_or",
    "hidden_phone",
    "holder",
    "mobile_of",
    "on_the_wall",
    "slots_body",
    "wall_text",
)

_PHONE = FormField(id="phone", name_zh="联系电话", name_en="Telephone", kind="phone")
_SHOWN_FIRST, _SHOWN_LAST = 3, 4


def mobile_of(text: str) -> str:
    """The number of who may be sent text messages, or nothing where none is given; raises `FieldInvalid`."""
    phone = normal("phone", text).replace("-", "")
    if phone and not (fits(_PHONE, phone) and _is_mobile(phone)):
        raise FieldInvalid(field_zh=_PHONE.name_zh, field_en=_PHONE.name_en)
    return phone


def hidden_phone(phone: str) -> str:
    """All but its first three and last four digits are hidden."""
    hidden = "*" * max(len(phone) - _SHOWN_FIRST - _SHOWN_LAST, 0)
    return phone[:_SHOWN_FIRST] + hidden + phone[-_SHOWN_LAST:]


def asked(catalogue: Catalogue, command: AskForTime) -> Asked:
    """What was asked for; raises `NoSuchItem`, `FieldInvalid`."""
    applicant = command.applicant
    fields = written(catalogue.item(command.item_id), {one.field_id: one.value for one in command.fields})
    said = Said(applicant.name, tuple(command.options), command.consent_to_recording, fields)
    return Asked(
        item_id=command.item_id,
        phone=(phone := _phone(command.phone)),
        name=applicant.name,
        answers=said.as_answers(),
        grants=grants_of(applicant),
        text_messages=command.text_messages and _is_mobile(phone),
        email=command.email,
        language=command.language,
        by_link=command.by_link,
    )


def slots_body(
    channels: Collection[Channel], minutes: int, days: Iterable[tuple[date, list[Slot]]]
) -> AppointmentSlotsBody:
    """Days with their free times."""
    return AppointmentSlotsBody(
        minutes=minutes,
        channels=[one for one in ("sms", "email") if one in channels],
        days=[
            SlotDayBody(
                day=day.isoformat(),
                slots=[SlotBody(starts=wall_text(one.starts), places=len(one.units)) for one in free],
            )
            for day, free in days
        ],
    )


def day_or(text: str, today: Callable[[], date]) -> date:
    """The day that the text names, today where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def holder(principal: Principal) -> Visitor:
    """Who has a link that is for an appointment; raises `Forbidden` for everybody else."""
    if not isinstance(principal, Visitor) or principal.appointment_id is None:
        raise Forbidden
    return principal


def on_the_wall(text: str) -> datetime:
    """A time, or the midnight of a day; raises `NotBookable`."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        # Such as a thirteenth month.
        raise NotBookable from error


def wall_text(starts: datetime) -> str:
    """A time on the wall as the wire carries it."""
    return f"{starts:%Y-%m-%dT%H:%M}"


def _phone(text: str) -> str:
    """Without what people write between digits, so that one number is one person; raises `FieldInvalid`."""
    phone = normal("phone", text)
    if not fits(_PHONE, phone):
        raise FieldInvalid(field_zh=_PHONE.name_zh, field_en=_PHONE.name_en)
    return phone.replace("-", "")


def _is_mobile(phone: str) -> bool:
    """Whether it can be sent text messages: a landline begins with the 0 of its area code."""
    return phone.startswith("1")
