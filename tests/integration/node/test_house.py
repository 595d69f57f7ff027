"""The whole service with its media in two nodes: a call, and a node killed in the middle of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from foundation.settings import load_settings
from rtc_server.node.link import NodeAddressInvalid
from rtc_server.node.protocol import TokenMissing
from signalling.app import build
from tests.integration.node.conftest import Make
from tests.integration.signalling.test_media import in_call
from tests.support.caller import Caller, until
from tests.support.node_process import TOKEN, NodeProcess
from tests.support.recorded import key_of
from tests.support.served import Page, Served, served

ACCOUNTS = ("point001", "clerk001")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[NodeProcess]]:
    running = [NodeProcess.start(tmp_path / name) for name in ("first", "second")]
    yield running
    for node in running:
        node.close()


@pytest.fixture
async def site(tmp_path: Path, two: list[NodeProcess]) -> AsyncIterator[Served]:
    nodes = tuple(node.address for node in two)
    async with served(tmp_path / "data", wrap_up_seconds=0.0, media_nodes=nodes, node_token=TOKEN) as running:
        yield running


class MediaPage:
    """A page with its media: connects anew whenever it is told that it has no slots."""

    def __init__(self, http: aiohttp.ClientSession, site: Served, token: str, caller: Caller) -> None:
        self._http, self._site, self._caller = http, site, caller
        self._headers = {"Authorization": f"Bearer {token}"}
        self._trial: asyncio.Task[None] | None = None
        self.connections = 0

    async def connect(self) -> None:
        offer = self._caller.offer()
        body = {"sdp": offer.sdp, "sources": dict(offer.sources), "slots": dict(offer.slots)}
        place = f"{self._site.address}/api/v1/media/connection"
        async with self._http.post(place, json=body, headers=self._headers) as answer:
            assert answer.status == 200, await answer.text()
            self._caller.accept((await answer.json())["sdp"])
        await until(lambda: self._caller.connected)
        self.connections += 1

    async def follow(self, page: Page) -> None:
        """Reads the page's views for ever; those of the time while it connects are of before, as in the browser."""
        async with asyncio.TaskGroup() as group:
            while True:
                message = await page.receive()
                empty = message["type"] == "event" and message["topic"] == "slots" and not message["data"]["slots"]
                if empty and (self._trial is None or self._trial.done()):
                    self._trial = group.create_task(self.connect())


async def test_a_call_through_nodes_survives_the_death_of_its_node(
    site: Served, two: list[NodeProcess], make: Make
) -> None:
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:
        tokens = {account: await site.sign_in(http, account) for account in ACCOUNTS}
        callers = [make(1), make(2)]
        pages = [MediaPage(http, site, tokens[name], caller) for name, caller in zip(ACCOUNTS, callers, strict=True)]
        for page in pages:
            await page.connect()
        session_id = await in_call(http, site, tokens)
        following = []
        for name, media in zip(ACCOUNTS, pages, strict=True):
            socket = await Page.open(http, site, tokens[name])
            following.append(group.create_task(media.follow(socket)))
        for caller in callers:
            await caller.hears()
        link = site.features.media.link_of(session_id)  # type: ignore[attr-defined]
        assert sum(page.connections for page in pages) == 3, "one of the two had to come to the other's node"
        [first] = [node for node in two if node.address == link.name]
        before = [page.connections for page in pages]
        first.kill()
        await until(lambda: all(page.connections > count for page, count in zip(pages, before, strict=True)))
        for caller in callers:
            await caller.hears()
        ticket = await site.features.scheduler.reception.ticket(session_id)
        async with asyncio.timeout(10):
            while ticket.state != "serving":
                await asyncio.sleep(0.05)
                ticket = await site.features.scheduler.reception.ticket(session_id)
        async with http.get(f"{site.address}/healthz") as answer:
            health = await answer.json()
        assert (health["status"], health["media"]) == ("ok", "ok")
        for task in following:
            task.cancel()


async def test_a_recording_made_by_a_node_joins_its_case(site: Served, make: Make) -> None:
    async with aiohttp.ClientSession() as http:
        tokens = {account: await site.sign_in(http, account) for account in ACCOUNTS}
        callers = [make(1), make(2)]
        session_id = await in_call(http, site, tokens, recorded=True)
        for name, caller in zip(ACCOUNTS, callers, strict=True):
            await MediaPage(http, site, tokens[name], caller).connect()
        for caller in callers:
            await caller.hears(50)
        window = await Page.open(http, site, tokens["clerk001"])
        desk = await window.see("desk", session__recording=True)
        await window.do("finish_ticket", ticket_id=desk["ticket"]["ticket_id"])
        case = await site.features.documents.case_files.of_ticket(session_id)
        async with asyncio.timeout(20):
            while case is None or case.recording is None:
                await asyncio.sleep(0.05)
                case = await site.features.documents.case_files.of_ticket(session_id)
        files = cast(list[dict[str, str]], case.recording["files"])
        playable = next(Path(one["path"]) for one in files if not one["name"].endswith(".seg"))
        assert playable.stat().st_size > 0
        assert "nodes" in playable.parts
        assert await site.features.recorder.recover_all(key_of) == []


async def test_without_nodes_health_says_so_and_a_page_is_told_to_wait(tmp_path: Path, make: Make) -> None:
    nowhere = ("http://127.0.0.1:9",)
    async with served(tmp_path, media_nodes=nowhere, node_token=TOKEN) as site, aiohttp.ClientSession() as http:
        async with http.get(f"{site.address}/healthz") as answer:
            health = await answer.json()
        assert (answer.status, health["status"], health["media"]) == (200, "degraded", "down")
        offer = make(1).offer()
        body = {"sdp": offer.sdp, "sources": dict(offer.sources), "slots": dict(offer.slots)}
        headers = {"Authorization": f"Bearer {await site.sign_in(http, 'point001')}"}
        async with http.post(f"{site.address}/api/v1/media/connection", json=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (503, "media_unavailable")


async def test_what_the_settings_must_say(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "MEDIA_NODES": "http://10.0.0.5:8190, http://10.0.0.6:8190"}
    settings = load_settings(environment)
    assert settings.media_nodes == ("http://10.0.0.5:8190", "http://10.0.0.6:8190")
    with pytest.raises(TokenMissing):
        await build(settings)
    for wrong in ("10.0.0.5:8190", "ftp://10.0.0.5", "http://10.0.0.5:8190/path"):
        with pytest.raises(NodeAddressInvalid):
            await build(load_settings(environment | {"MEDIA_NODES": wrong, "NODE_TOKEN": TOKEN}))
