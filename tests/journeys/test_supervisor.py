"""A supervisor listens to a call at a third browser: seen by both sides, heard by none."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import TONES, Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.calm, pytest.mark.timeout(240)]


async def test_a_supervisor_sees_and_hears_both_and_both_are_told(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    supervisor = await parties.open(1)
    await supervisor.sign_in(service.address, "supervisor001")
    await supervisor.page.wait_for_selector("h1:has-text('现在没有通话')")
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=10)
    await supervisor.page.wait_for_selector("h1:has-text('请选择要旁听的通话')")
    await supervisor.picture("supervisor-calls")
    await supervisor.page.click("button:has-text('旁听')")
    await supervisor.page.wait_for_selector("text=您正在旁听")
    assert await supervisor.sees(1, within=10)
    assert await supervisor.page.locator(".pictures video").count() == 2
    for side, name in ((point, "point"), (window, "window")):
        await side.page.wait_for_selector("text=正在旁听")
        await side.picture(f"supervisor-told-{name}")
    await supervisor.picture("supervisor-listens")
    # Nothing goes the other way: each side still hears the other alone.
    await window.hears(TONES[1])
    await point.hears(TONES[2])
    await supervisor.page.click("button:has-text('结束旁听')")
    for side in (point, window):
        await side.page.wait_for_selector("text=正在旁听", state="detached")
    await supervisor.page.click("button:has-text('旁听')")
    await supervisor.page.wait_for_selector("text=您正在旁听")
    await finish(window)
    await supervisor.page.wait_for_selector("h1:has-text('现在没有通话')")
