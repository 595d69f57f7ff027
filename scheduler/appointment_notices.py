"""What people are told of their appointments: that one is booked, moved or given up, and that it comes near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from foundation.database import WriteSession
from foundation.errors import Language
from foundation.notifying import CalendarFile, Channel, Notice, TextLibrary
from scheduler.invitation import Invitation, as_ics
from scheduler.ports import Ports
from scheduler.records import Appointment

_REMINDERS = {"appointment_day_before": timedelta(days=1), "appointment_hour_before": timedelta(hours=1)}
"""How long before the time each is due."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How a person is reached: by text message where there is a number, by e-mail where there is an address.

    `link` leads to the visit of an appointment that is kept by video; empty for the others.
    """

    phone: str = ""
    email: str = ""
    language: Language = "zh-CN"
    link: str = ""


@cache
def notice_texts() -> TextLibrary:
    """The words of all of them."""
    return TextLibrary.read(Path(__file__).parent / "notice_texts")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told, and when."""

    kind: str
    values: dict[str, str]
    due: datetime
    calendar: CalendarFile | None = None


class AppointmentNotices:
    """Writes and withdraws the notices of an appointment, each in the transaction of what it tells of."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    async def booked(self, session: WriteSession, appointment: Appointment, reach: Reach) -> None:
        """Confirms it, and has it called to mind a day and an hour before."""
        await self._tell(session, appointment, "appointment_booked", reach)
        await self._remind(session, appointment, reach)

    async def moved(self, session: WriteSession, appointment: Appointment, reach: Reach) -> None:
        """As `booked`, at the new time; what would have been told of the former one is withdrawn."""
        await self.over(session, appointment)
        await self._tell(session, appointment, "appointment_moved", reach)
        await self._remind(session, appointment, reach)

    async def given_up(self, session: WriteSession, appointment: Appointment, reach: Reach) -> None:
        """Confirms that it is given up, and withdraws the rest."""
        await self.over(session, appointment)
        await self._tell(session, appointment, "appointment_cancelled", msgspec.structs.replace(reach, link=""))

    async def over(self, session: WriteSession, appointment: Appointment) -> None:
        """Withdraws what is not sent yet."""
        await self._ports.notifier.withdraw(session, _topic(appointment))

    async def _remind(self, session: WriteSession, appointment: Appointment, reach: Reach) -> None:
        now = self._ports.clock.now()
        for kind, before in _REMINDERS.items():
            # Whoever books later than that has just been told.
            if (due := appointment.at - before) > now:
                await self._post(session, appointment, reach, await self._told(appointment, kind, reach, due))

    async def _tell(self, session: WriteSession, appointment: Appointment, kind: str, reach: Reach) -> None:
        now = self._ports.clock.now()
        told = await self._told(appointment, kind, reach, now)
        calendar = await self._calendar(appointment, kind, reach)
        await self._post(session, appointment, reach, replace(told, calendar=calendar))
        # The district's own systems learn what becomes of a number, and of nobody.
        nobody = Reach()
        told = _Told(kind, await self._values(appointment, nobody), now)
        await self._ports.notifier.post(session, _notice(appointment, nobody, ("webhook", ""), told))

    async def _told(self, appointment: Appointment, kind: str, reach: Reach, due: datetime) -> _Told:
        return _Told(f"{kind}_link" if reach.link else kind, await self._values(appointment, reach), due)

    async def _post(self, session: WriteSession, appointment: Appointment, reach: Reach, told: _Told) -> None:
        for to in addresses(reach):
            await self._ports.notifier.post(session, _notice(appointment, reach, to, told))

    async def _calendar(self, appointment: Appointment, kind: str, reach: Reach) -> CalendarFile:
        """What a calendar makes of it: the same event each time, as the file that can be downloaded is."""
        item, home = await self._ports.catalogue.names(appointment.item_id, appointment.home_id)
        _, place = await self._ports.catalogue.names(appointment.item_id, appointment.site_id)
        chinese, cancelled = reach.language == "zh-CN", kind == "appointment_cancelled"
        item_name, place_name, home_name = (one.zh if chinese else one.en for one in (item, place, home))
        said = f"预约 {appointment.number}：" if chinese else f"Appointment {appointment.number}: "
        file = Invitation(
            appointment_id=appointment.id,
            sequence=appointment.version - 1,
            changed_at=appointment.state_since,
            at=appointment.at,
            lasts=timedelta(minutes=appointment.minutes),
            cancelled=cancelled,
            summary=said + item_name,
            place=place_name,
            note=home_name,
            organiser=home_name,
        )
        return CalendarFile(method="CANCEL" if cancelled else "REQUEST", text=as_ics(file).decode())

    async def _values(self, appointment: Appointment, reach: Reach) -> dict[str, str]:
        item, place = await self._ports.catalogue.names(appointment.item_id, appointment.site_id)
        starts, chinese = appointment.starts, reach.language == "zh-CN"
        said = {
            "number": appointment.number,
            "day": day_words(starts, reach.language),
            "time": f"{starts:%H:%M}",
            "item": item.zh if chinese else item.en,
            "place": place.zh if chinese else place.en,
        }
        return said | ({"link": reach.link} if reach.link else {})


def _notice(appointment: Appointment, reach: Reach, to: tuple[Channel, str], told: _Told) -> Notice:
    channel, address = to
    return Notice(
        # A version is one change: told again, it is the same notice.
        key=f"{_topic(appointment)} {appointment.version} {told.kind} {channel}",
        topic=_topic(appointment),
        kind=told.kind,
        channel=channel,
        address=address,
        language=reach.language,
        values=told.values,
        calendar=told.calendar if channel == "email" else None,
        due=told.due,
        # That one was given up can be told after its time, too.
        useful_until=max(appointment.at, told.due + timedelta(hours=1)),
    )


def day_words(day: date, language: Language) -> str:
    """A day as notices say it."""
    return f"{day.month}月{day.day}日" if language == "zh-CN" else f"{day.day} {_MONTHS[day.month - 1]}"


def addresses(reach: Reach) -> Iterator[tuple[Channel, str]]:
    """Where a person is told, by channel."""
    if reach.phone:
        yield "sms", reach.phone
    if reach.email:
        yield "email", reach.email


def _topic(appointment: Appointment) -> str:
    return f"appointment {appointment.id}"
