"""A slot that is kept by video, over real sockets: booked, told, opened too early, moved, checked in, answered."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.signalling.test_appointments import listed, opened, wish
from tests.integration.signalling.test_visitors import entrance
from tests.support.asker import Asker
from tests.support.served import Page, Served, served

BY_LINK = {"by_link": True, "text_messages": True, "email": "wang@example.cn"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", wrap_up_seconds=0.0, public_url="https://window.example.cn") as running:
        yield running


async def visit_of(http: aiohttp.ClientSession, site: Served, token: str) -> dict[str, Any]:
    async with http.get(f"{site.address}/api/v1/visit", headers={"Authorization": f"Bearer {token}"}) as response:
        assert response.status == 200, await response.text()
        found: dict[str, Any] = await response.json()
        return found


async def notices(
    http: aiohttp.ClientSession, site: Served, count: int, account: str = "admin001"
) -> list[dict[str, Any]]:
    """What was sent, the newest first, once there are so many."""
    headers = {"Authorization": f"Bearer {await site.sign_in(http, account)}"}
    async with asyncio.timeout(20):
        while True:
            async with http.get(f"{site.address}/api/v1/simulated-notices", headers=headers) as response:
                assert response.status == 200, await response.text()
                found: list[dict[str, Any]] = (await response.json())["notices"]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.1)


def tomorrow(free: list[str]) -> str:
    """A time that begins in more than an hour."""
    later = (datetime.fromisoformat(free[0]) + timedelta(hours=6)).isoformat()
    return next(starts for starts in free if starts > later)


async def test_a_slot_is_kept_by_video(site: Served, http: aiohttp.ClientSession, asker: Asker, tmp_path: Path) -> None:
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    assert (await asker.slots())["channels"] == ["sms", "email"]
    made = await point.do("book_appointment", **wish(tomorrow(await asker.free())) | BY_LINK)
    link = made["link"]
    assert link.startswith("https://window.example.cn/visit#")
    told = {one["channel"]: one for one in await notices(http, site, 3)}
    assert link in told["sms"]["text"]
    assert (told["sms"]["address"], told["email"]["address"]) == ("13800001234", "wang@example.cn")
    assert link not in told["webhook"]["text"]
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("cloud-window.db*"))
    for secret in ("13800001234", "wang@example.cn", link.rpartition("#")[2]):
        assert secret.encode() not in files, "nobody reads from the disk who is told what"
    (shown,) = await listed(point, "booked")
    assert shown["by_link"]

    # Too early: the page is told when.
    status, entered = await entrance(http, site, link)
    assert status == 200, entered
    visitor = await Page.open(http, site, entered["access_token"])
    visit = await visit_of(http, site, entered["access_token"])
    assert visit["appointment"]["state"] == "booked"
    assert visit["appointment"]["checks_in_from"] < visit["appointment"]["at"]
    check_in = {"consent_to_recording": False, "wish": "想问进度"}
    assert (await visitor.ask("check_in_visit", **check_in))["code"] == "too_early"
    taking = {"item_id": "item-001", "options": [], "applicant": wish("")["applicant"], "consent_to_recording": False}
    taking["applicant"] = taking["applicant"] | {"over_70": False, "disabled": False}
    assert (await visitor.ask("take_ticket", **taking))["code"] == "forbidden", "who is booked does not jump in"

    # Moved to the next quarter of an hour: a new link, the former stays good, and now it is time.
    soon = (await asker.free())[0]
    await point.do("move_appointment", appointment_id=made["appointment_id"], starts=soon)
    newest = next(one for one in await notices(http, site, 6) if one["channel"] == "sms")
    assert newest["kind"] == "appointment_moved_link"
    for one in (newest["text"].rpartition("#")[2], link.rpartition("#")[2]):
        assert (await entrance(http, site, f"#{one}"))[0] == 200
    ticket = await visitor.do("check_in_visit", **check_in)
    await visitor.see("point", ticket__ticket_id=ticket["ticket_id"])
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    assert desk["offer"]["ticket"]["number"] == ticket["number"]
    assert desk["offer"]["ticket"]["visitor"]["wish"] == "想问进度"
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await visitor.do("enter_call", ticket_id=ticket["ticket_id"])
    await window.see("desk", ticket__state="serving")
    assert (await visit_of(http, site, entered["access_token"]))["appointment"]["state"] == "checked_in"
    # Those of the point where it was booked are no party of it.
    assert point.views["point"]["ticket"] is None
    assert (await point.ask("cancel_ticket", ticket_id=ticket["ticket_id"]))["code"] == "not_your_ticket"


async def test_what_is_given_up_ends_the_visit_and_is_told(
    site: Served, http: aiohttp.ClientSession, asker: Asker, tmp_path: Path
) -> None:
    point = await opened(http, site, "point001")
    made = await point.do("book_appointment", **wish(tomorrow(await asker.free())) | BY_LINK | {"language": "en"})
    await notices(http, site, 3)
    await point.do("cancel_appointment", appointment_id=made["appointment_id"])
    newest = next(one for one in await notices(http, site, 6) if one["channel"] == "email")
    assert newest["subject"].endswith("was cancelled")
    assert (await entrance(http, site, made["link"]))[1]["code"] == "appointment_given_up"
    with sqlite3.connect(tmp_path / "data" / "cloud-window.db") as database:
        kept = database.execute("SELECT state, content IS NULL FROM notices").fetchall()
    database.close()
    assert {state for state, _ in kept} == {"sent", "withdrawn"}
    assert all(erased for _, erased in kept)


async def test_a_landline_gets_no_text_message_and_an_address_must_be_one(
    site: Served, http: aiohttp.ClientSession, asker: Asker
) -> None:
    point = await opened(http, site, "point001")
    free = tomorrow(await asker.free())
    for email in ("wang", "wang@example", "a@b.cn\nBcc: c@d.cn", "a@b.cn, c@d.cn"):
        assert (await point.ask("book_appointment", **wish(free) | {"email": email}))["code"] == "invalid", email
    made = await point.do("book_appointment", **wish(free, "021-5555 1234") | {"text_messages": True})
    assert made["link"] is None
    assert [one["channel"] for one in await notices(http, site, 1)] == ["webhook"]


async def test_who_reads_what_a_demonstration_would_have_sent(site: Served, http: aiohttp.ClientSession) -> None:
    for account, status in (("point001", 403), ("clerk001", 403)):
        await Asker(http, site, await site.sign_in(http, account)).get("/api/v1/simulated-notices", status)
    assert await notices(http, site, 0, "supervisor001") == []
    async with http.get(f"{site.address}/api/v1/simulated-notices") as response:
        assert response.status == 401
    async with http.get(f"{site.address}/metrics") as response:
        assert "cloud_window_notices" in await response.text()
