"""The numbers a hall may set: time limits, overflow thresholds, credit grants, the local day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

import msgspec

GRANTED_MINUTES: Mapping[str, float] = MappingProxyType({"over_70": 15.0, "disabled": 15.0, "veteran": 10.0})
"""Minutes of credit for each reason a resident may be served earlier."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler's settings; all durations are seconds.

    `neighbour_after` and `district_after` are compared with a ticket's credit (time waited + time granted):
    from then on neighbouring towns, and the district, may serve it although a nearer clerk is on duty.
    `calls_at_most` counts the first call and every recall of one acceptance.
    A wrap-up that is extended ends after `wrap_up_extends` more, and `wrap_up_at_most` after it began at the latest.
    A ticket that is transferred to a person waits `kept_for_person` for that one, then for whoever serves the queue.
    `silent_after` is how long a page may go without a heartbeat before it counts as gone.
    `appointment_days` are bookable ahead, today being the first. A person has at most
    `appointments_ahead` that are still to come, and one a day. Who has an appointment checks in `appointment_early`
    before it at the earliest and `appointment_late` after it at the latest.
    Who has it by a link moves it there while it was changed fewer than `changes_from_home` times.
    Who finds no time waits on a list, with at most `wishes_at_most` that are open; a department's list at a centre has
    at most `wishes_a_day` for a day. A time is held for `wish_answer` of the centre's open hours, until
    `appointment_early` before it at the latest; one that comes sooner than `wish_ahead` is not offered. After
    `wish_offers` in vain it is over.
    A callback rings for `callback_rings`, `callback_attempts` times at most, the next time `callback_delay` after the
    last one. A point has at most `callbacks_at_most` that are open, a visitor one.
    """

    offer_lasts: float = 15.0
    wrap_up_lasts: float = 20.0
    wrap_up_extends: float = 120.0
    wrap_up_at_most: float = 900.0
    grace_lasts: float = 90.0
    silent_after: float = 25.0
    neighbour_after: float = 180.0
    district_after: float = 360.0
    calls_at_most: int = 3
    appointment_days: int = 14
    appointments_ahead: int = 3
    appointment_early: float = 1800.0
    appointment_late: float = 900.0
    changes_from_home: int = 6
    wishes_at_most: int = 2
    wishes_a_day: int = 30
    wish_answer: float = 7200.0
    wish_ahead: float = 3600.0
    wish_offers: int = 3
    kept_for_person: float = 120.0
    callback_rings: float = 30.0
    callback_attempts: int = 3
    callback_delay: float = 300.0
    callbacks_at_most: int = 20
    zone: str = "Asia/Shanghai"

    def wall(self, moment: datetime) -> datetime:
        """What the hall's clock on the wall shows at `moment`, naive."""
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def day(self, moment: datetime) -> date:
        """The hall's calendar day at `moment`."""
        return moment.astimezone(ZoneInfo(self.zone)).date()
