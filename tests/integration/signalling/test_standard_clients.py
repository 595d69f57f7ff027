"""WHIP and WHEP as clients that are not ours speak them: over HTTP, from pages of other origins, through a relay."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiortc import RTCPeerConnection
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright

from tests.integration.media.conftest import FLAGS
from tests.integration.media.standard_client import Watcher, accept, sending, watching
from tests.integration.signalling.test_findings import calendar
from tests.integration.signalling.test_media import in_call
from tests.support.outbox import stored_events
from tests.support.served import Page, Served, served
from tests.support.turn import SECRET, Coturn, coturn

GSTREAMER = Path(__file__).parents[2] / "support" / "gstreamer_client.py"
PAGES = Path(__file__).parents[1] / "media" / "page"
OFFERS = Path(__file__).parents[2] / "unit" / "rtc_server" / "offers"
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}


@pytest.fixture(scope="module")
def relay() -> Iterator[Coturn]:
    with coturn("127.0.0.1", "127.0.0.1") as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path, relay: Coturn) -> AsyncIterator[Served]:
    urls = (relay.url("udp"), relay.url("tcp"))
    async with served(tmp_path / "data", wrap_up_seconds=0.0, turn_urls=urls, turn_secret=SECRET) as running:
        yield running


@pytest.fixture
async def tokens(http: aiohttp.ClientSession, site: Served) -> dict[str, str]:
    return {who: await site.sign_in(http, who) for who in ("point001", "clerk001")}


@pytest.fixture
async def session_id(http: aiohttp.ClientSession, site: Served, tokens: dict[str, str]) -> str:
    """A call whose parties' pages are connected and send nothing."""
    session_id = await in_call(http, site, tokens)
    # What the call's beginning still has to tell would admit them again.
    async with asyncio.timeout(10):
        while await stored_events(site.features.ground.database):
            await asyncio.sleep(0.02)
    return session_id


Ask = Callable[..., Any]


@pytest.fixture
def ask(http: aiohttp.ClientSession, site: Served, tokens: dict[str, str]) -> Ask:
    async def asking(method: str, path: str, data: str = "", **headers: str) -> aiohttp.ClientResponse:
        every = {"Authorization": f"Bearer {tokens['point001']}", "Origin": "https://elsewhere.example"}
        every |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with http.request(method, site.address + path, data=data, headers=every) as response:
            await response.read()
            return response

    return asking


async def watch(ask: Ask, session_id: str) -> tuple[RTCPeerConnection, Watcher]:
    """A viewer (aiortc, WHEP) of the session."""
    viewer, offer, watcher = await watching()
    made = await ask("POST", f"/api/v1/sessions/{session_id}/whep", offer, Content_Type="application/sdp")
    await accept(viewer, await made.text())
    return viewer, watcher


async def test_what_the_rfc_asks_of_every_address(
    ask: Ask, http: aiohttp.ClientSession, site: Served, session_id: str
) -> None:
    address = f"/api/v1/sessions/{session_id}/whip"
    for path in (address, f"/api/v1/sessions/{session_id}/whep"):
        described = await ask("OPTIONS", path)
        assert (described.status, described.headers["Accept-Post"]) == (200, "application/sdp")
        assert len(described.headers.getall("Link")) == 2
        async with http.options(site.address + path) as preflight:
            assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (200, "*")
            assert "Link" not in preflight.headers
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
            refused = await ask(method, path)
            assert refused.status == 405
            assert "POST" in refused.headers["Allow"]
        for content in ("application/json", "text/plain", "application/trickle-ice-sdpfrag"):
            refused = await ask("POST", path, "v=0", Content_Type=content)
            assert (refused.status, refused.headers["Accept-Post"]) == (415, "application/sdp")
        assert (await ask("POST", path, "v=0", Accept="text/html", Content_Type="application/sdp")).status == 406
        assert (await ask("POST", path, "v=0", Content_Type="application/sdp")).status == 400
        refused = await ask("POST", path, "v=0", Authorization="Bearer nobody's", Content_Type="application/sdp")
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert (await ask("POST", "/api/v1/sessions/none/whip", "v=0", Content_Type="application/sdp")).status == 404


async def test_a_resource_from_its_beginning_to_its_end(ask: Ask, session_id: str, relay: Coturn) -> None:
    sender, offer = await sending(5)
    made = await ask("POST", f"/api/v1/sessions/{session_id}/whip", offer, Content_Type="application/sdp")
    assert (made.status, made.content_type) == (201, "application/sdp")
    links = made.headers.getall("Link")
    assert [link.partition(">")[0][1:] for link in links] == [relay.url("udp"), relay.url("tcp")]
    assert all('rel="ice-server"' in link and 'credential-type="password"' in link for link in links)
    place, tag = made.headers["Location"], made.headers["ETag"]
    described = await ask("OPTIONS", place)
    assert (described.status, described.headers["Accept-Patch"]) == (200, FRAGMENT["Content-Type"])
    for method in ("GET", "HEAD", "POST", "PUT"):
        assert (await ask(method, place)).status == 405
    trickled = "\r\n".join(line for line in offer.splitlines() if line.startswith(("a=ice-", "a=candidate")))
    content = FRAGMENT["Content-Type"]
    assert (await ask("PATCH", place, trickled, Content_Type=content)).status == 428
    assert (await ask("PATCH", place, trickled, Content_Type=content, If_Match='"none"')).status == 412
    assert (await ask("PATCH", place, trickled, Content_Type="text/plain", If_Match=tag)).status == 415
    assert (await ask("PATCH", place, trickled, Content_Type=content, If_Match=tag)).status == 204
    restarted = await ask(
        "PATCH", place, "a=ice-ufrag:new1\r\na=ice-pwd:" + "x" * 24, Content_Type=content, If_Match="*"
    )
    assert (restarted.status, restarted.content_type) == (200, content)
    assert restarted.headers["ETag"] != tag
    assert (await ask("DELETE", place)).status == 200
    assert (await ask("DELETE", place)).status == 404
    assert (await ask("PATCH", place, trickled, Content_Type=content, If_Match="*")).status == 404
    await sender.close()


async def test_what_aiortc_sends_aiortc_watches_over_http(ask: Ask, session_id: str, site: Served) -> None:
    sender, offer = await sending(5)
    made = await ask("POST", f"/api/v1/sessions/{session_id}/whip", offer, Content_Type="application/sdp")
    await accept(sender, await made.text())
    viewer, watcher = await watch(ask, session_id)
    await watcher.goes_on(5, seconds=30)
    watcher.stop()
    await asyncio.gather(sender.close(), viewer.close())


@pytest.mark.parametrize("flags", [(), ("dtls_active",)])
async def test_what_ffmpeg_sends_aiortc_watches(
    flags: tuple[str, ...], ask: Ask, site: Served, tokens: dict[str, str], session_id: str
) -> None:
    address = f"{site.address}/api/v1/sessions/{session_id}/whip"
    command = [sys.executable, "-m", "tests.support.ffmpeg_client", address, tokens["clerk001"], "8", *flags]
    sender = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    async with asyncio.timeout(20):
        while not site.features.media.statistics().packets_received:
            assert sender.returncode is None, await sender.communicate()
            await asyncio.sleep(0.05)
    viewer, watcher = await watch(ask, session_id)
    await watcher.goes_on(5, seconds=20)
    watcher.stop()
    await asyncio.gather(viewer.close(), sender.communicate())


async def test_an_offer_of_which_nothing_can_be_taken_is_refused_in_words(ask: Ask, session_id: str) -> None:
    address = f"/api/v1/sessions/{session_id}/whip"
    refused = await ask("POST", address, (OFFERS / "av1_only.sdp").read_text(), Content_Type="application/sdp")
    body = await refused.json()
    assert (refused.status, body["code"]) == (422, "codecs_refused")
    assert "AV1" in body["message"]
    assert "VP8" in body["message"]
    taken = await ask("POST", address, (OFFERS / "obs_av1.sdp").read_text(), Content_Type="application/sdp")
    assert taken.status == 201
    assert "i=not taken: AV1" in await taken.text()


async def test_standard_clients_leave_places_for_the_pages_and_end_with_the_ticket(
    ask: Ask, http: aiohttp.ClientSession, site: Served, tokens: dict[str, str], session_id: str
) -> None:
    viewer, offer, _watcher = await watching()
    address = f"/api/v1/sessions/{session_id}"
    answers = [await ask("POST", f"{address}/whep", offer, Content_Type="application/sdp") for _ in range(14)]
    assert [answer.status for answer in answers] == [201] * 4 + [409] * 10
    assert (await answers[-1].json())["code"] == "whip_session_full"
    supervisor = await Page.open(http, site, await site.sign_in(http, "supervisor001"))
    await supervisor.do("listen_to", ticket_id=session_id)
    clerk = await Page.open(http, site, tokens["clerk001"])
    await clerk.do("finish_ticket", ticket_id=session_id)
    async with asyncio.timeout(10):
        while site.features.media.statistics().participants:
            await asyncio.sleep(0.02)
    for kind in ("whip", "whep"):
        late = await ask("POST", f"{address}/{kind}", offer, Content_Type="application/sdp")
        assert (late.status, (await late.json())["code"]) == (409, "session_over")
    assert site.features.media.statistics().sessions == 0
    await viewer.close()


async def test_a_page_is_told_of_the_relays(ask: Ask, site: Served, relay: Coturn) -> None:
    offer = (Path(__file__).parents[2] / "unit" / "rtc_server" / "offers" / "chromium.sdp").read_bytes().decode()
    body = aiohttp.payload.JsonPayload({"sdp": offer, "sources": {}, "slots": {}})
    answered = await ask("POST", "/api/v1/media/connection", body, Content_Type="application/json")
    told = await answered.json()
    assert told["relay_only"] is False
    [server] = told["ice_servers"]
    assert server["urls"] == [relay.url("udp"), relay.url("tcp")]
    assert server["username"].partition(":")[2]


async def test_who_sends_what_is_missing_has_no_part_in_calls(
    ask: Ask, http: aiohttp.ClientSession, site: Served, tokens: dict[str, str], session_id: str
) -> None:
    site.features.directory.catalogue.calendar = calendar()
    clerk = await Page.open(http, site, tokens["clerk001"])
    desk = await clerk.see("desk", ticket__state="serving")
    while (case_id := desk["case_id"]) is None:
        await clerk.receive()
        desk = clerk.views["desk"]
    missing = [{"material_id": None, "name": "监护人同意书", "todo": ""}]
    reach = {"days": None, "phone": "", "email": "", "language": "zh-CN"}
    made = await clerk.do("ask_supplement", case_id=case_id, missing=missing, **reach)
    link = {"link": made["supplement_code"]}
    async with http.post(f"{site.address}/api/v1/supplement-entrance", json=link) as response:
        bearer = f"Bearer {(await response.json())['access_token']}"
    for kind in ("whip", "whep"):
        described = await ask("OPTIONS", f"/api/v1/sessions/{session_id}/{kind}", Authorization=bearer)
        assert (described.status, "Link" in described.headers) == (200, False)
    body = aiohttp.payload.JsonPayload({"sdp": (OFFERS / "chromium.sdp").read_text(), "sources": {}, "slots": {}})
    path = "/api/v1/media/connection"
    refused = await ask("POST", path, body, Authorization=bearer, Content_Type="application/json")
    assert (refused.status, (await refused.json())["code"]) == (403, "forbidden")


@asynccontextmanager
async def foreign_page() -> AsyncIterator[BrowserPage]:
    """A page of another origin in Chromium."""
    application = web.Application()
    application.router.add_static("/", PAGES)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = await browser.new_page()
        page.on("console", lambda message: print(message.text))
        await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/standard.html")
        yield page
        await browser.close()
    await runner.cleanup()


async def until(page: BrowserPage, expression: str, seconds: float = 10.0) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await page.evaluate(expression)):
            await asyncio.sleep(0.1)
    return found


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_a_page_of_another_origin_sends_through_the_relay_alone_and_another_watches(
    site: Served, tokens: dict[str, str], session_id: str, relay: Coturn
) -> None:
    whip, whep = (f"{site.address}/api/v1/sessions/{session_id}/{kind}" for kind in ("whip", "whep"))
    async with foreign_page() as sender, foreign_page() as viewer:
        token = tokens["point001"]
        begun = await sender.evaluate(f"begin('{whip}', '{token}', {{ sending: true, policy: 'relay' }})")
        assert (begun["status"], begun["servers"]) == (201, [relay.url("udp"), relay.url("tcp")])
        await until(sender, "peer.connectionState === 'connected'")
        assert (await until(sender, "path()"))["local"] == "relay"
        begun = await viewer.evaluate(f"begin('{whep}', '{tokens['clerk001']}', {{ sending: false }})")
        assert begun["status"] == 201
        await until(viewer, "frames.count > 20")
        restarted = await sender.evaluate(f"restart('{token}')")
        assert restarted["status"] == 200
        assert restarted["tag"] != begun["tag"] or restarted["tag"]
        seen = await viewer.evaluate("frames.count")
        await until(viewer, f"frames.count > {seen + 20}")
        assert (await until(sender, "path()"))["local"] == "relay"
        for page, who in ((sender, "point001"), (viewer, "clerk001")):
            assert (await page.evaluate(f"change('DELETE', '{tokens[who]}')"))["status"] == 200
        assert site.features.media.statistics().participants == 0


@pytest.mark.parametrize("more", [(), ("relay",)])
async def test_what_gstreamer_sends_aiortc_watches(
    more: tuple[str, ...], ask: Ask, site: Served, tokens: dict[str, str], session_id: str
) -> None:
    address = f"{site.address}/api/v1/sessions/{session_id}/whip"
    command = ("/usr/bin/python3", str(GSTREAMER), address, tokens["clerk001"], *more)
    sender = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sender.stdout is not None
    assert sender.stdin is not None
    async with asyncio.timeout(30):
        while (line := await sender.stdout.readline()) != b"state connected\n":
            assert line, "it has ended"
    viewer, watcher = await watch(ask, session_id)
    async with asyncio.timeout(40):
        while watcher.frames < 20:
            await asyncio.sleep(0.05)
    sender.stdin.close()
    assert (await asyncio.wait_for(sender.stdout.read(), 10)).endswith(b"deleted\n")
    await sender.wait()
    assert site.features.media.statistics().participants == 1
    watcher.stop()
    await viewer.close()
