"""The waiting list over real sockets: joined when the day is full, offered when somebody gives up, taken, left."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from directory.principal import Role, Staff
from scheduler.views import BookAppointment
from tests.integration.signalling.test_appointments import opened, wish
from tests.support.asker import ITEM, Asker
from tests.support.hours import open_briefly
from tests.support.served import Page, Served, seeded, served

PHONE = "13700000001"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    shutil.copytree(await seeded(), tmp_path / "data")
    open_briefly(tmp_path / "data")
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as running:
        yield running


def waits(day: str, phone: str = PHONE, **changes: Any) -> dict[str, Any]:
    asked = {name: value for name, value in wish("", phone).items() if name != "starts"}
    return {**asked, "days": [day], "part": "any", **changes}


async def full(site: Served, asker: Asker) -> tuple[str, dict[str, str]]:
    """The last day of the first week that has times, every place booked; who has the first of its times, by time.

    Booked in the service: a page that sends so many commands at once is cut.
    """
    worker = Staff(
        person_id="staff-point001",
        account="point001",
        name="",
        roles=frozenset({Role.COMMUNITY_WORKER}),
        site_id="point-001",
        site_path="",
        department_ids=frozenset(),
    )
    day = [one for one in (await asker.slots())["days"] if one["slots"]][-1]
    held = {}
    for number, slot in enumerate(day["slots"]):
        for place in range(slot["places"]):
            request = BookAppointment(
                item_id=ITEM, starts=datetime.fromisoformat(slot["starts"]), phone=f"138{place}{number:07}"
            )
            made = await site.features.scheduler.appointments.book(worker, request)
            held[slot["starts"]] = made.appointment.id
    return day["day"], held


async def listed(page: Page, *states: str) -> list[dict[str, Any]]:
    """The page's waiting list, once it is in these states."""
    while [one["state"] for one in page.views.get("waiting_list", {}).get("wishes", [])] != list(states):
        await page.receive()
    found: list[dict[str, Any]] = page.views["waiting_list"]["wishes"]
    return found


async def test_who_waits_is_offered_what_is_given_up_and_takes_it(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point, other = await opened(http, site, "point001"), await opened(http, site, "point002")
    refused = await point.ask("join_waiting_list", **waits((await asker.free())[-1][:10]))
    assert refused["code"] == "times_free"
    day, held = await full(site, asker)
    first = await point.do("join_waiting_list", **waits(day))
    second = await point.do("join_waiting_list", **waits(day, "13700000002"))
    assert (first["place"], second["place"]) == (1, 2)
    one, _ = await listed(point, "listed", "listed")
    assert (one["applicant_name"], one["phone"], one["days"], one["starts"]) == ("王秀英", "137****0001", [day], None)
    starts = sorted(held)[2]
    await point.do("cancel_appointment", appointment_id=held[starts])
    one, _ = await listed(point, "time_held", "listed")
    assert one["starts"] == starts
    assert one["answer_by"] < one["at"]
    assert one["last_offer"] is False
    assert (await other.ask("take_offered_time", wish_id=first["wish_id"]))["code"] == "not_your_appointment"
    await point.do("pass_offered_time", wish_id=first["wish_id"])
    await listed(point, "listed", "time_held")
    taken = await point.do("take_offered_time", wish_id=second["wish_id"])
    await listed(point, "listed")
    while taken["appointment_id"] not in {
        row["appointment_id"] for row in point.views["appointments"]["appointments"] if row["state"] == "booked"
    }:
        await point.receive()
    await point.do("leave_waiting_list", wish_id=first["wish_id"])
    await listed(point)
    assert (await point.ask("leave_waiting_list", wish_id=first["wish_id"]))["code"] == "not_in_this_state"
    assert (await point.ask("leave_waiting_list", wish_id="nobody"))["code"] == "no_such_wish"


async def test_what_cannot_be_is_refused_and_a_window_has_no_part_in_it(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    for day, phone, code in (
        ("2020-01-06", PHONE, "not_bookable"),
        ("2026-02-30", PHONE, "not_bookable"),
        ("2026-12-01", "123", "field_invalid"),
    ):
        assert (await point.ask("join_waiting_list", **waits(day, phone)))["code"] == code
    assert (await window.ask("join_waiting_list", **waits("2026-12-01")))["code"] == "forbidden"
    assert "waiting_list" not in window.views
