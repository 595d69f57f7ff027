"""What applicants are told of what is missing: that it is, that the deadline comes near, and that it has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from document_relay.store.tables import CaseRow
from foundation.clock import Clock
from foundation.database import WriteSession
from foundation.errors import Language
from foundation.notifying import Channel, Notice, Notifier

_SOON = timedelta(days=3)
"""How long before the last day it is called to mind first."""
_MORNING = time(9)
"""When reminders go out, by the clock on the wall."""
_STILL_TOLD = timedelta(days=3)
"""How long after the deadline its end is worth telling."""
_TOGETHER = timedelta(minutes=10)
"""For so long it is waited whether more is sent back."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How an applicant is reached: by text message where there is a number, by e-mail where there is an address."""

    phone: str = ""
    email: str = ""
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of: `topic` and `version` say of what and of which change of it; `secret` is the link's."""

    topic: str
    version: str
    case: CaseRow
    due_on: date
    count: int
    secret: str = ""


class SupplementNotices:
    """Writes and withdraws notices, each in the transaction of what it tells of."""

    def __init__(self, notifier: Notifier, clock: Clock, zone: ZoneInfo, door: str) -> None:
        """`door` is the address that a link's secret is added to."""
        self._notifier = notifier
        self._clock = clock
        self._zone = zone
        self._door = door

    def ends_at(self, due_on: date) -> datetime:
        """The end of the last day on the wall."""
        return datetime.combine(due_on + timedelta(days=1), time(), self._zone).astimezone(UTC)

    async def asked(self, session: WriteSession, told: Told, reach: Reach, *, again: bool) -> None:
        """Tells that papers are missing, and has it called to mind."""
        await self.over(session, told.topic)
        await self._post(session, told, reach, "supplement_again" if again else "supplement_asked", self._clock.now())
        await self._remind(session, told, reach, "supplement")

    async def ended(self, session: WriteSession, told: Told, reach: Reach) -> None:
        """Tells that the deadline has passed."""
        await self.over(session, told.topic)
        await self._post(session, told, reach, "supplement_ended", self._clock.now())

    async def findings(self, session: WriteSession, told: Told, reach: Reach) -> None:
        """Tells of the findings of a joint acceptance, has them called to mind, and their end told."""
        await self._findings(session, told, reach, ("findings_told", self._clock.now()))

    async def findings_again(self, session: WriteSession, told: Told, reach: Reach) -> None:
        """Tells that answers were not enough; several that are sent back one after the other are told of once."""
        await self.over(session, told.topic)
        await self._findings(session, told, reach, ("findings_again", self._clock.now() + _TOGETHER))

    async def findings_concluded(self, session: WriteSession, told: Told, reach: Reach) -> None:
        """Tells that the joint acceptance has its answer."""
        await self._post(session, told, reach, "findings_concluded", self._clock.now())

    async def _findings(self, session: WriteSession, told: Told, reach: Reach, first: tuple[str, datetime]) -> None:
        await self._post(session, told, reach, *first)
        await self._remind(session, told, reach, "findings")
        await self._post(session, told, reach, "findings_ended", self.ends_at(told.due_on))

    async def over(self, session: WriteSession, topic: str) -> None:
        """Withdraws what is not sent yet."""
        await self._notifier.withdraw(session, topic)

    async def _remind(self, session: WriteSession, told: Told, reach: Reach, noun: str) -> None:
        last = datetime.combine(told.due_on, _MORNING, self._zone).astimezone(UTC)
        for kind, due in ((f"{noun}_soon", last - _SOON), (f"{noun}_last_day", last)):
            # Whoever was asked later than that has just been told.
            if due > self._clock.now():
                await self._post(session, told, reach, kind, due)

    async def _post(self, session: WriteSession, told: Told, reach: Reach, kind: str, due: datetime) -> None:
        for channel, address in _addresses(reach):
            notice = Notice(
                key=f"{told.topic} {told.version} {kind} {channel}",
                topic=told.topic,
                kind=kind,
                channel=channel,
                address=address,
                language=reach.language,
                values=self._values(told, reach.language),
                due=due,
                useful_until=max(self.ends_at(told.due_on), due + _STILL_TOLD),
            )
            await self._notifier.post(session, notice)

    def _values(self, told: Told, language: Language) -> dict[str, str]:
        day, chinese = told.due_on, language == "zh-CN"
        return {
            "number": told.case.number,
            "item": told.case.item_zh if chinese else told.case.item_en,
            "day": f"{day.month}月{day.day}日" if chinese else f"{day.day} {_MONTHS[day.month - 1]}",
            "count": str(told.count),
            "link": f"{self._door}{told.secret}",
        }


def findings_topic(case_id: str) -> str:
    """What notices of a joint acceptance tell of."""
    return f"findings {case_id}"


def _addresses(reach: Reach) -> Iterator[tuple[Channel, str]]:
    if reach.phone:
        yield "sms", reach.phone
    if reach.email:
        yield "email", reach.email
