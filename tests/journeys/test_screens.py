"""A call on every screen that the pages are made for: nothing is cut off or scrolls sideways, axe finds nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.walk import answer, both, take_ticket

SCREENS = {
    "phone": (390, 844),
    "zoomed": (683, 384),
    "counter": (1366, 768),
    "wide": (1920, 1080),
    "kiosk": (1080, 1920),
}
AXE = Path(__file__).parents[2] / "web_client/node_modules/axe-core/axe.min.js"
_SEEN = """(words) => {
  const found = [...document.querySelectorAll("button, [role=status]")].filter(
    (one) => (one.innerText || one.ariaLabel || "").includes(words) || one.textContent.includes(words))
  return found.some((one) => {
    const box = one.getBoundingClientRect()
    const whole = box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    return whole && one.contains(top)
  })
}"""
WORDS = {"zh-CN": ("静音", "正在录音录像"), "en": ("Mute", "Recording")}

pytestmark = [pytest.mark.browser, pytest.mark.calm, pytest.mark.timeout(240)]


async def check(party: Party, name: str) -> None:
    """Every screen in both languages, in normal and in large text."""
    page = party.page
    for language, words in WORDS.items():
        for large in ("no", "yes"):
            await page.evaluate(
                "([a, b]) => { localStorage['cloud-window-language'] = a; localStorage['cloud-window-elder'] = b }",
                [language, large],
            )
            await page.reload()
            await page.wait_for_selector(f"text={words[1]}", timeout=20_000)
            for screen, (width, height) in SCREENS.items():
                await page.set_viewport_size({"width": width, "height": height})
                where = f"{name}-{screen}-{language}-{large}"
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
                for word in words:
                    assert await page.evaluate(_SEEN, word), (where, word)
                await party.picture(f"screen-{where}")
        await page.evaluate(AXE.read_text() + ";0")
        found = await page.evaluate("axe.run().then((result) => result.violations)")
        assert found == [], json.dumps(found, indent=1, ensure_ascii=False)[:2000]


async def test_a_call_fits_every_screen(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.page.wait_for_selector(".material")
    await check(point, "point")
    await check(window, "window")
