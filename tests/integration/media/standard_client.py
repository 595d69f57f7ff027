"""A standard client in Python (aiortc) that sends a numbered picture, or watches one."""

from __future__ import annotations

import asyncio
import fractions

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole

from tests.integration.media.coded import picture

RATE = 20


class NumberedCamera(MediaStreamTrack):
    kind = "video"

    def __init__(self, sender: int) -> None:
        super().__init__()
        self._sender = sender
        self._number = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / RATE)
        self._number += 1
        luma = picture(self._sender << 12 | self._number & 0xFFF, self._number)
        chroma = np.full((luma.shape[0] // 2, luma.shape[1]), 128, np.uint8)
        frame = av.VideoFrame.from_ndarray(np.concatenate([luma, chroma]), format="yuv420p")
        frame.pts = self._number * 90000 // RATE
        frame.time_base = fractions.Fraction(1, 90000)
        return frame


def read(frame: av.VideoFrame) -> int:
    luma = frame.to_ndarray(format="gray")
    bits = [int(luma[60, 40 * bit + 20]) > 127 for bit in range(16)]
    return sum(1 << 15 - index for index, bit in enumerate(bits) if bit)


class Watcher:
    """Counts the pictures that come and keeps what the last said."""

    def __init__(self) -> None:
        self.frames = 0
        self.last = 0
        self._task: asyncio.Task[None] | None = None

    def follow(self, track: MediaStreamTrack) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch(track))

    async def _watch(self, track: MediaStreamTrack) -> None:
        while True:
            frame = await track.recv()
            self.frames += 1
            self.last = read(frame)

    async def goes_on(self, sender: int, frames: int = 10, seconds: float = 10.0) -> None:
        """Waits until so many more pictures of this sender came."""
        async with asyncio.timeout(seconds):
            start = self.frames
            while self.frames < start + frames:
                await asyncio.sleep(0.02)
        assert self.last >> 12 == sender

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()


async def sending(sender: int) -> tuple[RTCPeerConnection, str]:
    peer = RTCPeerConnection()
    peer.addTransceiver(NumberedCamera(sender), "sendonly")
    await peer.setLocalDescription(await peer.createOffer())
    return peer, peer.localDescription.sdp


async def watching() -> tuple[RTCPeerConnection, str, Watcher]:
    peer, watcher, sink = RTCPeerConnection(), Watcher(), MediaBlackhole()
    peer.on("track", lambda track: watcher.follow(track) if track.kind == "video" else sink.addTrack(track))
    peer.addTransceiver("audio", "recvonly")
    peer.addTransceiver("video", "recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    return peer, peer.localDescription.sdp, watcher


async def accept(peer: RTCPeerConnection, answer: str) -> None:
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
