"""Answers from home over real sockets: the notice's link opens a page that takes, passes, moves and gives up."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.signalling.test_appointments import opened
from tests.integration.signalling.test_booked_visits import notices, visit_of
from tests.integration.signalling.test_visitors import entrance
from tests.integration.signalling.test_waiting_list import full, listed, waits
from tests.support.asker import Asker
from tests.support.hours import open_briefly
from tests.support.served import Page, Served, seeded, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    shutil.copytree(await seeded(), tmp_path / "data")
    open_briefly(tmp_path / "data")
    async with served(tmp_path / "data", wrap_up_seconds=0.0, public_url="https://window.example.cn") as running:
        yield running


async def _offered(
    site: Served, http: aiohttp.ClientSession, asker: Asker, **changes: Any
) -> tuple[Page, str, str, dict[str, str]]:
    """The point's page, the link that was told, the wall time that is held, and what else is booked that day."""
    point = await opened(http, site, "point001")
    day, booked = await full(site, asker)
    await point.do("join_waiting_list", **waits(day, text_messages=True, **changes))
    starts = sorted(booked)[2]
    await point.do("cancel_appointment", appointment_id=booked[starts])
    await listed(point, "time_held")
    return point, await _told(site, http, "wish_offered"), starts, booked


async def _told(site: Served, http: aiohttp.ClientSession, kind: str) -> str:
    async with asyncio.timeout(20):
        while not (found := [one for one in await notices(http, site, 1) if one["kind"] == kind]):
            await asyncio.sleep(0.1)
    link = found[0]["text"].rpartition("https://")[2]
    assert link.startswith("window.example.cn/visit#")
    return f"https://{link}"


async def _entered(site: Served, http: aiohttp.ClientSession, link: str) -> tuple[Page, str]:
    status, body = await entrance(http, site, link)
    assert status == 200, body
    return await Page.open(http, site, body["access_token"]), body["access_token"]


async def _refused(site: Served, http: aiohttp.ClientSession, link: str, code: str) -> None:
    status, body = await entrance(http, site, link)
    assert (status, body["code"]) == (401, code), body


async def test_who_is_at_home_takes_a_time_moves_it_and_gives_it_up(
    site: Served, http: aiohttp.ClientSession, asker: Asker, tmp_path: Path
) -> None:
    point, link, starts, booked = await _offered(site, http, asker)
    page, token = await _entered(site, http, link)
    offered = (await visit_of(http, site, token))["appointment"]
    assert (offered["state"], offered["starts"], offered["by_link"]) == ("held", starts, False)
    assert offered["answer_by"] < offered["at"]
    assert "appointments" not in page.views
    assert "waiting_list" not in page.views
    for name, fields in (
        ("take_offered_time", {"wish_id": "any"}),
        ("move_appointment", {"appointment_id": "any", "starts": starts}),
        ("cancel_appointment", {"appointment_id": "any"}),
    ):
        assert (await page.ask(name, **fields))["code"] == "forbidden", name
    assert (await page.ask("move_my_appointment", starts=starts))["code"] == "not_in_this_state"
    assert (await page.ask("check_in_visit", consent_to_recording=False, wish=""))["code"] == "not_your_appointment"

    # Taken; the link that was opened twice is told what it is by now.
    taken = await page.do("take_my_offered_time")
    assert taken["link"] is None
    await listed(point)
    while taken["number"] not in {one["number"] for one in point.views["appointments"]["appointments"]}:
        await point.receive()
    again, token = await _entered(site, http, link)
    assert (await again.ask("take_my_offered_time"))["code"] == "not_in_this_state"
    kept = (await visit_of(http, site, token))["appointment"]
    assert (kept["state"], kept["number"], kept["moves"]) == ("booked", taken["number"], True)

    # Moved to a time that is free; one that is not is refused with the next three.
    headers = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{site.address}/api/v1/visit/appointment-slots", headers=headers) as response:
        free = [slot["starts"] for day in (await response.json())["days"] for slot in day["slots"]]
    refused = await again.ask("move_my_appointment", starts=next(one for one in sorted(booked) if one not in free))
    assert refused["code"] == "slot_taken"
    assert refused["message"].count(":") >= 3, refused
    await again.do("move_my_appointment", starts=free[-1])
    async with http.get(f"{site.address}/api/v1/visit/calendar.ics", headers=headers) as response:
        assert b"STATUS:CONFIRMED" in await response.read()
    await again.do("cancel_my_appointment")
    while taken["appointment_id"] not in {
        one["appointment_id"] for one in point.views["appointments"]["appointments"] if one["state"] == "cancelled"
    }:
        await point.receive()
    await _refused(site, http, link, "appointment_given_up")

    files = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("cloud-window.db*"))
    assert link.rpartition("#")[2].encode() not in files
    await site.features.directory.intake.flush()
    with closing(sqlite3.connect(tmp_path / "data" / "cloud-window.db")) as database:
        rows = database.execute("SELECT act, outcome, what FROM audit_log WHERE account = 'visitor' ORDER BY sequence")
        entries = rows.fetchall()
    acts = [entry[:2] for entry in entries]
    for act in (
        ("visit_entered", "done"),
        ("offered_time_taken", "not_in_this_state"),
        ("offered_time_taken", "done"),
        ("appointment_moved", "slot_taken"),
        ("appointment_moved", "done"),
        ("appointment_cancelled", "done"),
    ):
        assert act in acts, acts
    for act, outcome, what in entries:
        if outcome == "done" and act in ("offered_time_taken", "appointment_moved", "appointment_cancelled"):
            assert json.loads(what)["appointment"] == taken["appointment_id"], act


async def test_who_passes_it_from_home_waits_on_and_the_link_says_so(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point, link, _, _ = await _offered(site, http, asker)
    page, _ = await _entered(site, http, link)
    passed = await page.do("pass_my_offered_time")
    assert passed["waits"] is True
    (one,) = await listed(point, "listed")
    assert passed["wish_id"] == one["wish_id"]
    assert one["starts"] is None
    await _refused(site, http, link, "time_not_held")
    assert (await page.ask("take_my_offered_time"))["code"] in {"offered_time_over", "token_invalid"}


async def test_of_two_answers_at_once_one_counts(site: Served, http: aiohttp.ClientSession, asker: Asker) -> None:
    point, link, starts, _ = await _offered(site, http, asker)
    (wish,) = await listed(point, "time_held")
    page, _ = await _entered(site, http, link)
    answers = await asyncio.gather(
        page.ask("take_my_offered_time"), point.ask("take_offered_time", wish_id=wish["wish_id"])
    )
    assert sorted(one.get("code", "done") for one in answers) == ["done", "not_in_this_state"], answers
    there = [one for one in point.views["appointments"]["appointments"] if one["starts"] == starts]
    while not any(one["state"] == "booked" and one["applicant_name"] == "王秀英" for one in there):
        await point.receive()
        there = [one for one in point.views["appointments"]["appointments"] if one["starts"] == starts]


async def test_kept_by_video_the_link_of_the_offer_is_the_visits(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    _, link, _, _ = await _offered(site, http, asker, by_link=True)
    page, token = await _entered(site, http, link)
    assert (await visit_of(http, site, token))["appointment"]["by_link"] is True
    taken = await page.do("take_my_offered_time")
    assert taken["link"].startswith("https://window.example.cn/visit#")
    for one in (link, taken["link"]):
        _, token = await _entered(site, http, one)
        assert (await visit_of(http, site, token))["appointment"]["by_link"] is True


async def test_staff_have_no_appointment_of_their_own_and_guesses_are_counted(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point = await opened(http, site, "point001")
    for name in ("take_my_offered_time", "pass_my_offered_time", "cancel_my_appointment"):
        assert (await point.ask(name))["code"] == "forbidden", name
    assert (await point.ask("move_my_appointment", starts="2026-12-01T09:00"))["code"] == "forbidden"
    for path in ("appointment-slots", "calendar.ics"):
        await asker.get(f"/api/v1/visit/{path}", 403)
    codes = [(await entrance(http, site, f"#{number:032x}"))[1]["code"] for number in range(40)]
    assert set(codes[:30]) == {"visit_link_unknown"}
    assert codes[-1] == "too_many_codes"
