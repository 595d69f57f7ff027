"""Participants of a meeting over real sockets, who all send sound of a loudness of their own and key frames."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections import Counter

from rtc_server.sessions.interface import MediaOffer, MemberRole, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.support.media_client import AUDIO_LEVEL, OPUS, VP8, Identity, MediaClient, MediaLine

_KEY = bytes.fromhex("9080802a10020000009d012a40010001") + bytes(200)
SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
FEW = (SlotKind.VOICE,) * 3 + (SlotKind.FACE,) * 2
PAGE = (SlotKind.VOICE,) * 6 + (SlotKind.FACE,) * 6
"""What a page of ours has for others' voices and faces."""
LOUD, SILENT = 20, 127


class Member:
    """A participant with a microphone, a camera, and these slots."""

    def __init__(self, name: str, number: int, identity: Identity, slots: tuple[SlotKind, ...]) -> None:
        self.name = name
        self.slots = {str(2 + index): kind for index, kind in enumerate(slots)}
        self.sound, self.picture = 2 * number + 1000, 2 * number + 1001
        lines = [MediaLine("0", "audio", "sendonly", self.sound), MediaLine("1", "video", "sendonly", self.picture)]
        lines += [
            MediaLine(mid, "audio" if kind is SlotKind.VOICE else "video", "recvonly")
            for mid, kind in self.slots.items()
        ]
        self.client = MediaClient(identity, "127.0.0.1", lines)
        self.level = SILENT
        self.number = number
        self.got = 0
        self.by_sender = {OPUS: Counter[int](), VP8: Counter[int]()}
        """Packets got of each member, by number: all they send ends with it."""
        self.client.received = self._count
        self._number = 0
        self._end = bytes([number])

    def send(self) -> None:
        """A packet of sound and a key frame."""
        self._number += 1
        number, stamp = self._number & 0xFFFF, self._number * 960
        extension = struct.pack(">HHBBH", 0xBEDE, 1, AUDIO_LEVEL << 4, self.level, 0)
        self.client.send(
            struct.pack(">BBHII", 0x90, OPUS, number, stamp, self.sound) + extension + bytes(60) + self._end
        )
        self.client.send(struct.pack(">BBHII", 0x80, 0x80 | VP8, number, stamp, self.picture) + _KEY + self._end)

    def _count(self, packet: bytes) -> None:
        self.got += 1
        plain = self.client.unprotect(packet)
        self.by_sender[plain[1] & 0x7F][plain[-1]] += 1

    def got_of(self, other: Member) -> tuple[int, int]:
        """How many packets of the other's sound and picture have come."""
        return self.by_sender[OPUS][other.number], self.by_sender[VP8][other.number]


class Gathering:
    """Members that all send twenty times a second."""

    def __init__(self, media: MediaServer, slots: tuple[SlotKind, ...] = FEW) -> None:
        self.media = media
        self._slots = slots
        self.members: dict[str, Member] = {}
        self._identity = Identity()
        self._driver = asyncio.get_running_loop().create_task(self._drive())

    async def join(self, name: str, role: MemberRole = MemberRole.PARTY) -> Member:
        member = Member(name, len(self.members), self._identity, self._slots)
        offer = MediaOffer(sdp=member.client.offer(), sources=SOURCES, slots=member.slots)
        member.client.accept((await self.media.connect(name, offer)).sdp)
        self.members[name] = member
        self.media.admit("meeting", name, role)
        return member

    def shown(self, name: str, kind: SlotKind) -> list[str | None]:
        return [view.participant_id for view in self.media.slots(name) if view.kind is kind]

    async def until_shown(self, name: str, kind: SlotKind, expected: set[str]) -> None:
        async with asyncio.timeout(5):
            while {one for one in self.shown(name, kind) if one} != expected:
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        self._driver.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._driver
        for member in self.members.values():
            member.client.close()

    async def _drive(self) -> None:
        while True:
            for member in tuple(self.members.values()):
                with contextlib.suppress(BlockingIOError, ConnectionError):
                    # A check is good only until the next one is sent.
                    member.client.receive()
                    member.client.tick(time.monotonic())
                    if member.client.connected:
                        member.send()
            await asyncio.sleep(0.05)
