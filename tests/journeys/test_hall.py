"""A resident who waits looks into the hall, until the call begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.media.coded import write_film
from tests.journeys.conftest import Figures, Parties, Service
from tests.journeys.walk import answer, open_window, take_ticket

HALL = 9

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_the_hall_is_seen_while_the_number_is_waited_for(
    service: Service, parties: Parties, figures: Figures, tmp_path: Path
) -> None:
    write_film(tmp_path / "hall.mp4", HALL)
    service.command("camera", "add", "district", "区级大厅", "District hall", said=f"file://{tmp_path}/hall.mp4\n")
    # A camera that nobody answers at says so, and the page stays usable.
    address = "rtsp://viewer:secret@127.0.0.1:9/live\n"
    second = service.command("camera", "add", "district", "二号厅", "Hall two", said=address).strip()
    assert "secret" not in service.command("camera", "list")
    point, window = await parties.open(1), await parties.open(2)
    await point.sign_in(service.address, "point001")
    await take_ticket(point)
    await point.page.click("button:has-text('二号厅')")
    await point.page.wait_for_selector("text=大厅画面暂时中断", timeout=20_000)
    await point.picture("hall-away")
    await point.page.click("button:has-text('关闭画面')")
    # One that is removed goes from the page, from under who looks through it too.
    await point.page.click("button:has-text('二号厅')")
    await point.page.wait_for_selector("button:has-text('关闭画面')")
    service.command("camera", "remove", second)
    await point.page.wait_for_selector("button:has-text('二号厅')", state="detached")
    await point.page.wait_for_selector("button:has-text('关闭画面')", state="detached")
    await point.page.click("button:has-text('区级大厅')")
    figures["look into the hall to picture"] = [await point.sees(HALL, within=20)]
    await point.picture("hall")
    await open_window(window, service)
    await answer(window)
    await point.sees(2, within=10)
    assert await point.page.locator("section.hall").count() == 0
