"""Camera, microphone and speaker are chosen in mid-call and remembered; the call goes on."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import SCREENS, answer, both, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_devices_are_chosen_in_mid_call_and_remembered(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=60)
    await point.page.click("footer button:has-text('设备')")
    dialog = point.page.get_by_role("dialog", name="设备")
    microphones = dialog.locator("select[name=audioinput]")
    assert await microphones.locator("option").count() > 1
    former = await microphones.input_value()
    await microphones.select_option(index=1)
    await expect(microphones).not_to_have_value(former)
    chosen = await microphones.input_value()
    await dialog.locator("select[name=audiooutput]").select_option(index=1)
    speaker = await dialog.locator("select[name=audiooutput]").input_value()
    await point.page.wait_for_function(
        "id => [...document.querySelectorAll('audio')].every((one) => one.sinkId === id)", arg=speaker
    )
    for screen, (width, height) in SCREENS.items():
        await point.page.set_viewport_size({"width": width, "height": height})
        await point.picture(f"devices-{screen}-zh-CN")
    await point.page.keyboard.press("Escape")
    await point.page.click("header button:has-text('English')")
    await point.page.click("footer button:has-text('Devices')")
    for screen, (width, height) in SCREENS.items():
        await point.page.set_viewport_size({"width": width, "height": height})
        await point.picture(f"devices-{screen}-en")
    # The call has gone on meanwhile, and the choice is kept on this machine.
    await window.sees(1, within=60)
    assert await point.page.evaluate("localStorage['cloud-window-microphone']") == chosen
    assert await point.page.evaluate("localStorage['cloud-window-speaker']") == speaker
