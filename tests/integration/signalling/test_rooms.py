"""A clerk looks into the point's room: both sides are told, it is logged, and it lasts no longer than it may."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from directory.records import SiteCamera
from directory.store import queries
from rtc_server.cameras.values import Camera
from rtc_server.sessions.interface import LiveView
from signalling.identity.participant import ParticipantId
from tests.support.caller import until
from tests.support.camera_keeping import added, keeping_of
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import Served

ADDRESS = "rtsp://127.0.0.1:9/nobody"


@pytest.fixture
async def camera(site: Served) -> SiteCamera:
    return await added(site.features, "point-001", ADDRESS)


@pytest.fixture
async def call(site: Served, camera: SiteCamera) -> AsyncIterator[RecordedCall]:
    async with recorded_call(site, 30.0) as running:
        await running.begin(consent=False)
        yield running


async def both_see(call: RecordedCall, state: str | None) -> None:
    await call.window.page.see("desk", session__room=state)
    await call.point.page.see("point", session__room=state)


def watched(call: RecordedCall) -> LiveView | None:
    """What the clerk looks through."""
    clerk = call.window.page.views["desk"]["staff"]["staff_id"]
    return call.site.features.media.live_view(str(ParticipantId(clerk, "window")))


async def acts(call: RecordedCall, count: int) -> list[tuple[str, str]]:
    """The first so many things that the case's log says of it, and who did them; the pages are told before it."""
    async with asyncio.timeout(10):
        while True:
            case = await call.site.features.documents.case_files.whole(await call.case_id())
            found = [(entry.act, entry.who) for entry in case.history if entry.act.startswith("room_camera")]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


async def test_it_is_on_when_both_are_told_and_off_with_the_call(call: RecordedCall, camera: SiteCamera) -> None:
    await both_see(call, "off")
    await call.window.page.do("look_into_room", on=True)
    await both_see(call, "on")
    view = watched(call)
    assert view is not None
    assert view.camera_id == camera.id
    clerk, worker = (side.page.views[topic]["staff"] for side, topic in ((call.window, "desk"), (call.point, "point")))
    assert await acts(call, 1) == [("room_camera_on", clerk["name"])]
    # Once more changes nothing.
    await call.window.page.do("look_into_room", on=True)
    await call.window.page.do("look_into_room", on=False)
    await both_see(call, "off")
    assert watched(call) is None
    await call.window.page.do("look_into_room", on=True)
    await both_see(call, "on")
    await call.finish()
    await until(lambda: watched(call) is None)
    await call.point.page.see("point", session=None)
    told = await acts(call, 4)
    assert [act for act, _ in told] == ["room_camera_on", "room_camera_off"] * 2
    assert [who for _, who in told] == [clerk["name"]] * 3 + ["系统"]
    async with call.site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 200)
    looked = [json.loads(entry.what) for entry in entries if entry.act == "room_looked_into"]
    ended = [json.loads(entry.what) for entry in entries if entry.act == "room_camera_off"]
    assert looked == [{"on": on} for on in ("yes", "yes", "no", "yes")]
    assert ended == [{"id": camera.id, "session": call.session_id}] * 2
    assert worker["staff_id"] not in {entry.who for entry in entries if entry.act.startswith("room_camera")}


async def test_the_point_ends_it_and_the_clerk_cannot_begin_it_again(call: RecordedCall) -> None:
    await call.window.page.do("look_into_room", on=True)
    await both_see(call, "on")
    await call.point.page.do("allow_room_camera", allowed=False)
    await both_see(call, "refused")
    assert watched(call) is None
    refused = await call.window.page.ask("look_into_room", on=True)
    assert refused["code"] == "room_camera_refused"
    await call.point.page.do("allow_room_camera", allowed=True)
    await both_see(call, "off")
    await call.window.page.do("look_into_room", on=True)
    await both_see(call, "on")
    told = [act for act, _ in await acts(call, 5)]
    assert told == [f"room_camera_{act}" for act in ("on", "off", "refused", "allowed", "on")]


async def test_it_ends_when_the_call_is_held_and_when_the_camera_is_taken_away(
    call: RecordedCall, camera: SiteCamera
) -> None:
    await call.window.page.do("look_into_room", on=True)
    await call.window.page.do("hold_ticket", ticket_id=call.session_id)
    await both_see(call, "off")
    assert watched(call) is None
    assert (await call.window.page.ask("look_into_room", on=True))["code"] == "not_in_this_state"
    await call.window.page.do("resume_ticket", ticket_id=call.session_id)
    await call.window.page.see("desk", ticket__state="serving")
    await call.window.page.do("look_into_room", on=True)
    await both_see(call, "on")
    # By a command, in a process of its own.
    await keeping_of(call.site.features).remove(camera.id)
    await both_see(call, None)
    assert watched(call) is None
    assert (await acts(call, 4))[-1] == ("room_camera_off", "系统")


async def test_nobody_else_switches_it(call: RecordedCall, camera: SiteCamera) -> None:
    assert (await call.point.page.ask("look_into_room", on=True))["code"] == "forbidden"
    assert (await call.window.page.ask("allow_room_camera", allowed=True))["code"] == "forbidden"
    # It is no hall, either.
    assert call.point.page.views["point"]["halls"] == []
    assert (await call.point.page.ask("watch_hall", camera_id=camera.id))["code"] == "no_such_camera"


async def test_a_point_without_a_camera_has_none_to_switch(site: Served) -> None:
    async with recorded_call(site, 10.0) as call:
        await call.begin(consent=False)
        await both_see(call, None)
        assert (await call.window.page.ask("look_into_room", on=True))["code"] == "no_such_camera"


async def test_what_the_point_is_not_told_of_ends(call: RecordedCall, camera: SiteCamera) -> None:
    """As when the service started again beside a media node that went on."""
    house = call.site.features
    clerk = str(ParticipantId(call.window.page.views["desk"]["staff"]["staff_id"], "window"))
    await house.media.watch(clerk, Camera(id=camera.id, address=ADDRESS, room=True))
    assert watched(call) is not None
    await until(lambda: watched(call) is None)
