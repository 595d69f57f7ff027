"""A participant without a browser: a microphone and a camera whose beginnings of each second can be seen and heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from rtc_server.media_core import rtcp
from rtc_server.sessions.interface import SlotKind, SourceKind
from tests.support.media_client import Identity, MediaClient, MediaLine
from tests.support.streams import Encoded, Packetiser

NTP_EPOCH = 2_208_988_800
SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
SLOTS = {"2": SlotKind.VOICE, "3": SlotKind.FACE}


class Speaker:
    """Sends in real time over real sockets, and counts what comes."""

    def __init__(self, name: str, identity: Identity, ssrc: int) -> None:
        self.name = name
        self.received = 0
        self.lines = (
            MediaLine("0", "audio", "sendonly", ssrc),
            MediaLine("1", "video", "sendonly", ssrc + 1),
            MediaLine("2", "audio", "recvonly"),
            MediaLine("3", "video", "recvonly"),
        )
        self.client = MediaClient(identity, "127.0.0.1", self.lines)
        self.client.received = self._count

    async def connect(self, negotiate: Callable[[str], Awaitable[str]]) -> None:
        """Connects; `negotiate` takes the offer to the server and brings its answer, for `SOURCES` and `SLOTS`."""
        self.client.accept(await negotiate(self.client.offer()))
        asyncio.get_running_loop().add_reader(self.client.socket, self.client.receive)
        while not self.client.connected:
            self.client.tick(time.monotonic())
            await asyncio.sleep(0.01)

    async def send(self, sound: list[Encoded], pictures: list[Encoded], camera_late: float = 0.0) -> None:
        """Sends in real time; a picture leaves `camera_late` seconds after its moment, as encoders are slow."""
        began = time.monotonic()
        audio = Packetiser("opus", ssrc=self.lines[0].ssrc)
        video = Packetiser("VP8", ssrc=self.lines[1].ssrc)
        due = [(one.seconds, one, audio) for one in sound]
        due += [(one.seconds + camera_late, one, video) for one in pictures]
        reported = 0.0
        for at, one, packetiser in sorted(due, key=lambda entry: entry[0]):
            await asyncio.sleep(began + at - time.monotonic())
            for packet in packetiser.packets(one):
                self.client.send(packet)
            if at >= reported:
                reported = at + 0.5
                self._report(began, (audio, video))
                self.client.tick(time.monotonic())

    def close(self) -> None:
        """Goes without a word."""
        asyncio.get_running_loop().remove_reader(self.client.socket)
        self.client.close()

    def _count(self, _packet: bytes) -> None:
        self.received += 1

    def _report(self, began: float, packetisers: tuple[Packetiser, Packetiser]) -> None:
        seconds = time.monotonic() - began
        ntp = int((time.time() + NTP_EPOCH) * 2**32)
        for packetiser in packetisers:
            report = rtcp.build_sender_report(packetiser.ssrc, ntp, packetiser.timestamp(seconds), 1, 1)
            self.client.send_rtcp(report)
