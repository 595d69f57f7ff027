"""Sessions of many, with real transports and written packets: who gets what, and what a weak link does to it."""

from __future__ import annotations

import asyncio
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from rtc_server.sessions.interface import MediaEvent, MediaOffer, SlotKind, SlotsChanged, SourceKind, VideoLevel
from rtc_server.sessions.server import MediaServer
from tests.support.media_client import AUDIO_LEVEL, OPUS, VP8, Identity, MediaClient, MediaLine

SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA, "2": SourceKind.DOCUMENT}
SLOTS = {
    "3": SlotKind.VOICE,
    "4": SlotKind.VOICE,
    "5": SlotKind.FACE,
    "6": SlotKind.FACE,
    "7": SlotKind.DOCUMENT,
}
_AUDIO = (SourceKind.MICROPHONE, SlotKind.VOICE)


class Party:
    """A participant that sends pictures of 300 octets, all of them key frames, and counts what it gets."""

    def __init__(self, name: str, number: int, identity: Identity) -> None:
        self.name, self.number = name, number
        self.loudness = 127
        """Of its microphone, in -dBov."""
        lines = [
            MediaLine(mid, "audio" if kind in _AUDIO else "video", "sendonly", self.ssrc(mid))
            for mid, kind in SOURCES.items()
        ]
        lines += [MediaLine(mid, "audio" if kind in _AUDIO else "video", "recvonly") for mid, kind in SLOTS.items()]
        self.client = MediaClient(identity, "127.0.0.1", lines)
        self.client.received = self._count
        self.got: Counter[int] = Counter()
        """Packets by the slot's SSRC."""
        self.slot_ssrcs: dict[str, int] = {}
        self._sequence = 0

    def ssrc(self, mid: str) -> int:
        return self.number * 16 + int(mid) + 1

    async def join(self, media: MediaServer) -> None:
        offer = MediaOffer(sdp=self.client.offer(), sources=SOURCES, slots=SLOTS)
        answer = (await media.connect(self.name, offer)).sdp
        for section in answer.split("\r\nm=")[1:]:
            if "a=ssrc:" in section:
                mid = section.partition("a=mid:")[2].split()[0]
                self.slot_ssrcs[mid] = int(section.partition("a=ssrc:")[2].split()[0])
        self.client.accept(answer)
        asyncio.get_running_loop().add_reader(self.client.socket, self.client.receive)
        while not self.client.connected:
            self.client.tick(time.monotonic())
            await asyncio.sleep(0.01)

    def speak(self) -> None:
        """Sends a packet of each source."""
        self._sequence += 1
        for mid, kind in SOURCES.items():
            sequence, ssrc = self._sequence & 0xFFFF, self.ssrc(mid)
            if kind is SourceKind.MICROPHONE:
                level = struct.pack(">HHBBxx", 0xBEDE, 1, AUDIO_LEVEL << 4, self.loudness)
                packet = struct.pack(">BBHII", 0x90, OPUS, sequence, self._sequence * 960, ssrc) + level + b"sound"
            else:
                body = struct.pack(">BBHB", 0x90, 0x80, 0x8000 | sequence & 0x7FFF, 0) + bytes(300)
                packet = struct.pack(">BBHII", 0x80, 0x80 | VP8, sequence, self._sequence * 1800, ssrc) + body
            self.client.send(packet)

    def tell(self, rate: int) -> None:
        """Says what its link carries, in bits a second."""
        exponent = max(0, rate.bit_length() - 18)
        body = b"REMB\1" + (exponent << 18 | rate >> exponent).to_bytes(3, "big") + struct.pack(">I", 1)
        self.client.send_rtcp(struct.pack(">BBHII", 0x8F, 206, 2 + len(body) // 4, 9, 0) + body)

    def gets(self, mid: str) -> int:
        return self.got[self.slot_ssrcs[mid]]

    def _count(self, packet: bytes) -> None:
        self.got[int.from_bytes(packet[8:12], "big")] += 1


class Meeting:
    """Parties that all speak twenty times a second."""

    def __init__(self, media: MediaServer) -> None:
        self.media = media
        self.parties: list[Party] = []
        self._identity = Identity()
        self._speaking = asyncio.create_task(self._speak())

    async def join(self, name: str) -> Party:
        party = Party(name, len(self.parties) + 1, self._identity)
        await party.join(self.media)
        self.media.admit("case", name)
        self.parties.append(party)
        return party

    async def until(self, condition: Callable[[], bool], seconds: float = 8.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not within {seconds} s"
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        self._speaking.cancel()
        for party in self.parties:
            asyncio.get_running_loop().remove_reader(party.client.socket)
            party.client.close()

    def shown(self, name: str, kind: SlotKind) -> list[str | None]:
        return [view.participant_id for view in self.media.slots(name) if view.kind is kind]

    async def _speak(self) -> None:
        while True:
            for party in tuple(self.parties):
                party.speak()
                party.client.tick(time.monotonic())
            await asyncio.sleep(0.05)


@pytest.fixture
async def meeting(media: MediaServer) -> AsyncIterator[Meeting]:
    made = Meeting(media)
    yield made
    await made.close()


async def test_a_falling_estimate_takes_faces_away_and_leaves_papers_and_sound(
    media: MediaServer, events: list[MediaEvent], meeting: Meeting
) -> None:
    await meeting.join("sender")
    weak = await meeting.join("weak")
    await meeting.until(lambda: weak.gets("5") > 20 and weak.gets("7") > 20)
    assert media.video_level("weak") is VideoLevel.ALL

    def tells() -> bool:
        weak.tell(62_000 + len(events) % 2)
        weak.tell(58_000)
        return media.video_level("weak") is not VideoLevel.ALL

    await meeting.until(tells)
    assert media.video_level("weak") is VideoLevel.PAPERS
    assert meeting.shown("weak", SlotKind.FACE) == [None, None]
    assert meeting.shown("weak", SlotKind.DOCUMENT) == ["sender"]
    assert [event for event in events if isinstance(event, SlotsChanged)][-1].participant_id == "weak"
    faces, papers, voices = (weak.gets(mid) for mid in "573")
    await asyncio.sleep(0.5)
    assert weak.gets("5") <= faces + 1
    assert weak.gets("7") > papers + 4
    assert weak.gets("3") > voices + 4
    assert media.video_level("sender") is VideoLevel.ALL


async def test_a_page_that_wants_sound_alone_gets_it_until_it_wants_pictures_again(
    media: MediaServer, meeting: Meeting
) -> None:
    await meeting.join("sender")
    listener = await meeting.join("listener")
    await meeting.until(lambda: listener.gets("5") > 5 and listener.gets("7") > 5)
    media.set_only_sound("listener", True)
    assert [view.source for view in media.slots("listener") if view.source] == [SourceKind.MICROPHONE]
    await asyncio.sleep(0.1)
    pictures, voices = listener.gets("5") + listener.gets("7"), listener.gets("3")
    await asyncio.sleep(0.5)
    assert listener.gets("5") + listener.gets("7") == pictures
    assert listener.gets("3") > voices + 4
    media.release("case", "listener")
    assert not media.only_sound("listener"), "in no session"
    media.admit("case", "listener")
    assert media.only_sound("listener"), "the same session still"
    media.set_only_sound("listener", False)
    await meeting.until(lambda: listener.gets("5") + listener.gets("7") > pictures + 5)
