"""What a receiver's page shows small is sent small, and what it hides is not sent: packets in virtual time."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

import pytest

from foundation.clock import ManualClock
from foundation.tasks import Tasks
from rtc_server.media_core import rtcp
from rtc_server.media_core.bandwidth_allocator import FACES, SOUND
from rtc_server.media_core.layers import layer_for
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SlotKind, SourceKind, VideoLevel
from rtc_server.sessions.negotiation import LAYER, MID
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.sdp import read_offer
from rtc_server.sessions.server import MediaServer
from rtc_server.transport.srtp import PacketBuffer
from tests.fuzz.rig import OFFER, _carry, finish

SIZES = "a=rid:h send\r\na=rid:f send\r\na=simulcast:send h;f\r\n"
SIZED = OFFER.replace("a=mid:2\r\n", f"a=mid:2\r\n{SIZES}")
"""The camera's line is the second, and the third one carries the same camera in two sizes."""
EXTENSIONS = next(section for section in read_offer(SIZED).sections if section.mid == "2").extensions
SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA, "2": SourceKind.CAMERA, "3": SourceKind.DOCUMENT}
KINDS = (*[SlotKind.VOICE] * 3, *[SlotKind.FACE] * 2, SlotKind.DOCUMENT, SlotKind.SCREEN)
SLOTS = {str(4 + index): kind for index, kind in enumerate(KINDS)}
SOUND_SSRC, PLAIN_SSRC, PAPERS_SSRC = 3415938837, 3823001716, 49713593
SMALL, LARGE = 71, 72
WIDTHS = {PLAIN_SSRC: 640, SMALL: 320, LARGE: 640, PAPERS_SSRC: 640}
RATE = 25


@pytest.mark.parametrize(
    ("widths", "pixels", "layer"),
    [
        ((320, 640), 240, 0),
        ((320, 640), 400, 0),
        ((320, 640), 401, 1),
        ((320, 640), 4000, 1),
        ((0, 640), 320, 0),
        ((320, 0), 640, 1),
        ((0, 0), 640, 0),
        ((0, 0), 1000, 1),
        ((0,), 4000, 0),
    ],
)
def test_the_smallest_layer_that_fills_the_tile_is_taken(widths: Sequence[int], pixels: int, layer: int) -> None:
    assert layer_for(widths, pixels) == layer


class Meeting:
    """Three who are connected; `sender` sends what the test says, everybody gets it."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.server = MediaServer(MediaSettings(host="127.0.0.1"), self.clock, Tasks(), random.Random(1).randbytes)
        self.sender, self.near, self.far = (self._join(name) for name in ("sender", "near", "far"))
        self._numbers = dict.fromkeys((SOUND_SSRC, *WIDTHS), 0)

    def send(self, seconds: float, *ssrcs: int) -> None:
        """A picture of each of these 25 times a second, a key frame where it is wanted; sound twice as often."""
        for _ in range(int(seconds * RATE)):
            self.clock.advance(1 / RATE)
            now = self.clock.monotonic()
            for one in (self.sender, self.near, self.far):
                one.link._checked = one.link._heard = now
            self._take(self._sound(), now)
            self._take(self._sound(), now)
            for ssrc in ssrcs:
                self._take(self._picture(ssrc), now)
            port = self.server._port
            while port.bursts:
                port.bursts.pop()(now)
            port.batch.flush()
            self.server._do_chores(now)

    def shows(self, receiver: Participant, kind: SlotKind = SlotKind.FACE) -> int | None:
        """The SSRC that the receiver's first slot of this kind gets packets of now."""
        slot = next(slot for slot in receiver.slots.values() if slot.kind is kind and slot.source is not None)
        before = slot.out.packets
        self.send(0.2, *self.sending)
        source = slot.out.source
        return source.ssrc if source is not None and slot.out.packets > before else None

    @property
    def sending(self) -> tuple[int, ...]:
        """What of the pictures was sent just now."""
        now = self.clock.monotonic()
        return tuple(
            layer.stream.ssrc
            for source in self.sender.sources.values()
            for layer in source.layers
            if layer.stream is not None and layer.stream.video and now - layer.heard < 0.1
        )

    def tells(self, receiver: Participant, width: int) -> None:
        """The receiver's page says how wide it shows the first face."""
        self.server.set_tiles(receiver.id, {"7": width})

    def _take(self, packet: bytes, now: float) -> None:
        buffer = PacketBuffer()
        buffer.fill(packet)
        self.sender.take([buffer], now)

    def _sound(self) -> bytes:
        number = self._number(SOUND_SSRC)
        return struct.pack(">BBHII", 0x80, 111, number & 0xFFFF, number * 960, SOUND_SSRC) + bytes(80)

    def _picture(self, ssrc: int) -> bytes:
        number = self._number(ssrc)
        stream = next((one for one in self.sender.streams if one.ssrc == ssrc), None)
        key = stream is None or stream.key_frame.wanted
        mid, name = {PLAIN_SSRC: ("1", ""), SMALL: ("2", "h"), LARGE: ("2", "f"), PAPERS_SSRC: ("3", "")}[ssrc]
        named = bytes((EXTENSIONS[MID] << 4,)) + mid.encode()
        if name:
            named += bytes((EXTENSIONS[LAYER] << 4,)) + name.encode()
        head = struct.pack(">BBHII", 0x90, 0x80 | 96, number & 0xFFFF, number * 3600 & 0xFFFFFFFF, ssrc)
        head += struct.pack(">HH", 0xBEDE, -(-len(named) // 4)) + named.ljust(-(-len(named) // 4) * 4, b"\0")
        frame = bytes((0x10 if key else 0x11, 2, 0)) + b"\x9d\x01\x2a" + struct.pack("<HH", WIDTHS[ssrc], 360)
        size = 1000 if WIDTHS[ssrc] > 320 else 250
        return head + struct.pack(">BBH", 0x90, 0x80, 0x8000 | number & 0x7FFF) + frame + bytes(size)

    def _number(self, ssrc: int) -> int:
        self._numbers[ssrc] += 1
        return self._numbers[ssrc]

    def _join(self, name: str) -> Participant:
        offer = MediaOffer(sdp=SIZED, sources=SOURCES, slots=SLOTS)
        finish(self.server.connect(name, offer))
        self.server.admit("session", name)
        participant = self.server._participants[name]
        _carry(participant.link)
        return participant


def test_each_receiver_gets_the_size_that_its_tile_needs() -> None:
    meeting = Meeting()
    meeting.send(2, SMALL, LARGE)
    assert (meeting.shows(meeting.near), meeting.shows(meeting.far)) == (LARGE, LARGE), "not told yet"
    meeting.tells(meeting.near, 300)
    meeting.tells(meeting.far, 900)
    meeting.send(0.2, SMALL, LARGE)
    assert (meeting.shows(meeting.near), meeting.shows(meeting.far)) == (SMALL, LARGE)
    meeting.tells(meeting.near, 700)
    meeting.send(1.2, SMALL, LARGE)
    assert meeting.shows(meeting.near) == LARGE


def test_what_is_hidden_rests_and_comes_back_with_a_key_frame() -> None:
    meeting = Meeting()
    meeting.send(1, PLAIN_SSRC)
    meeting.tells(meeting.near, 0)
    assert meeting.shows(meeting.near) is None
    shown = next(slot for slot in meeting.server.slots("near") if slot.kind is SlotKind.FACE)
    assert shown.participant_id == "sender", "the page is told that it is there"
    assert meeting.shows(meeting.far) == PLAIN_SSRC
    assert meeting.shows(meeting.near, SlotKind.VOICE) == SOUND_SSRC
    # A new stream of what is hidden wakes nobody.
    meeting.send(1, SMALL, LARGE)
    assert meeting.shows(meeting.near) is None
    meeting.tells(meeting.near, 640)
    slot = meeting.near.slots["7"]
    assert slot.out.waiting
    assert meeting.shows(meeting.near) == LARGE


def test_a_camera_changes_over_to_sizes_and_back_at_once_and_is_told_as_one() -> None:
    meeting = Meeting()
    told: list[str] = []
    meeting.server.subscribe(lambda event: told.append(type(event).__name__))
    meeting.send(1, PLAIN_SSRC)
    assert meeting.shows(meeting.near) == PLAIN_SSRC
    for others in ((SMALL, LARGE), (PLAIN_SSRC,)):
        told.clear()
        meeting.send(0.04, *others)
        assert meeting.near.slots["7"].out.source.ssrc in others
        meeting.send(0.04, *others)
        assert not meeting.near.slots["7"].out.waiting, "it goes on with a key frame"
        meeting.send(4.5, *others)
        assert "SourceStopped" not in told
        assert "SourceStarted" not in told
    meeting.send(4, *())
    assert told.count("SourceStopped") == 1


def test_a_camera_that_changes_over_keeps_the_size_of_its_tile() -> None:
    meeting = Meeting()
    meeting.send(1, PLAIN_SSRC)
    meeting.tells(meeting.near, 200)
    meeting.send(2.5, SMALL, LARGE)
    assert (meeting.shows(meeting.near), meeting.shows(meeting.far)) == (SMALL, LARGE)


def test_who_leaves_is_told_to_those_who_saw_them() -> None:
    meeting = Meeting()
    meeting.send(1, PLAIN_SSRC)
    told: list[str] = []
    meeting.server.subscribe(lambda event: told.append(event.participant_id))
    meeting.server.release("session", "sender")
    assert sorted(told) == ["far", "near"]


def test_two_cameras_at_one_point_stay_apart() -> None:
    meeting = Meeting()
    meeting.send(2, SMALL, LARGE, PAPERS_SSRC)
    meeting.tells(meeting.near, 100)
    meeting.send(0.2, SMALL, LARGE, PAPERS_SSRC)
    assert meeting.shows(meeting.near) == SMALL
    assert meeting.shows(meeting.near, SlotKind.DOCUMENT) == PAPERS_SSRC
    assert len(meeting.sender.sources["3"].layers) == 1


def test_what_a_page_has_ended_leaves_its_tile_at_once_whatever_still_comes() -> None:
    meeting = Meeting()
    meeting.send(2, PLAIN_SSRC, PAPERS_SSRC)
    assert meeting.shows(meeting.near, SlotKind.DOCUMENT) == PAPERS_SSRC
    told: list[str] = []
    meeting.server.subscribe(lambda event: told.append(type(event).__name__))
    meeting.server.set_ended("sender", [SourceKind.DOCUMENT])
    papers = next(slot for slot in meeting.server.slots("near") if slot.kind is SlotKind.DOCUMENT)
    assert papers.participant_id is None
    assert told.count("SourceStopped") == 1
    # As Firefox does, which repeats the last picture of a track that has ended.
    meeting.send(4, PLAIN_SSRC, PAPERS_SSRC)
    assert all(slot.participant_id is None for slot in meeting.server.slots("near") if slot.kind is SlotKind.DOCUMENT)
    assert "SourceStarted" not in told
    assert meeting.shows(meeting.near) == PLAIN_SSRC
    meeting.server.set_ended("sender", [])
    meeting.send(0.2, PLAIN_SSRC, PAPERS_SSRC)
    assert meeting.shows(meeting.near, SlotKind.DOCUMENT) == PAPERS_SSRC


def test_sound_is_the_last_that_a_narrow_link_carries() -> None:
    meeting = Meeting()
    levels = []
    voice = meeting.near.slots["4"].out
    meeting.send(2, SMALL, LARGE, PAPERS_SSRC)
    rate = 400_000.0
    for _ in range(60):
        rate *= 0.96
        meeting.near.feedback.take(rtcp.build_receiver_report(1, []) + remb(rate), meeting.clock.monotonic())
        before = voice.packets
        meeting.send(1, *meeting.sending)
        assert voice.packets - before == 2 * RATE, "every packet of sound"
        levels.append(meeting.server.video_level("near"))
        if levels[-1] is VideoLevel.NONE:
            break
    found = list(dict.fromkeys(levels))
    assert found == [VideoLevel.ALL, VideoLevel.SMALLER, VideoLevel.PAPERS, VideoLevel.NONE]
    assert meeting.near.reception.allocator.step == SOUND
    assert meeting.server.video_level("far") is VideoLevel.ALL


def test_what_a_small_tile_takes_is_what_the_link_is_asked_to_carry() -> None:
    meeting = Meeting()
    meeting.send(2.5, SMALL, LARGE)
    needs = meeting.near.reception._needs
    assert needs()[FACES + 1] > 2 * needs()[FACES] > 0
    meeting.tells(meeting.near, 200)
    assert needs()[FACES + 1] == needs()[FACES] > 0
    meeting.tells(meeting.near, 0)
    assert needs()[FACES + 1] == 0


def remb(rate: float) -> bytes:
    """A receiver's estimate (draft-alvestrand-rmcat-remb §2.2)."""
    exponent = max(0, int(rate).bit_length() - 18)
    words = struct.pack(">II4sI", 1, 0, b"REMB", 1 << 24 | exponent << 18 | int(rate) >> exponent)
    return struct.pack(">BBH", 0x80 | 15, 206, 5) + words + struct.pack(">I", 1)
