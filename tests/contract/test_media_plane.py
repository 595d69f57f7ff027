"""What holds for every media plane: the one in this process, and one in nodes of their own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import uvloop

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.node.nodes import MediaNodes
from rtc_server.sessions.errors import ParticipantUnknown, SdpInvalid
from rtc_server.sessions.interface import (
    LiveView,
    MediaEvent,
    MediaOffer,
    MediaPlane,
    MediaSettings,
    MemberRole,
    ParticipantConnected,
    ParticipantDisconnected,
    SlotsChanged,
    SlotView,
    SourceKind,
    SourceStarted,
    VideoLevel,
)
from rtc_server.sessions.server import MediaServer
from tests.integration.media.coded import write_film
from tests.support.caller import Caller, until
from tests.support.media_client import Identity
from tests.support.node_process import TOKEN, NodeProcess
from tests.support.viewer import SLOT, Viewer

BOTH = ("ada", "ben")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the product runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    running = NodeProcess.start(tmp_path_factory.mktemp("node"))
    yield running
    running.close()


@pytest.fixture(params=["in this process", "in a node"])
async def media(request: pytest.FixtureRequest) -> AsyncIterator[MediaPlane]:
    clock, tasks = SystemClock(), Tasks()
    if request.param == "in a node":
        plane: MediaPlane = MediaNodes([request.getfixturevalue("node").address], TOKEN, clock, tasks)
    else:
        plane = MediaServer(MediaSettings(host="127.0.0.1", port=0), clock, tasks, secrets.token_bytes)
    await plane.start()
    yield plane
    for session_id in ("call", "other"):
        plane.close_session(session_id)
    for name in BOTH:
        plane.disconnect(name)
    await until(lambda: not any(plane.slots(name) for name in BOTH))
    await plane.close()
    await tasks.close()


@pytest.fixture
def events(media: MediaPlane) -> list[MediaEvent]:
    heard: list[MediaEvent] = []
    media.subscribe(heard.append)
    return heard


@pytest.fixture
async def callers() -> AsyncIterator[list[Caller]]:
    identity = Identity()
    made = [Caller(identity, ssrc) for ssrc in (1001, 1002)]
    yield made
    for caller in made:
        caller.close()


async def call(media: MediaPlane, callers: list[Caller]) -> None:
    """Brings both into a call."""
    for caller, name in zip(callers, BOTH, strict=True):
        await caller.connect(media, name)
        media.admit("call", name)
    for caller in callers:
        await caller.hears()


def shown(media: MediaPlane, name: str) -> str | None:
    """Whom the caller's only slot gives."""
    slots: tuple[SlotView, ...] = media.slots(name)
    return slots[0].participant_id if slots else None


async def test_those_admitted_hear_each_other_and_the_house_is_told(
    media: MediaPlane, events: list[MediaEvent], callers: list[Caller]
) -> None:
    assert media.serving
    await call(media, callers)
    await until(lambda: [shown(media, name) for name in BOTH] == ["ben", "ada"])
    for name in BOTH:
        assert ParticipantConnected(participant_id=name) in events
        assert SourceStarted(participant_id=name, source=SourceKind.MICROPHONE) in events
        assert SlotsChanged(participant_id=name) in events
        assert media.video_level(name) is VideoLevel.ALL


async def test_nobody_hears_before_admission_nor_after_release(media: MediaPlane, callers: list[Caller]) -> None:
    for caller, name in zip(callers, BOTH, strict=True):
        await caller.connect(media, name)
    media.open_session("call")
    media.admit("call", "ada")
    await callers[0].hears_nothing()
    media.admit("call", "ben")
    await callers[0].hears()
    media.release("call", "ben")
    await until(lambda: [shown(media, name) for name in BOTH] == [None, None])
    await callers[0].hears_nothing()


async def test_a_closed_session_is_silent_and_its_members_stay_connected(
    media: MediaPlane, callers: list[Caller]
) -> None:
    await call(media, callers)
    media.close_session("call")
    media.close_session("call")
    await until(lambda: [shown(media, name) for name in BOTH] == [None, None])
    await callers[0].hears_nothing()
    assert [len(media.slots(name)) for name in BOTH] == [1, 1]


async def test_who_is_admitted_first_and_connects_later_is_in_the_call(
    media: MediaPlane, callers: list[Caller]
) -> None:
    for name in BOTH:
        media.admit("call", name)
    for caller, name in zip(callers, BOTH, strict=True):
        await caller.connect(media, name)
    await callers[0].hears()


async def test_who_is_admitted_elsewhere_has_left_here(media: MediaPlane, callers: list[Caller]) -> None:
    await call(media, callers)
    media.admit("other", "ben")
    await until(lambda: shown(media, "ada") is None)
    await callers[0].hears_nothing()


async def test_a_new_connection_takes_the_place_of_the_old(
    media: MediaPlane, events: list[MediaEvent], callers: list[Caller]
) -> None:
    await call(media, callers)
    callers[1].close(goodbye=False)
    await callers[1].connect(media, "ben")
    for caller in callers:
        await caller.hears()
    ends = [event for event in events if isinstance(event, ParticipantDisconnected)]
    assert ends == [ParticipantDisconnected(participant_id="ben", reason="replaced")]


async def test_who_is_disconnected_shows_nothing_and_the_other_is_told(
    media: MediaPlane, events: list[MediaEvent], callers: list[Caller]
) -> None:
    await call(media, callers)
    media.disconnect("ben")
    await until(lambda: ParticipantDisconnected(participant_id="ben", reason="closed") in events)
    assert media.slots("ben") == ()
    await until(lambda: shown(media, "ada") is None)


async def test_who_was_disconnected_may_come_back_in_the_same_moment(media: MediaPlane, callers: list[Caller]) -> None:
    await call(media, callers)
    media.disconnect("ben")
    await callers[1].connect(media, "ben")
    for caller in callers:
        await caller.hears()
    assert shown(media, "ben") == "ada"


async def test_a_goodbye_of_the_client_is_told(
    media: MediaPlane, events: list[MediaEvent], callers: list[Caller]
) -> None:
    await call(media, callers)
    callers[1].close()
    await until(lambda: ParticipantDisconnected(participant_id="ben", reason="closed") in events)


async def test_refusals_are_the_same(media: MediaPlane, callers: list[Caller]) -> None:
    with pytest.raises(SdpInvalid) as refused:
        await media.connect("ada", MediaOffer(sdp="nothing of the kind", sources={}, slots={}))
    assert refused.value.parameters.keys() == {"path", "problem"}
    with pytest.raises(ParticipantUnknown):
        await media.restart_ice("nobody")
    await callers[0].connect(media, "ada")
    restart = await media.restart_ice("ada")
    assert len(restart.ufrag) == 8
    assert any("candidate:" in line for line in restart.candidates)


async def test_the_counts_are_of_what_passed(media: MediaPlane, callers: list[Caller]) -> None:
    await call(media, callers)

    def counts() -> tuple[int, int, int]:
        now = media.statistics()
        return now.participants, now.connected, now.sessions

    # A node reports once a second.
    await until(lambda: counts() == (2, 2, 1) and media.statistics().packets_sent >= 20)


async def test_a_watcher_hears_and_is_not_heard(media: MediaPlane, callers: list[Caller]) -> None:
    await callers[0].connect(media, "ada")
    await callers[1].connect(media, "ben")
    media.admit("call", "ada")
    media.admit("call", "ben", MemberRole.WATCHER)
    await callers[1].hears()
    await callers[0].hears_nothing()
    assert shown(media, "ada") is None


async def test_a_whisper_is_heard_until_it_ends(media: MediaPlane, callers: list[Caller]) -> None:
    await callers[0].connect(media, "ada")
    await callers[1].connect(media, "ben")
    media.admit("call", "ada")
    media.admit("call", "ben", MemberRole.WATCHER)
    media.whisper("ben", "ada")
    await callers[0].hears()
    await until(lambda: shown(media, "ada") == "ben")
    media.whisper("ben", None)
    await until(lambda: shown(media, "ada") is None)


async def test_a_pin_and_a_wish_for_sound_alone_hold_for_the_session(media: MediaPlane, callers: list[Caller]) -> None:
    with pytest.raises(ParticipantUnknown):
        media.set_only_sound("ada", True)
    await call(media, callers)
    media.pin("ada", ["ben"])
    media.hold("ben", held=True)
    media.set_only_sound("ada", True)
    assert (media.only_sound("ada"), media.only_sound("ben")) == (True, False)
    await callers[0].hears()
    media.close_session("call")
    assert media.only_sound("ada") is False


async def test_sound_goes_on_whatever_a_page_says_of_its_tiles(media: MediaPlane, callers: list[Caller]) -> None:
    await call(media, callers)
    media.set_tiles("ada", {"1": 0, "none": 3})
    await callers[0].hears(30)


async def test_what_a_page_has_ended_counts_as_silent_until_it_says_otherwise(
    media: MediaPlane, callers: list[Caller]
) -> None:
    await call(media, callers)
    await until(lambda: shown(media, "ben") == "ada")
    media.set_ended("ada", [SourceKind.MICROPHONE])
    await until(lambda: shown(media, "ben") is None, 1.0)
    await callers[1].hears_nothing()
    media.set_ended("ada", [])
    await callers[1].hears()
    await until(lambda: shown(media, "ben") == "ada")


async def test_what_a_page_hides_is_not_sent_and_comes_back(media: MediaPlane, tmp_path: Path) -> None:
    write_film(tmp_path / "hall.mp4", 9)
    viewer = Viewer()
    media.set_tiles("ada", {SLOT: 0})
    await viewer.connect(media, "ada")
    await media.watch("ada", Camera(id="hall", address=f"file://{tmp_path}/hall.mp4"))
    await until(lambda: len(viewer.packets) > 5)
    await until(lambda: media.slots("ada")[0].source is SourceKind.HALL)
    media.set_tiles("ada", {SLOT: 0})
    await asyncio.sleep(0.2)
    before = len(viewer.packets)
    await asyncio.sleep(0.3)
    assert len(viewer.packets) == before
    assert media.slots("ada")[0].source is SourceKind.HALL, "the page is told that it is there"
    media.set_tiles("ada", {SLOT: 640})
    await until(lambda: len(viewer.packets) > before + 5)
    await media.watch("ada", None)
    viewer.close()


async def test_a_rooms_camera_is_watched_within_a_session_alone(media: MediaPlane, tmp_path: Path) -> None:
    write_film(tmp_path / "room.mp4", 9)
    room = Camera(id="room", address=f"file://{tmp_path}/room.mp4", room=True)
    hall = Camera(id="hall", address=f"file://{tmp_path}/room.mp4")
    viewer = Viewer()
    await viewer.connect(media, "ada")
    await media.watch("ada", room)
    assert media.live_view("ada") is None
    media.admit("call", "ada")
    await media.watch("ada", room)
    await until(lambda: len(viewer.packets) > 20)
    assert media.live_view("ada") == LiveView(camera_id="room", state=CameraState.LIVE)
    assert [slot.source for slot in media.slots("ada")] == [SourceKind.ROOM]
    # Admitted once more, as whenever the house restores a session, it goes on.
    media.admit("call", "ada")
    seen = len(viewer.packets)
    await until(lambda: len(viewer.packets) > seen + 20)
    await media.watch("ada", hall)
    await until(lambda: media.live_view("ada") is None)
    await media.watch("ada", room)
    await until(lambda: media.live_view("ada") is not None)
    media.release("call", "ada")
    await until(lambda: media.live_view("ada") is None and [slot.source for slot in media.slots("ada")] == [None])
    viewer.close()


async def test_a_camera_is_watched_by_who_is_in_no_session(media: MediaPlane, callers: list[Caller]) -> None:
    camera = Camera(id="hall", address="rtsp://127.0.0.1:9/nobody")
    with pytest.raises(ParticipantUnknown):
        await media.watch("ada", camera)
    await callers[0].connect(media, "ada")
    await media.watch("ada", camera)
    unreachable = LiveView(camera_id="hall", state=CameraState.UNREACHABLE)
    await until(lambda: media.live_view("ada") == unreachable, 20)
    media.admit("call", "ada")
    await until(lambda: media.live_view("ada") is None)
    media.release("call", "ada")
    await media.watch("ada", camera)
    await until(lambda: media.live_view("ada") is not None)
    await media.watch("ada", None)
    await until(lambda: media.live_view("ada") is None)
