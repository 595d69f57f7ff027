"""Chromium at both ends: what one paints and sounds, the other shows and hears."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import Page

from rtc_server.media_core.bandwidth_allocator import BEST, FACES
from rtc_server.sessions.interface import (
    MediaEvent,
    ParticipantConnected,
    ParticipantDisconnected,
    QualityChanged,
    SlotKind,
    SourceKind,
    SourceStarted,
    SourceStopped,
    VideoLevel,
)
from rtc_server.sessions.server import MediaServer
from tests.integration.media.conftest import TONES, Parties

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]


async def sees(page: Page, place: str, sender: int, seconds: float = 8.0) -> dict[str, int]:
    """Waits until the place shows pictures of this sender that go on counting."""
    end = time.monotonic() + seconds
    first = None
    while time.monotonic() < end:
        now = await page.evaluate(f"code('{place}')")
        if now is not None and now["sender"] == sender:
            if first is not None and now["counter"] != first["counter"]:
                return now
            first = first or now
        await asyncio.sleep(0.05)
    raise AssertionError(f"{place} shows {now}, not {sender}; {await page.evaluate('bandwidth()')}")


async def hears(page: Page, place: str, hertz: float, seconds: float = 8.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        heard = await page.evaluate(f"tone('{place}')")
        if heard["level"] > -60 and abs(heard["hertz"] - hertz) < 15:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{place} sounds like {heard}, not {hertz}")


async def call(media: MediaServer, parties: Parties) -> tuple[Page, Page]:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate("start('one', 0x5123)")
    await two.evaluate("start('two', 0)")
    for name in ("one", "two"):
        media.admit("case", name)
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    return one, two


def of(events: list[MediaEvent], kind: type[MediaEvent], participant_id: str) -> list[MediaEvent]:
    return [event for event in events if type(event) is kind and event.participant_id == participant_id]


async def test_two_browsers_see_and_hear_each_other(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    one, two = await call(media, parties)
    await asyncio.gather(
        hears(one, "voice0", TONES[2]), hears(two, "voice0", TONES[1]), still(two, "document0", 0x5123)
    )
    shown = {(view.kind, view.participant_id, view.source) for view in media.slots("two") if view.participant_id}
    assert shown == {
        (SlotKind.VOICE, "one", SourceKind.MICROPHONE),
        (SlotKind.FACE, "one", SourceKind.CAMERA),
        (SlotKind.DOCUMENT, "one", SourceKind.DOCUMENT),
    }
    assert of(events, ParticipantConnected, "one")
    began = {event.source for event in of(events, SourceStarted, "one")}
    assert began == {SourceKind.MICROPHONE, SourceKind.CAMERA, SourceKind.DOCUMENT}
    await asyncio.sleep(4)
    assert of(events, QualityChanged, "two")[-1].rtt is not None
    report = await one.evaluate("bandwidth()")
    assert report["available"] > 800_000, "congestion feedback must lift Chromium over its 300 kbit/s start"
    assert report["in7"]["lost"] == 0
    # A browser that waits for a core stumbles, too: one freeze says nothing of the server.
    assert report["in7"]["freezes"] <= 1
    assert media.statistics().datagrams_dropped == 0


async def still(page: Page, place: str, value: int, seconds: float = 8.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = await page.evaluate(f"code('{place}')")
        if now is not None and now["sender"] << 12 | now["counter"] == value:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{place} shows {now}")


async def test_nothing_passes_before_admission_and_after_release(media: MediaServer, parties: Parties) -> None:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate("start('one', 0)")
    await two.evaluate("start('two', 0)")
    media.admit("case", "one")
    media.admit("another case", "two")
    await asyncio.sleep(2)
    assert media.statistics().packets_received > 100
    assert media.statistics().packets_sent == 0
    assert await two.evaluate("code('face0')") is None
    since = await two.evaluate("performance.now()")
    media.admit("case", "two")
    await sees(two, "face0", 1)
    first = await two.evaluate("places.face0.first")
    print(f"first picture {first - since:.0f} ms after admission")
    assert first - since < 1000
    media.release("case", "one")
    assert all(view.participant_id is None for view in media.slots("two"))
    await asyncio.sleep(0.2)
    sent = media.statistics().packets_sent
    await asyncio.sleep(1)
    assert media.statistics().packets_sent == sent


async def test_a_new_peer_connection_takes_the_same_place(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    one, two = await call(media, parties)
    await one.evaluate("pc.close = () => {}")
    before = time.monotonic()
    await one.evaluate("join('one', 0)")
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    print(f"both pictures back {time.monotonic() - before:.2f} s after the new offer")
    assert of(events, ParticipantDisconnected, "one")[-1].reason == "replaced"
    await hears(two, "voice0", TONES[1])


async def test_an_ice_restart_goes_on_with_the_same_transport(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    one, two = await call(media, parties)
    old = await one.evaluate("pc.answer")
    await one.evaluate("negotiate(true)")
    assert ufrag(await one.evaluate("pc.answer")) != ufrag(old)
    await asyncio.sleep(2)
    assert await one.evaluate("pc.connectionState") == "connected"
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    assert not of(events, ParticipantDisconnected, "one")
    assert len(of(events, ParticipantConnected, "one")) == 1


def ufrag(sdp: str) -> str:
    return sdp.partition("a=ice-ufrag:")[2].partition("\r")[0]


async def test_media_goes_over_tcp_where_no_udp_passes(media: MediaServer, parties: Parties) -> None:
    assert type(asyncio.get_running_loop()).__module__.startswith("uvloop"), "whose transports differ from asyncio's"
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate("only = 'tcp'")
    await one.evaluate("start('one', 0)")
    await two.evaluate("start('two', 0)")
    media.admit("case", "one")
    media.admit("case", "two")
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    assert (await one.evaluate("bandwidth()"))["protocol"] == "tcp"
    assert (await two.evaluate("bandwidth()"))["protocol"] == "udp"


async def test_a_camera_switched_off_frees_the_slot_and_on_again_fills_it(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    one, two = await call(media, parties)
    await one.evaluate("pc.senders.camera.replaceTrack(null)")
    end = time.monotonic() + 8
    while not of(events, SourceStopped, "one") and time.monotonic() < end:
        await asyncio.sleep(0.1)
    assert of(events, SourceStopped, "one")[-1].source is SourceKind.CAMERA
    face = next(view for view in media.slots("two") if view.kind is SlotKind.FACE)
    assert face.participant_id is None
    await one.evaluate("pc.senders.camera.replaceTrack(local.getVideoTracks()[0])")
    await sees(two, "face0", 1)


async def test_a_third_party_joins_without_a_negotiation_and_leaves(media: MediaServer, parties: Parties) -> None:
    one, two = await call(media, parties)
    three = await parties.open(3)
    await three.evaluate("start('three', 0)")
    media.admit("case", "three")
    await asyncio.gather(sees(one, "face1", 3), sees(three, "face0", 1), sees(three, "face1", 2))
    await asyncio.gather(hears(two, "voice1", TONES[3]), hears(three, "voice1", TONES[2]))
    media.disconnect("three")
    await asyncio.sleep(0.1)
    assert [view.participant_id for view in media.slots("one") if view.kind is SlotKind.FACE] == ["two", None]
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))


@pytest.mark.calm
@pytest.mark.timeout(120)
@pytest.mark.parametrize("mode", ["L1T1", "L2T3", "L3T3_KEY"])
async def test_a_camera_in_vp9_is_shown_in_the_slot_that_showed_one_in_vp8(
    media: MediaServer, parties: Parties, mode: str
) -> None:
    one, two = await call(media, parties)
    assert codecs(media, "one") == {"VP8"}
    await one.evaluate(f"codec = 'VP9'; layers = [{{ scalabilityMode: '{mode}' }}]")
    await one.evaluate("join('one', 0)")
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    assert (codecs(media, "one"), codecs(media, "two")) == ({"VP9"}, {"VP8"})
    await shows_width(two, 640, seconds=60)
    before = (await two.evaluate("bandwidth()"))["in7"]
    await one.evaluate("codec = null; layers = []")
    await one.evaluate("join('one', 0)")
    await sees(two, "face0", 1)
    assert codecs(media, "one") == {"VP8"}
    after = (await two.evaluate("bandwidth()"))["in7"]
    assert after["lost"] == before["lost"] == 0, "numbers run on over every change"


def codecs(media: MediaServer, participant_id: str) -> set[str]:
    """What a participant's pictures come in."""
    return {stream.codec for stream in media._participants[participant_id].streams if stream.video}


LAYERS = """layers = [
    { rid: "q", scaleResolutionDownBy: 2, maxBitrate: 250_000 },
    { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 850_000 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 850_000, active: false },
]"""
"""As the pages send a picture of 640 x 360, of which Chromium sends no more than two."""


@pytest.mark.calm
@pytest.mark.timeout(200)
async def test_a_camera_in_two_layers_becomes_smaller_and_larger_without_a_break(
    media: MediaServer, parties: Parties
) -> None:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate(LAYERS)
    await one.evaluate("start('one', 0x5123)")
    await two.evaluate("start('two', 0)")
    for name in ("one", "two"):
        media.admit("case", name)
    # The sender's browser sends the larger one only when it has found that its link and its processor carry that.
    await shows_width(two, 640, seconds=60)
    camera = media._participants["one"].sources["1"]
    rates = [layer.stream.rate for layer in camera.layers if layer.stream is not None]
    assert len(rates) == 2, "two streams told apart by their identifiers"
    before = (await two.evaluate("bandwidth()"))["in7"]
    allocator = media._participants["two"].reception.allocator
    allocator.step = FACES
    await shows_width(two, 320)
    assert media.video_level("two") is VideoLevel.SMALLER
    await still(two, "document0", 0x5123)
    # When there is room again is told by the receiver's estimate, which a busy machine makes wait: not looked at here.
    allocator.step = BEST
    await shows_width(two, 640, seconds=60)
    assert media.video_level("two") is VideoLevel.ALL
    await sees(two, "face0", 1)
    after = (await two.evaluate("bandwidth()"))["in7"]
    assert after["lost"] == before["lost"] == 0, "numbers run on over every change"
    assert after["frozen"] - before["frozen"] <= 1.0, "seconds over both changes"


@pytest.mark.calm
@pytest.mark.timeout(150)
async def test_the_larger_layer_alone_is_shown_at_once_while_the_smaller_is_paused(
    media: MediaServer, parties: Parties
) -> None:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate(PAUSED)
    await one.evaluate("start('one', 0)")
    await two.evaluate("start('two', 0)")
    for name in ("one", "two"):
        media.admit("case", name)
    assert (await sees(two, "face0", 1))["width"] == 640
    camera = media._participants["one"].sources["1"]
    assert [layer.stream is not None for layer in camera.layers] == [False, True]
    await asyncio.sleep(2)
    assert [layer.stream is not None for layer in camera.layers] == [False, True], "the answer keeps it paused"
    before = (await two.evaluate("bandwidth()"))["in7"]
    await one.evaluate(RESUME_SMALLER)
    end = time.monotonic() + 8
    while camera.living != {0, 1} and time.monotonic() < end:
        await asyncio.sleep(0.1)
    assert camera.living == {0, 1}
    assert (await sees(two, "face0", 1))["width"] == 640
    after = (await two.evaluate("bandwidth()"))["in7"]
    assert after["lost"] == before["lost"] == 0
    assert after["frozen"] - before["frozen"] <= 0.5


PAUSED = """layers = [
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 250_000, active: false },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 850_000 },
]"""
RESUME_SMALLER = """(async () => {
    const parameters = pc.senders.camera.getParameters();
    parameters.encodings[0].active = true;
    await pc.senders.camera.setParameters(parameters);
})()"""


async def shows_width(page: Page, width: int, seconds: float = 12.0) -> None:
    end = time.monotonic() + seconds
    while (found := (await sees(page, "face0", 1))["width"]) != width:
        assert time.monotonic() < end, f"{found} wide, not {width}; {await page.evaluate('bandwidth()')}"


async def test_closing_the_page_is_noticed_at_once_and_a_silent_one_after_five_seconds(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    one, two = await call(media, parties)
    await one.evaluate("pc.close()")
    await asyncio.sleep(1)
    assert of(events, ParticipantDisconnected, "one")[-1].reason == "closed"
    browser = two.context.browser
    assert browser is not None
    await browser.close()
    end = time.monotonic() + 8
    while not of(events, ParticipantDisconnected, "two") and time.monotonic() < end:
        await asyncio.sleep(0.1)
    assert of(events, ParticipantDisconnected, "two")[-1].reason in ("silent", "closed")
