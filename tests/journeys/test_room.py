"""The clerk looks into the point's room through its own camera; the point is told, ends it, forbids and allows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.media.coded import RATE, write_film
from tests.journeys.conftest import Figures, Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket

ROOM = 9
SEEN = "text=窗口工作人员可以看到整个房间"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_the_room_is_seen_in_the_call_alone_and_as_long_as_the_point_allows_it(
    service: Service, parties: Parties, figures: Figures, tmp_path: Path
) -> None:
    # Key frames 8 s apart, as cameras often have them.
    write_film(tmp_path / "room.mp4", ROOM, frames=20 * RATE, group=8 * RATE)
    service.command("camera", "add", "point-001", "室内", "Room", said=f"file://{tmp_path}/room.mp4\n")
    point, window = await both(service, parties)
    await take_ticket(point)
    # A room is no hall: nobody looks into it while waiting.
    assert await point.page.locator("section.hall").count() == 0
    await answer(window)
    await window.sees(1, within=10)
    await window.page.click("button[aria-label='看室内']")
    await point.page.wait_for_selector(SEEN)
    figures["look into the room to picture"] = [await window.sees(ROOM, within=20, name="室内")]
    await window.sees(1, within=5)
    await window.picture("room-window")
    await point.picture("room-point")
    # Whoever comes back to the page sees it again.
    await window.page.reload()
    await window.sees(ROOM, within=20, name="室内")
    await point.page.click("button:has-text('关闭室内摄像头')")
    await point.page.wait_for_selector(SEEN, state="detached")
    await window.page.wait_for_selector("video[aria-label='室内']", state="detached")
    assert await window.page.is_disabled("button[aria-label='看室内']")
    await window.picture("room-refused-window")
    await point.picture("room-refused-point")
    await point.page.click("button:has-text('允许看室内')")
    await window.page.click("button[aria-label='看室内']:not([disabled])")
    await window.sees(ROOM, within=10, name="室内")
    await window.page.click("button[aria-label='关闭室内']")
    await point.page.wait_for_selector(SEEN, state="detached")
    await window.page.click("button[aria-label='看室内']")
    await point.page.wait_for_selector(SEEN)
    await finish(window)
    await point.page.wait_for_selector(SEEN, state="detached")
