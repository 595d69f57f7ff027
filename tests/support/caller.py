"""A party of a call on the loop: speaks fifty times a second, and notes when it heard something."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable

from rtc_server.sessions.errors import MediaUnavailable
from rtc_server.sessions.interface import (
    MediaEvent,
    MediaOffer,
    MediaPlane,
    ParticipantDisconnected,
    SlotKind,
    SourceKind,
)
from tests.support.media_client import OPUS, Identity, MediaClient, MediaLine

_LINES = (("0", "audio", "sendonly"), ("1", "audio", "recvonly"))


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Waits until it is true; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)


class Caller:
    """One microphone and one voice slot, "1"; connects as often as asked."""

    def __init__(self, identity: Identity, ssrc: int, host: str = "127.0.0.1") -> None:
        self.heard: list[float] = []
        """Monotonic seconds of every packet that came."""
        self._identity, self._host, self._ssrc = identity, host, ssrc
        self._client: MediaClient | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection of now is up."""
        return self._client is not None and self._client.connected

    async def connect(self, media: MediaPlane, participant_id: str) -> None:
        """Connects, and speaks from then on."""
        offer = self.offer()
        self.accept((await media.connect(participant_id, offer)).sdp)
        await until(lambda: self.connected)

    def offer(self) -> MediaOffer:
        """The offer of a new connection, which takes the place of the one before."""
        self.close()
        lines = [MediaLine(mid, kind, way, self._ssrc if mid == "0" else 0) for mid, kind, way in _LINES]
        self._client = MediaClient(self._identity, self._host, lines)
        self._client.received = lambda _packet: self.heard.append(time.monotonic())
        sources = {"0": SourceKind.MICROPHONE}
        return MediaOffer(sdp=self._client.offer(), sources=sources, slots={"1": SlotKind.VOICE})

    def accept(self, answer: str) -> None:
        """Takes the answer to the offer."""
        assert self._client is not None, "an offer was made"
        self._client.accept(answer)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._client.socket, self._receive, self._client)
        self._task = loop.create_task(self._speak(self._client))

    def close(self, *, goodbye: bool = True) -> None:
        """Ends the connection; without a goodbye the server is left to notice."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._client is not None:
            asyncio.get_running_loop().remove_reader(self._client.socket)
            if goodbye:
                self._quietly(self._client.close)
            self._client.socket.close()
            self._client = None

    async def hears(self, packets: int = 10, seconds: float = 10.0) -> None:
        """Waits until so many more packets came; raises TimeoutError."""
        before = len(self.heard)
        await until(lambda: len(self.heard) >= before + packets, seconds)

    async def hears_nothing(self, seconds: float = 0.3) -> None:
        """Fails when a packet comes in this time; those that were already on their way may come before it."""
        await asyncio.sleep(0.1)
        before = len(self.heard)
        await asyncio.sleep(seconds)
        assert len(self.heard) == before

    async def _speak(self, client: MediaClient) -> None:
        number = 0
        while True:
            self._quietly(lambda: client.tick(time.monotonic()))
            if client.connected:
                number += 1
                head = struct.pack(">BBHII", 0x80, OPUS, number & 0xFFFF, number * 960, self._ssrc)
                self._quietly(lambda packet=head + bytes(60): client.send(packet))
            await asyncio.sleep(0.02)

    def _receive(self, client: MediaClient) -> None:
        self._quietly(client.receive)

    @staticmethod
    def _quietly(act: Callable[[], None]) -> None:
        # A server that was killed leaves its port closed, which the socket tells with the next call.
        try:
            act()
        except ConnectionRefusedError:
            return


class Pages:
    """What pages do about their media: whoever is told that its connection is elsewhere connects anew."""

    def __init__(self, media: MediaPlane) -> None:
        self._media = media
        self._by_name: dict[str, Caller] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._unsubscribe = media.subscribe(self._heard)

    @property
    def callers(self) -> list[Caller]:
        """The first two."""
        return list(self._by_name.values())[:2]

    async def open(self, participant_id: str, caller: Caller) -> None:
        """Connects one more."""
        self._by_name[participant_id] = caller
        await caller.connect(self._media, participant_id)

    async def settled(self) -> None:
        """Waits until nobody is connecting."""
        while self._running:
            await asyncio.gather(*self._running.values())

    def close(self) -> None:
        """Lets the pages be."""
        self._unsubscribe()
        for task in self._running.values():
            task.cancel()

    def _heard(self, event: MediaEvent) -> None:
        name = event.participant_id
        gone = isinstance(event, ParticipantDisconnected) and event.reason in ("moved", "node_lost")
        if gone and name in self._by_name and name not in self._running:
            task = asyncio.get_running_loop().create_task(self._again(name))
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name))

    async def _again(self, name: str) -> None:
        # As the page does: at once, and then every second while there is no answer.
        while True:
            try:
                await self._by_name[name].connect(self._media, name)
            except (MediaUnavailable, TimeoutError):
                await asyncio.sleep(1.0)
            else:
                return
