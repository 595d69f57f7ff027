"""A recording played over HTTP: who may, with which ranges, and what the audit log has of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.store.tables import AuditRow
from tests.support.recorded_call import recorded_call
from tests.support.served import Served, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as running:
        yield running


async def cookie_of(site: Served, account: str) -> dict[str, str]:
    """The cookie that the browser of this person has."""
    body = {"account": account, "password": DEMONSTRATION_PASSWORD}
    async with aiohttp.ClientSession() as http, http.post(f"{site.address}/api/v1/sign-in", json=body) as response:
        return {name: morsel.value for name, morsel in response.cookies.items()}


async def looks(site: Served, case_id: str) -> list[tuple[str, str, str]]:
    await site.features.directory.intake.flush()
    async with site.features.ground.database.read() as session:
        rows = await session.scalars(select(AuditRow).order_by(AuditRow.sequence))
        return [(row.account, row.act, row.outcome) for row in rows if json.loads(row.what).get("case") == case_id]


async def test_the_people_of_a_case_play_its_recording_and_every_look_is_logged(site: Served) -> None:
    async with recorded_call(site, 6.0) as call:
        await call.begin(consent=True)
        await asyncio.sleep(3.0)
        await call.finish()
        await call.joined()
        case_id = await call.case_id()
        path = f"/api/v1/cases/{case_id}/replay"
        async with await call.get(path, call.window) as response:
            assert response.status == 200, await response.text()
            (recording,) = (await response.json())["recordings"]
        tracks = recording["tracks"]
        assert sorted((one["role"], one["kind"]) for one in tracks) == [
            (role, kind) for role in ("point", "window") for kind in ("camera", "microphone")
        ]
        assert recording["duration"] > 2.5
        assert all(one["thumbnails"] for one in tracks if one["kind"] == "camera")
        assert await looks(site, case_id) == [("clerk001", "recordings_listed", "done")]

    mine, other = await cookie_of(site, "clerk001"), await cookie_of(site, "point002")
    camera = next(one for one in tracks if one["kind"] == "camera")
    async with aiohttp.ClientSession(base_url=site.address, cookie_jar=aiohttp.DummyCookieJar()) as http:
        for url in (camera["url"], camera["thumbnails"][0]["url"]):
            async with http.get(url, cookies=mine) as response:
                whole = await response.read()
                assert (response.status, response.headers["Cache-Control"]) == (200, "private, no-store")
            async with http.get(url, cookies=mine, headers={"Range": "bytes=10-19"}) as response:
                assert (response.status, await response.read()) == (206, whole[10:20])
                assert response.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
            async with http.get(url) as response:
                assert response.status == 401
            async with http.get(url, cookies=other) as response:
                assert response.status == 403
        for wrong in ("replay.json", "..%2Frecording.json", "9.webm", "%2E%2E%2Fsession.webm"):
            async with http.get(camera["url"].rsplit("/", 1)[0] + f"/{wrong}", cookies=mine) as response:
                assert response.status == 404, wrong
        played = (await looks(site, case_id))[1:]
        assert played[:2] == [("clerk001", "replay_played", "done"), ("point002", "replay_played", "not_your_case")]
        assert played.count(("clerk001", "replay_played", "not_found")) == 4
        async with http.post("/api/v1/sign-out", json={}, cookies=mine) as response:
            assert response.status == 200
        async with http.get(camera["url"], cookies=mine) as response:
            assert response.status == 401


async def test_a_case_without_a_recording_has_nothing_to_play(site: Served) -> None:
    async with recorded_call(site, 3.0) as call:
        await call.begin(consent=False)
        await call.finish()
        case_id = await call.case_id()
        async with await call.get(f"/api/v1/cases/{case_id}/replay", call.window) as response:
            assert response.status == 404
    assert await looks(site, case_id) == [("clerk001", "recordings_listed", "not_found")]
