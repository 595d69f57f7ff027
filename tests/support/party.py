"""A raw client (`media_client`) in the loop of a test: connects, sends what one likes, is driven by itself."""

from __future__ import annotations

import asyncio
import contextlib
import struct
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rtc_server.sessions.interface import MediaOffer, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.support.media_client import OPUS, VP8, Identity, MediaClient, MediaLine

SOUND, PICTURE = 0x5011, 0x5012
LINES = (
    MediaLine("0", "audio", "sendonly", SOUND),
    MediaLine("1", "video", "sendonly", PICTURE),
    MediaLine("2", "audio", "recvonly"),
    MediaLine("3", "video", "recvonly"),
)
SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
SLOTS = {"2": SlotKind.VOICE, "3": SlotKind.FACE}
_KEY = bytes.fromhex("9080802a10020000009d012a40010001") + bytes(200)


class Party:
    """A participant of a session whose every packet the test decides."""

    def __init__(self, media: MediaServer, name: str, client: MediaClient) -> None:
        self.media = media
        self.name = name
        self.client = client
        self.received = 0
        self.paused = False
        """While true it reads nothing of what comes."""
        self.offered: MediaOffer
        client.received = self._count
        self._number = 0
        self._driver: asyncio.Task[None] | None = None

    async def join(self, session_id: str, offered: Callable[[str], str] = lambda sdp: sdp) -> None:
        """Offers, is admitted and begins to connect; `offered` may spoil the offer."""
        self.offered = MediaOffer(sdp=offered(self.client.offer()), sources=SOURCES, slots=SLOTS)
        self.client.accept((await self.media.connect(self.name, self.offered)).sdp)
        self.media.admit(session_id, self.name)
        self._driver = asyncio.get_running_loop().create_task(self._drive())

    async def connected(self, seconds: float = 5.0) -> None:
        """Waits until the keys are there."""
        await self.until(lambda: self.client.connected, seconds)

    async def until(self, reached: Callable[[], bool], seconds: float = 5.0) -> None:
        """Waits until it is so; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not reached():
                await asyncio.sleep(0.01)

    async def hears(self, packets: int = 10, seconds: float = 5.0) -> None:
        """Waits until so many more media packets came."""
        wanted = self.received + packets
        await self.until(lambda: self.received >= wanted, seconds)

    def speak(self, count: int = 1) -> None:
        """Sends sound and a key frame each."""
        for _ in range(count):
            self._number += 1
            for kind, ssrc, body in ((OPUS, SOUND, bytes(60)), (VP8, PICTURE, _KEY)):
                head = struct.pack(">BBHII", 0x80, kind, self._number & 0xFFFF, self._number * 960, ssrc)
                self.client.send(head + body)

    async def leave(self) -> None:
        """Is gone without a word, and forgotten."""
        if self._driver is not None:
            self._driver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._driver
        self.client.socket.close()
        self.media.disconnect(self.name)
        for session_id in tuple(self.media._sessions.roles()):
            self.media.release(session_id, self.name)

    def _count(self, packet: bytes) -> None:
        self.received += 1

    async def _drive(self) -> None:
        while True:
            with contextlib.suppress(ConnectionError, BlockingIOError):
                self.client.tick(time.monotonic())
                if not self.paused:
                    self.client.receive()
            await asyncio.sleep(0.005)


@asynccontextmanager
async def party(
    media: MediaServer, name: str = "party", *, host: str = "127.0.0.1", over: str = "udp"
) -> AsyncIterator[Party]:
    """A party that is not connected yet."""
    made = Party(media, name, MediaClient(Identity(), host, LINES, over))  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.leave()
