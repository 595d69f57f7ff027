"""Booking without a worker, over real sockets: opened by a supervisor, proven by a code, and hostile ground."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.signalling.test_appointments import listed, opened
from tests.integration.signalling.test_booked_visits import notices, visit_of
from tests.integration.signalling.test_visitors import entrance
from tests.support.asker import ITEM
from tests.support.served import Page, Served, served

SITE = "/api/v1/public-booking/town-01"
PHONE, OTHER = "138 0000 1234", "13900005678"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", wrap_up_seconds=0.0, public_url="https://window.example.cn") as running:
        yield running


@pytest.fixture
async def supervisor(site: Served, http: aiohttp.ClientSession) -> Page:
    page = await opened(http, site, "supervisor001")
    await page.do("keep_public_booking", site_id="town-01", opened=True)
    return page


class Stranger:
    """Somebody without an account."""

    def __init__(self, http: aiohttp.ClientSession, site: Served) -> None:
        self._http = http
        self._site = site

    async def get(self, path: str, token: str = "") -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._http.get(self._site.address + path, headers=headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self._http.post(self._site.address + path, json=body) as response:
            return response.status, await response.json()

    async def free(self) -> list[str]:
        """From tomorrow on."""
        _, body = await self.get(f"{SITE}/slots?item={ITEM}")
        return [one["starts"] for day in body["days"][1:] for one in day["slots"]]

    async def code(self, count: int, phone: str = PHONE) -> str:
        """Asks for one; the newest of so many notices holds it."""
        status, body = await self.post(f"{SITE}/phone-code", phone=phone, language="zh-CN")
        assert status == 200, body
        sent = await notices(self._http, self._site, count)
        found = re.search(r"验证码([0-9]{6})", next(one["text"] for one in sent if one["kind"] == "phone_code"))
        assert found is not None
        return found[1]

    async def book(self, starts: str, code: str, phone: str = PHONE) -> tuple[int, dict[str, Any]]:
        wanted = {"item_id": ITEM, "starts": starts, "name": "周敏", "phone": phone, "phone_code": code}
        return await self.post(SITE, **wanted, language="zh-CN")


@pytest.fixture
def stranger(http: aiohttp.ClientSession, site: Served) -> Stranger:
    return Stranger(http, site)


async def test_a_time_is_booked_told_and_kept_by_the_link(
    site: Served, http: aiohttp.ClientSession, supervisor: Page, stranger: Stranger
) -> None:
    status, offered = await stranger.get(SITE)
    assert status == 200
    assert ITEM in [one["item_id"] for one in offered["items"]]
    free = await stranger.free()
    code = await stranger.code(1)
    status, booked = await stranger.book(free[0], code)
    assert status == 200, booked
    assert booked["link"].startswith("https://window.example.cn/visit#")
    told = next(one for one in await notices(http, site, 3) if one["kind"] == "appointment_booked_link")
    assert (told["channel"], told["address"]) == ("sms", "13800001234")
    assert booked["link"] in told["text"]

    status, entered = await entrance(http, site, booked["link"])
    assert status == 200, entered
    visit = await visit_of(http, site, entered["access_token"])
    assert (visit["name"], visit["appointment"]["state"], visit["appointment"]["starts"]) == ("周敏", "booked", free[0])
    # It is moved and given up by the same link, and the clerk's list shows it as any other.
    visitor = await Page.open(http, site, entered["access_token"])
    moved = next(one for one in free if one[:10] != free[0][:10])
    await visitor.do("move_my_appointment", starts=moved)
    await visitor.do("cancel_my_appointment")
    assert (await entrance(http, site, booked["link"]))[1]["code"] == "appointment_given_up"


async def test_nobody_books_where_nobody_opened(site: Served, http: aiohttp.ClientSession, stranger: Stranger) -> None:
    """Off until a supervisor of the centre says so, and off again at once."""
    for path in (SITE, f"{SITE}/slots?item={ITEM}", "/api/v1/public-booking/nowhere"):
        assert (await stranger.get(path))[1]["code"] == "booking_not_open"
    asked = await stranger.post(f"{SITE}/phone-code", phone=PHONE, language="zh-CN")
    assert asked[1]["code"] == "booking_not_open"
    clerk = await opened(http, site, "clerk001")
    assert (await clerk.ask("keep_public_booking", site_id="town-01", opened=True))["code"] == "forbidden"
    supervisor = await opened(http, site, "supervisor001")
    assert (await supervisor.ask("keep_public_booking", site_id="point-001", opened=True))["code"] == "no_such_site"
    token = await site.sign_in(http, "supervisor001")
    for wanted in (True, False):
        await supervisor.do("keep_public_booking", site_id="town-01", opened=wanted)
        _, found = await stranger.get("/api/v1/public-booking", token)
        (town,) = [one for one in found["sites"] if one["site_id"] == "town-01"]
        assert (town["opened"], town["link"]) == (wanted, "https://window.example.cn/visit#/book/town-01")
        assert (await stranger.get(SITE))[0] == (200 if wanted else 404)
    assert (await stranger.get("/api/v1/public-booking"))[0] == 401


async def test_only_who_has_the_telephone_books_with_it(
    site: Served, http: aiohttp.ClientSession, supervisor: Page, stranger: Stranger
) -> None:
    free = await stranger.free()
    code = await stranger.code(1)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert (await stranger.book(free[0], wrong))[1]["code"] == "phone_code_wrong"
    assert (await stranger.book(free[0], code, OTHER))[1]["code"] == "phone_code_wrong"
    assert (await stranger.book(free[0], code, "021-5555 1234"))[1]["code"] == "field_invalid"
    # A time that is refused leaves the code good; one that is kept uses it up.
    assert (await stranger.book("2020-01-06T09:00", code))[1]["code"] == "not_bookable"
    assert (await stranger.book(free[0], code))[0] == 200
    assert (await stranger.book(free[-1], code))[1]["code"] == "phone_code_wrong"
    again = await stranger.post(f"{SITE}/phone-code", phone=PHONE, language="zh-CN")
    assert again[1]["code"] == "too_many_phone_codes"


async def test_a_person_has_one_a_day_and_a_taken_time_is_told(
    site: Served, http: aiohttp.ClientSession, supervisor: Page, stranger: Stranger
) -> None:
    point, free = await opened(http, site, "point001"), await stranger.free()
    wanted = {"item_id": ITEM, "options": [], "consent_to_recording": False}
    applicant = {"name": "王秀英", "over_70": False, "disabled": False}
    await point.do("book_appointment", **wanted, applicant=applicant, starts=free[0], phone=PHONE)
    code = await stranger.code(2)
    assert (await stranger.book(free[1], code))[1]["code"] == "booked_that_day"
    (shown,) = await listed(point, "booked")
    assert date.fromisoformat(shown["starts"][:10])


async def test_one_address_asks_for_few_codes(
    site: Served, http: aiohttp.ClientSession, supervisor: Page, stranger: Stranger
) -> None:
    asked = [
        await stranger.post(f"{SITE}/phone-code", phone=f"1380000{number:04}", language="zh-CN") for number in range(7)
    ]
    assert [status for status, _ in asked] == [200] * 6 + [429]
