"""Sessions over real sockets to the whole service: what ends with them, and when; and whose pages may open one."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from http.cookies import Morsel
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select, update

from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.store.tables import SessionRow
from directory.tokens import AccessClaims, Tokens
from signalling.identity.participant import ParticipantId
from signalling.transport.http.cookie import COOKIE, DEVICE_COOKIE
from tests.support.contract import ENDPOINTS
from tests.support.recorded_call import recorded_call
from tests.support.served import Page, Served, served

SIGN_IN = {"account": "clerk001", "password": DEMONSTRATION_PASSWORD}
CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def _closed(page: Page, within: float) -> int | None:
    """The code that the page was closed with."""
    async with asyncio.timeout(within):
        return await page.ended()


async def _status(http: aiohttp.ClientSession, site: Served, token: str) -> int:
    async with http.get(f"{site.address}/api/v1/items", headers={"Authorization": f"Bearer {token}"}) as response:
        return response.status


async def test_signing_out_ends_the_access_token_and_cuts_the_page_at_once(
    site: Served, http: aiohttp.ClientSession
) -> None:
    """S8: nothing waits for the next message or for the token's end; another session of the person goes on."""
    token, other = await site.sign_in(http, "clerk001"), await site.sign_in(http, "point001")
    page, kept = await Page.open(http, site, token), await Page.open(http, site, other)
    assert await _status(http, site, token) == 200
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{site.address}/api/v1/sign-out", json={}, headers=headers) as response:
        assert response.status == 200
    assert await _closed(page, within=2) == 4401
    assert await _status(http, site, token) == 401
    socket = await http.ws_connect(f"{site.address}/api/v1/socket")
    await socket.send_json({"type": "authenticate", "id": 0, "token": token, "language": "zh-CN"})
    assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    assert socket.close_code == 4401
    await kept.see("point", ticket=None)


async def test_a_page_that_only_listens_is_cut_when_its_access_token_ends(
    site: Served, http: aiohttp.ClientSession
) -> None:
    """S8: an open page got events on and on, as long as it sent nothing itself."""
    features = site.features
    access = await features.directory.sign_in.verify(await site.sign_in(http, "clerk001"))
    now = features.ground.clock.now()
    claims = AccessClaims(access.principal.person_id, access.session_id, now + timedelta(seconds=3))
    page = await Page.open(
        http, site, Tokens(features.ground.vault.secret("access-token")).access(claims, now, "short")
    )
    began = time.monotonic()
    assert await _closed(page, within=10) == 4401
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("end", ["idle_ends_at", "ends_at"])
async def test_a_page_is_cut_when_the_time_of_its_session_is_over(
    site: Served, http: aiohttp.ClientSession, end: str
) -> None:
    """S8: the hour without a renewal, and the end of the shift."""
    token = await site.sign_in(http, "clerk001")
    page = await Page.open(http, site, token)
    async with site.features.ground.database.write() as session:
        soon = site.features.ground.clock.now() + timedelta(seconds=1)
        await session.execute(update(SessionRow).values(**{end: soon}))
    assert await _closed(page, within=6) == 4401
    assert await _status(http, site, token) == 401


async def test_media_ends_with_the_session(site: Served) -> None:
    async with recorded_call(site, 20.0) as call:
        await call.begin(consent=False)
        access = await site.features.directory.sign_in.verify(call.window.token)
        member = str(ParticipantId(access.principal.person_id, "window"))
        assert site.features.media.slots(member)
        headers = {"Authorization": f"Bearer {call.window.token}"}
        async with call.http.post(f"{site.address}/api/v1/sign-out", json={}, headers=headers) as response:
            assert response.status == 200
        async with asyncio.timeout(5):
            while site.features.media.slots(member):
                await asyncio.sleep(0.05)


async def test_a_session_that_another_process_ended_is_cut_within_seconds(
    site: Served, http: aiohttp.ClientSession
) -> None:
    token = await site.sign_in(http, "clerk001")
    page = await Page.open(http, site, token)
    (opened,) = site.application.registry
    async with site.features.ground.database.write() as session:
        await site.features.directory.sessions.end_all(session, opened.person_id)
    assert await _closed(page, within=5) == 4401
    assert await _status(http, site, token) == 401


async def test_a_page_is_told_what_its_command_came_to_before_it_is_ended(
    site: Served, http: aiohttp.ClientSession
) -> None:
    page = await Page.open(http, site, await site.sign_in(http, "clerk001"))
    (opened,) = site.application.registry
    async with site.features.ground.database.write():
        # It waits for its turn to write while its session is ended, perhaps by this very command.
        asked = asyncio.create_task(page.do("open_window", window_id="town-01-w1"))
        await asyncio.sleep(0.2)
        opened.sign_out()
        await asyncio.sleep(0.2)
        assert not asked.done()
    await asked
    assert await page.ended() == 4401


async def test_the_demonstration_leaves_nobody_signed_in(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    """S9: the same data served without the demonstration: neither tokens nor cookies of before open anything."""
    async with served(tmp_path / "data") as demonstration:
        async with http.post(f"{demonstration.address}/api/v1/sign-in", json=SIGN_IN) as response:
            cookie = response.cookies[COOKIE]
            token = (await response.json())["access_token"]
        assert await _status(http, demonstration, token) == 200
    async with served(tmp_path / "data", demonstration=False) as real:
        assert await _status(http, real, token) == 401
        cookies = {cookie.key: cookie.value}
        async with http.post(f"{real.address}/api/v1/token", json={}, cookies=cookies) as response:
            assert (response.status, (await response.json())["code"]) == (401, "session_ended")
        async with http.post(f"{real.address}/api/v1/sign-in", json=SIGN_IN) as response:
            assert (response.status, (await response.json())["code"]) == (401, "wrong_password")


async def test_one_cookie_used_twice_at_once_never_makes_two_sessions(
    site: Served, http: aiohttp.ClientSession
) -> None:
    """S13: both uses are of one session, and it ends as soon as both go on; ten times of ten."""
    url = f"{site.address}/api/v1/token"

    async def renew(cookie: Morsel[str]) -> Morsel[str] | None:
        async with http.post(url, json={}, cookies={cookie.key: cookie.value}) as response:
            assert response.status in (200, 401)
            return response.cookies.get(COOKIE)

    for _ in range(10):
        async with http.post(f"{site.address}/api/v1/sign-in", json=SIGN_IN) as response:
            first = response.cookies[COOKIE]
        owner, thief = await asyncio.gather(renew(first), renew(first))
        assert owner is not None
        assert thief is not None
        async with site.features.ground.database.read() as session:
            assert await session.scalar(select(func.count()).select_from(SessionRow)) == 1
        owner, thief = await asyncio.gather(renew(owner), renew(thief))
        assert None in (owner, thief)
        for cookie in (owner, thief):
            assert cookie is None or await renew(cookie) is None
        async with site.features.ground.database.read() as session:
            assert await session.scalar(select(func.count()).select_from(SessionRow)) == 0


async def test_pages_of_another_origin_change_nothing_without_a_token(
    site: Served, http: aiohttp.ClientSession
) -> None:
    """S18: a form of another site must not sign people in, out, or on, whatever the address."""
    bodies = {"/api/v1/sign-in": SIGN_IN, "/api/v1/password": SIGN_IN | {"new_password": "pine lantern orbit"}}
    tried = [one for one in ENDPOINTS if one.open and one.method in CHANGES]
    assert set(bodies) < {one.path for one in tried}
    for one in tried:
        url, body = site.address + re.sub(r"{\w+}", "town-01", one.path), bodies.get(one.path, {})
        for origin in ("https://evil.example", "null"):
            async with http.request(one.method, url, json=body, headers={"Origin": origin}) as response:
                assert (response.status, "Set-Cookie" in response.headers) == (403, False), one.path
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            async with http.request(one.method, url, json=body, headers={"Content-Type": kind}) as response:
                assert (response.status, "Set-Cookie" in response.headers) == (415, False), one.path


async def test_the_cookie_renews_and_ends_with_the_session(site: Served, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{site.address}/api/v1/sign-in", json=SIGN_IN) as response:
        first = response.cookies[COOKIE]
    assert first["httponly"]
    assert first["samesite"] == "Strict"
    assert int(first["max-age"]) == pytest.approx(14 * 3600, abs=5)
    url = f"{site.address}/api/v1/token"
    async with http.post(url, json={}, cookies={first.key: first.value}) as response:
        assert (await response.json())["staff"]["account"] == "clerk001"
        second = response.cookies[COOKIE]
    async with http.post(f"{site.address}/api/v1/sign-out", json={}, cookies={second.key: second.value}) as response:
        assert response.status == 200
    for cookie in (first, second):
        async with http.post(url, json={}, cookies={cookie.key: cookie.value}) as response:
            assert (response.status, (await response.json())["code"]) == (401, "session_ended")
    async with http.post(url, json={}) as response:
        assert (response.status, (await response.json())["code"]) == (401, "session_ended")


async def test_a_device_that_signed_in_before_is_not_locked_out_by_others_at_its_address(
    site: Served, http: aiohttp.ClientSession
) -> None:
    url = f"{site.address}/api/v1/sign-in"

    async def sign_in(password: str, device: str = "") -> tuple[int, str]:
        cookies = {DEVICE_COOKIE: device} if device else {}
        async with http.post(url, json=SIGN_IN | {"password": password}, cookies=cookies) as response:
            kept = response.cookies.get(DEVICE_COOKIE)
            assert kept is None or (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Strict", "/api/v1")
            return response.status, "" if kept is None else kept.value

    status, device = await sign_in(DEMONSTRATION_PASSWORD)
    assert (status, bool(device)) == (200, True)
    assert {(await sign_in("wrong"))[0] for _ in range(7)} == {401, 429}
    assert (await sign_in(DEMONSTRATION_PASSWORD))[0] == 429, "somebody without a name of ours, at the same address"
    assert (await sign_in(DEMONSTRATION_PASSWORD, f"{device}0"))[0] == 429, "a name that is not ours"
    assert await sign_in(DEMONSTRATION_PASSWORD, device) == (200, device)
