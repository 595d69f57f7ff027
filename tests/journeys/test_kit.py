"""The kit's page: every component, photographed in both languages and sizes of text, and read by axe."""

from __future__ import annotations

import functools
import http.server
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.journeys.conftest import PICTURES

CLIENT = Path(__file__).parents[2] / "web_client"
AXE = CLIENT / "node_modules/axe-core/axe.min.js"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[str]:
    """The address of the client as it is built for development."""
    build = ["npx", "vite", "build", "--mode", "development", "--outDir", str(tmp_path), "--logLevel", "error"]
    subprocess.run(build, cwd=CLIENT, check=True)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/kit.html"
    server.shutdown()
    thread.join()
    server.server_close()


async def axe_finds_nothing_wrong(page: Page) -> None:
    found = await page.evaluate("axe.run().then((result) => result.violations)")
    assert found == [], json.dumps(found, indent=1, ensure_ascii=False)[:2000]


async def test_every_component_is_photographed_and_read(kit: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium")
        for language in ("zh-CN", "en"):
            for size in ("", "&large"):
                page = await browser.new_page(viewport={"width": 1366, "height": 768})
                await page.goto(f"{kit}?language={language}{size}")
                await page.wait_for_selector(f"html[lang={language}] .colours li")
                name = f"kit-{language}{size.replace('&', '-')}"
                await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
                await page.add_script_tag(path=AXE)
                await axe_finds_nothing_wrong(page)
                for asking in ("dialog", "confirm"):
                    await page.click(f"#opens-{asking}")
                    await page.screenshot(path=PICTURES / f"{name}-{asking}.png")
                    await axe_finds_nothing_wrong(page)
                    await page.keyboard.press("Escape")
                    await expect(page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))).to_have_count(0)
                await page.set_viewport_size({"width": 390, "height": 844})
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                await page.close()
        await browser.close()


def test_the_page_shows_every_component() -> None:
    shown = (CLIENT / "src/faces/kit/Kit.vue").read_text()
    assert [one.stem for one in (CLIENT / "src/kit").glob("*.vue") if f"<{one.stem}" not in shown] == []
