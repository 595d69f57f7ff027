"""Appointments over real sockets to the whole service: booked, moved, cancelled, checked in, shown to both sides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import aiohttp
import vobject

from scheduler.errors import SlotTaken
from tests.integration.signalling.test_call import APPLICANT
from tests.support.asker import ITEM, Asker
from tests.support.served import Page, Served

PHONE = "138 0000 1234"


async def opened(http: aiohttp.ClientSession, site: Served, account: str) -> Page:
    return await Page.open(http, site, await site.sign_in(http, account))


def wish(starts: str, phone: str = PHONE) -> dict[str, Any]:
    return {
        "item_id": ITEM,
        "starts": starts,
        "phone": phone,
        "options": [],
        "applicant": APPLICANT,
        "consent_to_recording": False,
    }


async def booked(page: Page, starts: str, phone: str = PHONE) -> str:
    return str((await page.do("book_appointment", **wish(starts, phone)))["appointment_id"])


async def listed(page: Page, *states: str) -> list[dict[str, Any]]:
    """The page's appointments, once they are in these states."""
    while [one["state"] for one in page.views.get("appointments", {}).get("appointments", [])] != list(states):
        await page.receive()
    found: list[dict[str, Any]] = page.views["appointments"]["appointments"]
    return found


async def test_one_is_booked_shown_on_both_sides_and_answered(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    free = await asker.slots()
    first = free["days"][0]["slots"][0] if free["days"][0]["slots"] else free["days"][1]["slots"][0]
    assert first["places"] == 2
    appointment_id = await booked(point, first["starts"])
    (shown,) = await listed(point, "booked")
    assert (shown["starts"], shown["applicant_name"], shown["phone"]) == (first["starts"], "王秀英", "138****1234")
    assert shown["window_name"]["zh"] == "1号云窗口"
    if shown["starts"][:10] == free["days"][0]["day"]:
        assert await listed(window, "booked") == [shown]
    ticket = await point.do("check_in_appointment", appointment_id=appointment_id)
    await listed(point, "checked_in")
    seen = await point.see("point", ticket__state="waiting")
    assert seen["ticket"]["ticket_id"] == ticket["ticket_id"]
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    assert desk["offer"]["ticket"]["number"] == ticket["number"]
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await point.see("point", ticket__state="called")


async def test_it_is_moved_and_cancelled_and_the_calendar_follows(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point, free = await opened(http, site, "point001"), await asker.free_from_tomorrow()
    appointment_id = await booked(point, free[0])
    path = f"/api/v1/appointments/{appointment_id}/calendar.ics"
    files = [vobject.readOne((await asker.get(path)).decode())]
    await point.do("move_appointment", appointment_id=appointment_id, starts=free[9])
    files.append(vobject.readOne((await asker.get(path)).decode()))
    await point.do("cancel_appointment", appointment_id=appointment_id)
    files.append(vobject.readOne((await asker.get(path)).decode()))
    assert [one.method.value for one in files] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [one.vevent.sequence.value for one in files] == ["0", "1", "2"]
    assert len({one.vevent.uid.value for one in files}) == 1
    moved = timedelta(
        minutes=(datetime.fromisoformat(free[9]) - datetime.fromisoformat(free[0])) // timedelta(minutes=1)
    )
    assert files[1].vevent.dtstart.value - files[0].vevent.dtstart.value == moved
    assert "王秀英" not in (await asker.get(path)).decode()
    refused = await point.ask("check_in_appointment", appointment_id=appointment_id)
    assert refused["code"] in ("not_in_this_state", "too_early")


async def test_what_cannot_be_booked_is_refused_with_what_can(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point, free = await opened(http, site, "point001"), await asker.free_from_tomorrow()
    for number in range(2):
        await booked(point, free[4], f"1390000000{number}")
    assert free[4] not in await asker.free()
    refused = await point.ask("book_appointment", **wish(free[4]))
    assert refused["code"] == SlotTaken.code
    assert free[5][11:] in refused["message"]
    for starts, phone, code in (
        ("2020-01-06T09:00", PHONE, "not_bookable"),
        ("2026-13-45T09:00", PHONE, "not_bookable"),
        (free[6], "12345", "field_invalid"),
        (free[6], "13900000001", "booked_that_day"),
    ):
        assert (await point.ask("book_appointment", **wish(starts, phone)))["code"] == code
    stranger, clerk = await opened(http, site, "point002"), await opened(http, site, "clerk001")
    own = await booked(point, free[6])
    assert (await stranger.ask("cancel_appointment", appointment_id=own))["code"] == "not_your_appointment"
    assert (await stranger.ask("cancel_appointment", appointment_id="none"))["code"] == "no_such_appointment"
    assert (await clerk.ask("book_appointment", **wish(free[7])))["code"] == "forbidden"
    await clerk.do("move_appointment", appointment_id=own, starts=free[8])
    other = Asker(http, site, await site.sign_in(http, "point002"))
    await other.get(f"/api/v1/appointments/{own}/calendar.ics", 403)
    await other.get("/api/v1/appointment-slots?item=none", 404)


async def test_a_far_day_shows_as_many_days_as_can_be_booked(asker: Asker) -> None:
    first = (await asker.slots())["days"]
    assert len(first) == 7
    later = (datetime.fromisoformat(first[0]["day"]) + timedelta(days=10)).date().isoformat()
    assert next(one["day"] for one in (await asker.slots(later))["days"]) == later
    assert len((await asker.slots(later))["days"]) == 4
