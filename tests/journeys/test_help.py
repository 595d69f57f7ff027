"""The first minutes of a new user: the tour, the keys, and the guide that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import axe_finds_nothing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_a_tour_is_shown_once_and_again_when_asked(service: Service, parties: Parties) -> None:
    point = await parties.open(1, toured=False)
    page = point.page
    await point.sign_in(service.address, "point001")
    tour = page.get_by_role("region", name="导览")
    await tour.wait_for()
    await page.wait_for_selector("input[type=search][data-toured]")
    await axe_finds_nothing(point, "tour")
    await point.picture("tour-point")
    await page.set_viewport_size({"width": 390, "height": 844})
    await point.picture("tour-point-phone")
    for _ in range(3):
        await tour.get_by_role("button", name="下一步").click()
    await tour.get_by_role("button", name="知道了").click()
    await tour.wait_for(state="detached")

    await page.get_by_role("button", name="帮助").press("Enter")
    await page.get_by_role("dialog").wait_for()
    await page.get_by_role("button", name="再看一遍导览").press("Enter")
    await tour.wait_for()
    await tour.get_by_role("button", name="跳过").press("Enter")
    await tour.wait_for(state="detached")


async def test_the_guide_reads_well_and_prints_in_both_languages(service: Service, parties: Parties) -> None:
    reader = await parties.open(1)
    page = reader.page
    for role in ("point", "window", "supervisor"):
        await page.goto(f"{service.address}/guide#/{role}")
        for language, other in (("zh-CN", "English"), ("en", "中文")):
            picture = page.locator(f"img[src*='{role}.{language}']")
            await picture.wait_for()
            await page.wait_for_function("() => [...document.images].every((one) => one.complete && one.naturalWidth)")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            await axe_finds_nothing(reader, f"{role} {language}")
            printed = Path(f"build/journeys/guide-{role}-{language}.pdf")
            await page.pdf(path=printed, format="A4")
            assert printed.read_bytes().count(b"/Type /Page\n") <= 3
            await page.click(f"button:text-is('{other}')")
