"""Three in a call: two sizes of each camera, each page gets what its tiles need, and what is hidden rests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from directory.demonstration.district import make_district
from tests.journeys.conftest import TONES, Figures, Parties, Party, Service
from tests.journeys.walk import answer, both, finish, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

NAMES = {one.account: one.name for one in make_district().staff}
PEERS = (Path(__file__).parent / "peers.js").read_text()
Told = dict[str, dict[str, float]]


async def until(true: Callable[[], Awaitable[object]], seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < ends
        await asyncio.sleep(0.1)


async def sent(party: Party) -> Told:
    """The frames that a page sends in a second, by size."""
    before: Told = await party.page.evaluate("cwPeers.sent()")
    await asyncio.sleep(1)
    after: Told = await party.page.evaluate("cwPeers.sent()")
    new = {
        size: now | {"frames": now["frames"] - before.get(size, {"frames": 0})["frames"]} for size, now in after.items()
    }
    return {size: one for size, one in new.items() if one["frames"]}


async def width(party: Party, name: str) -> int:
    """How wide the picture is that comes for the tile of this name."""
    found: int = await party.page.evaluate("(name) => cw.video(name)?.videoWidth ?? 0", name)
    return found


async def test_three_send_two_sizes_and_each_gets_what_its_tiles_need(
    service: Service, parties: Parties, figures: Figures
) -> None:
    point, window = await both(service, parties)
    expert = await parties.open(3)
    for party in parties.all:
        await party.page.add_init_script(PEERS)
        await party.page.reload()
    await window.page.wait_for_selector("text=等待来号")
    await expert.sign_in(service.address, "expert001")
    await expert.page.wait_for_selector("text=等待会商邀请")
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=15)
    await point.sees(2, within=15)
    for party in (point, window):
        assert set(await sent(party)) == {""}, "a call of two has one size"

    await window.page.click("button:has-text('转接·会商')")
    await window.page.fill("dialog input[type=search]", "高龄津贴")
    await window.page.check(f"dialog label:has-text('{NAMES['expert001']}') input")
    await window.page.click("dialog button:has-text('邀请')")
    began = time.monotonic()
    await expert.page.click("button:has-text('加入')")
    await expert.sees(1, within=15)
    consulted = f"{NAMES['expert001']} · 会商"
    for party in (point, window, expert):
        await until(lambda party=party: _sends(party, {"h", "f"}), 40)
    figures["the third joined to all sending two sizes"] = [time.monotonic() - began]
    # The resident stands large at the clerk, the colleague in the strip; so the strip gets the half size.
    await until(lambda: _is(window, consulted, 320), 20)
    await window.sees(3, within=5, name=consulted)
    await window.sees(1, within=5)
    await until(lambda: _is(window, "", 640), 20)
    for party, others in ((point, (2, 3)), (window, (1, 3)), (expert, (1, 2))):
        for other in others:
            await party.hears(TONES[other])
    await window.picture("tiles-window")

    # A hidden window gets sound alone; shown again it goes on with the picture that stood there.
    await expert.page.evaluate("cwPeers.hide(true)")
    await until(lambda: _rests(expert), 10)
    await expert.hears(TONES[1])
    await expert.page.evaluate("cwPeers.hide(false)")
    began = time.monotonic()
    stood = await expert.page.evaluate("cw.code('')")
    await expert.sees(1, within=10)
    figures["window shown again to the moving picture"] = [time.monotonic() - began]
    assert stood["sender"] == 1, "the picture that stood there, not a black one"

    # The third leaves: the half size rests.
    await expert.page.click("button:has-text('离开会商')")
    await expert.page.wait_for_selector("text=等待会商邀请")
    for party in (point, window):
        await until(lambda party=party: _sends(party, {"f"}), 20)
    await window.sees(1, within=5)
    await finish(window)


async def _sends(party: Party, sizes: set[str]) -> bool:
    return set(await sent(party)) == sizes


async def _is(party: Party, name: str, pixels: int) -> bool:
    return await width(party, name) == pixels


async def _rests(party: Party) -> bool:
    before: Told = await party.page.evaluate("cwPeers.got()")
    await asyncio.sleep(1)
    return before == await party.page.evaluate("cwPeers.got()")
