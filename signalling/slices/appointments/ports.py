"""What other slices may know of appointments: what a booking answers, and how people's telephone numbers are read."""

from __future__ import annotations

from directory.errors import FieldInvalid
from directory.forms import fits, normal
from directory.records import FormField
from signalling.slices.appointments.messages import AppointmentBooked
from signalling.wire.values import Applicant

__all__ = ("AppointmentBooked", "grants_of", "hidden_phone", "is_mobile", "phone_of")

_PHONE = FormField(id="phone", name_zh="联系电话", name_en="Telephone", kind="phone")
_SHOWN_FIRST, _SHOWN_LAST = 3, 4


def phone_of(text: str) -> str:
    """Without what people write between digits, so that one number is one person; raises `FieldInvalid`."""
    phone = normal("phone", text)
    if not fits(_PHONE, phone):
        raise FieldInvalid(field_zh=_PHONE.name_zh, field_en=_PHONE.name_en)
    return phone.replace("-", "")


def is_mobile(phone: str) -> bool:
    """Whether it can be sent text messages: a landline begins with the 0 of its area code."""
    return phone.startswith("1")


def hidden_phone(phone: str) -> str:
    """All but its first three and last four digits are hidden."""
    hidden = "*" * max(len(phone) - _SHOWN_FIRST - _SHOWN_LAST, 0)
    return phone[:_SHOWN_FIRST] + hidden + phone[-_SHOWN_LAST:]


def grants_of(applicant: Applicant) -> tuple[str, ...]:
    """The reasons for which somebody may be served earlier."""
    grants = {"over_70": applicant.over_70, "disabled": applicant.disabled}
    return tuple(reason for reason, holds in grants.items() if holds)
