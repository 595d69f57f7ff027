"""Who looks at one picture: a face slot for H.264, and every packet that came, opened."""

from __future__ import annotations

import asyncio
import struct
import time

from rtc_server.media_core import rtcp
from rtc_server.sessions.interface import MediaOffer, MediaPlane, SlotKind
from tests.support.caller import until
from tests.support.media_client import RTX, Identity, MediaClient, MediaLine

SLOT = "0"


class Viewer:
    """One connection."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []
        """In the order in which they came, repeats left out."""
        self.repeats: list[bytes] = []
        """What came again, as it was the first time (RFC 4588)."""
        self._client = MediaClient(Identity(), "127.0.0.1", [MediaLine(SLOT, "video", "recvonly", codec="H264")])
        self._client.received = self._take
        self._ticking: asyncio.Task[None] | None = None

    async def connect(self, media: MediaPlane, participant_id: str) -> None:
        """Connects, once."""
        offer = MediaOffer(sdp=self._client.offer(), sources={}, slots={SLOT: SlotKind.FACE})
        self._client.accept((await media.connect(participant_id, offer)).sdp)
        loop = asyncio.get_running_loop()
        loop.add_reader(self._client.socket, self._client.receive)
        self._ticking = loop.create_task(self._tick())
        await until(lambda: self._client.connected)

    def miss(self, packet: bytes) -> None:
        """Says that this packet did not come (RFC 4585 §6.2.1)."""
        sequence, ssrc = struct.unpack_from(">H4xI", packet, 2)
        self._client.send_rtcp(rtcp.build_nack(1, ssrc, [sequence]))

    def close(self) -> None:
        """Ends the connection."""
        if self._ticking is not None:
            self._ticking.cancel()
        asyncio.get_running_loop().remove_reader(self._client.socket)
        self._client.close()

    async def _tick(self) -> None:
        while True:
            self._client.tick(time.monotonic())
            await asyncio.sleep(0.02)

    def _take(self, protected: bytes) -> None:
        packet = self._client.unprotect(protected)
        if packet[1] & 0x7F != RTX:
            self.packets.append(packet)
        elif self.packets:
            head = self.packets[0]
            self.repeats.append(
                packet[:1]
                + bytes((packet[1] & 0x80 | head[1] & 0x7F,))
                + packet[12:14]
                + packet[4:8]
                + head[8:12]
                + packet[14:]
            )
