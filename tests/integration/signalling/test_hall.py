"""Who may look into which hall, and that it is written down."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from directory.store import queries
from tests.support.camera_keeping import added, keeping_of
from tests.support.served import Page, Served, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def test_a_point_looks_into_its_own_halls_and_no_others(site: Served, http: aiohttp.ClientSession) -> None:
    cameras = site.features.cameras
    address = "rtsp://viewer:secret@127.0.0.1:9/live"
    own = await added(site.features, "district", address)
    other = await added(site.features, "town-17", address, "udp")
    assert cameras.address(own) == address
    assert b"secret" not in own.address
    point = await Page.open(http, site, await site.sign_in(http, "point001"))
    view = await point.see("point", ticket=None)
    assert view["halls"] == [{"camera_id": own.id, "name": {"zh": "摄像头", "en": "Camera"}}]
    refused = await point.ask("watch_hall", camera_id=other.id)
    assert refused["code"] == "no_such_camera"
    # The page has no media yet.
    refused = await point.ask("watch_hall", camera_id=own.id)
    assert refused["code"] == "participant_unknown"
    await point.do("watch_hall", camera_id=None)
    await site.features.directory.intake.flush()
    async with site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 100)
    looked = [(entry.outcome, json.loads(entry.what)) for entry in entries if entry.act == "hall_watched"]
    # Refused ones may be counted, and are written in turn with the others.
    assert sorted(looked, key=str) == [
        ("done", {"camera": ""}),
        ("no_such_camera", {"camera": other.id}),
        ("participant_unknown", {"camera": own.id}),
    ]
    await keeping_of(site.features).remove(own.id)
    await cameras.load()
    assert (await point.ask("watch_hall", camera_id=own.id))["code"] == "no_such_camera"


async def test_a_clerk_looks_into_no_hall(site: Served, http: aiohttp.ClientSession) -> None:
    camera = await added(site.features, "district", "rtsp://127.0.0.1:9/live")
    window = await Page.open(http, site, await site.sign_in(http, "clerk001"))
    assert (await window.ask("watch_hall", camera_id=camera.id))["code"] == "forbidden"
