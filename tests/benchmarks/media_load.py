"""The load: cameras and microphones as a browser would send them, and receivers that count."""

from __future__ import annotations

import heapq
import random
import select
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rtc_server.media_core import rtcp
from rtc_server.transport.addresses import pack_address
from rtc_server.transport.batch import SendBatch
from tests.support.media_client import AUDIO_LEVEL, MID, OPUS, TRANSPORT_CC, VP8, MediaClient, MediaLine

FRAMES = 25
AUDIO_PACKETS = 50
VIDEO_LENGTH, AUDIO_LENGTH = 1128, 120
_HEAD = struct.Struct(">BBHII")
_STAMP = struct.Struct(">Q")
_HEAD_LENGTH = 24
_DESCRIPTOR = 4
_STAMP_AT = 16
_SAMPLED = 16
_STEP = 0.02
_NTP_EPOCH = 2_208_988_800


@dataclass(frozen=True)
class Camera:
    """How many packets each of its 25 pictures a second has, and whether they are handed over with one call.

    That is far cheaper for the load generator, which can so drive hundreds of them.
    """

    packets: int
    together: bool


BUSY = Camera(packets=20, together=False)
"""500 packets a second, 4.5 Mbit/s."""
USUAL = Camera(packets=8, together=True)
"""200 packets a second, 1.8 Mbit/s: what Chromium sends of a moving face at 720p."""


class Publisher:
    """A microphone of 50 packets a second and a camera, a picture's packets at once.

    So does Chromium 156, whose packets of one picture came within a millisecond, then none for 40: median gap in a
    picture 0.1 ms, measured at the media port with a 720p camera of 25 pictures a second.
    """

    def __init__(self, make: Callable[[Sequence[MediaLine]], MediaClient], seed: int, camera: Camera) -> None:
        draw = random.Random(seed)
        self.audio_ssrc, self.video_ssrc = draw.getrandbits(32), draw.getrandbits(32)
        lines = (
            MediaLine("0", "audio", "sendonly", self.audio_ssrc),
            MediaLine("1", "video", "sendonly", self.video_ssrc),
        )
        self.client = make(lines)
        self.client.reported = self._feedback
        self.sent = 0
        self._camera = camera
        self._batch = SendBatch()
        self._server = b""
        self._video = _packet(VIDEO_LENGTH, self.video_ssrc, "1", draw)
        self._audio = _packet(AUDIO_LENGTH, self.audio_ssrc, "0", draw)
        self._counts = {"video": 0, "audio": 0, "all": 0}
        self._start = 0.0
        self._key_wanted = True
        self._key = False
        self._next_report = 0.0

    def begin(self, now: float) -> None:
        """Sends from now on, where it left off."""
        self._start = now - self._counts["audio"] / AUDIO_PACKETS

    def emit(self, now: float) -> None:
        """Sends what is due."""
        elapsed = now - self._start
        while self._counts["audio"] <= elapsed * AUDIO_PACKETS:
            self._send_audio()
        while self._counts["video"] <= int(elapsed * FRAMES) * self._camera.packets:
            for _ in range(self._camera.packets):
                self._send_video()
            self._batch.flush()
        if now >= self._next_report:
            self._next_report = now + 1.0
            self._report(elapsed)

    def _send_audio(self) -> None:
        number = self._counts["audio"]
        self._counts["audio"] += 1
        packet = self._audio
        _HEAD.pack_into(packet, 0, 0x90, OPUS, number & 0xFFFF, number * 960 & 0xFFFFFFFF, self.audio_ssrc)
        self.client.send(self._numbered(packet))

    def _send_video(self) -> None:
        number = self._counts["video"]
        self._counts["video"] += 1
        frame, place = divmod(number, self._camera.packets)
        if place == 0:
            self._key, self._key_wanted = self._key_wanted or frame % (FRAMES * 10) == 0, False
        packet = self._video
        kind = VP8 | (0x80 if place == self._camera.packets - 1 else 0)
        _HEAD.pack_into(packet, 0, 0x90, kind, number & 0xFFFF, frame * 3600 & 0xFFFFFFFF, self.video_ssrc)
        descriptor = 0x90 if place == 0 else 0x80
        struct.pack_into(">BBH", packet, _HEAD_LENGTH, descriptor, 0x80, 0x8000 | frame & 0x7FFF)
        if place == 0:
            _write_frame_head(packet, _HEAD_LENGTH + _DESCRIPTOR, key=self._key)
        _STAMP.pack_into(packet, _HEAD_LENGTH + _DESCRIPTOR + _STAMP_AT, time.time_ns())
        if not self._camera.together:
            self.client.send(self._numbered(packet))
            return
        datagram = self.client.protect(self._numbered(packet))
        batch = self._batch
        if not batch.used:
            batch.open(self.client.socket)
            self._server = pack_address(*self.client.socket.getpeername())
        batch.views[batch.used][: len(datagram)] = datagram
        # Each by itself: what is added together would be cut apart only by the receiving socket.
        batch.add([len(datagram)], self._server)

    def _numbered(self, packet: bytearray) -> bytes:
        packet[17:19] = (self._counts["all"] & 0xFFFF).to_bytes(2, "big")
        self._counts["all"] += 1
        self.sent += 1
        return bytes(packet)

    def _report(self, elapsed: float) -> None:
        ntp = int((time.time() + _NTP_EPOCH) * 2**32)
        for ssrc, name, rate, length in (
            (self.audio_ssrc, "audio", 48000, AUDIO_LENGTH),
            (self.video_ssrc, "video", 90000, VIDEO_LENGTH),
        ):
            count = self._counts[name]
            report = rtcp.build_sender_report(ssrc, ntp, int(elapsed * rate) & 0xFFFFFFFF, count, count * length)
            self.client.send_rtcp(report + rtcp.build_names([ssrc], b"client"))

    def _feedback(self, compound: bytes) -> None:
        if any(part.kind == rtcp.PSFB and part.count in (rtcp.PLI, rtcp.FIR) for part in rtcp.split(compound)):
            self._key_wanted = True


class Subscriber:
    """Counts what arrives by sequence numbers, and opens every sixteenth picture packet to see how old it is."""

    def __init__(self, client: MediaClient) -> None:
        self.client = client
        client.stamp_arrivals()
        client.received = self._take
        self.received = 0
        self.ages: list[float] = []
        self.picture_ages: list[float] = []
        """Of the last packets of pictures, without which nobody can show them.

        Both in seconds from the publisher's `send` to the receiving socket.
        """
        self._streams: dict[int, list[int]] = {}
        self._ssrc = random.getrandbits(32)

    def restart(self) -> None:
        """Counts from now on."""
        self.received = 0
        self.ages, self.picture_ages = [], []

    def report(self) -> None:
        """Sends a receiver report."""
        blocks = [
            rtcp.build_block(ssrc, (0, 0), (state[0], 0), (0, 0)) for ssrc, state in self._streams.items() if state
        ]
        self.client.send_rtcp(rtcp.build_receiver_report(self._ssrc, blocks[:31]))

    def ask_key_frames(self) -> None:
        """Asks every stream for a key frame."""
        for ssrc in self._streams:
            self.client.send_rtcp(rtcp.build_receiver_report(self._ssrc, []) + rtcp.build_pli(self._ssrc, ssrc))

    def _take(self, packet: bytes) -> None:
        self.received += 1
        _, _, sequence, _, ssrc = _HEAD.unpack_from(packet)
        state = self._streams.get(ssrc)
        if state is None:
            state = self._streams[ssrc] = [sequence]
        state[0] += ((sequence - state[0] + 0x8000) & 0xFFFF) - 0x8000
        last = packet[1] & 0x80
        if (last or not sequence % _SAMPLED) and len(packet) > VIDEO_LENGTH - 100:
            plain = self.client.unprotect(packet)
            at = len(plain) - (VIDEO_LENGTH - _HEAD_LENGTH) + _DESCRIPTOR + _STAMP_AT
            age = (self.client.arrived_ns - _STAMP.unpack_from(plain, at)[0]) / 1e9
            if last:
                self.picture_ages.append(age)
            if not sequence % _SAMPLED:
                self.ages.append(age)


@dataclass
class Tally:
    """What one run has shown; times in seconds."""

    seconds: float
    sent: int
    wanted: int
    """Sent packets times receivers."""
    delivered: int
    cpu: float
    """Of all the server's threads."""
    ages: list[float] = field(repr=False)
    """Of packets."""
    picture_ages: list[float] = field(repr=False)
    """Of the last packets of pictures."""
    late: float
    """How late the load generator was at worst but one in a hundred bursts: beyond 10 ms it is itself the limit."""


def run(
    rooms: Sequence[tuple[Publisher, Sequence[Subscriber]]],
    cpu_seconds: Callable[[], float],
    warm_up: float,
    seconds: float,
) -> Tally:
    """Sends through the rooms; what happens in the warm-up is not counted."""
    loop = _Loop(rooms)
    loop.until(time.perf_counter() + warm_up)
    for _, subscribers in rooms:
        for subscriber in subscribers:
            subscriber.restart()
    sent_before = [publisher.sent for publisher, _ in rooms]
    loop.lateness = []
    cpu, began = cpu_seconds(), time.perf_counter()
    loop.until(began + seconds)
    cpu, lasted = cpu_seconds() - cpu, time.perf_counter() - began
    sent = [publisher.sent - before for (publisher, _), before in zip(rooms, sent_before, strict=True)]
    loop.silence(0.3)
    every = [subscriber for _, subscribers in rooms for subscriber in subscribers]
    return Tally(
        seconds=lasted,
        sent=sum(sent),
        wanted=sum(count * len(subscribers) for count, (_, subscribers) in zip(sent, rooms, strict=True)),
        delivered=sum(subscriber.received for subscriber in every),
        cpu=cpu,
        ages=sorted(age for subscriber in every for age in subscriber.ages),
        picture_ages=sorted(age for subscriber in every for age in subscriber.picture_ages),
        late=sorted(loop.lateness)[int(len(loop.lateness) * 0.99)],
    )


class _Loop:
    """Drives publishers, each in its own step, and everybody's sockets."""

    def __init__(self, rooms: Sequence[tuple[Publisher, Sequence[Subscriber]]]) -> None:
        self.lateness: list[float] = []
        self._publishers = [publisher for publisher, _ in rooms]
        self._subscribers = [subscriber for _, subscribers in rooms for subscriber in subscribers]
        clients = [one.client for one in self._publishers] + [one.client for one in self._subscribers]
        self._clients = {client.socket: client for client in clients}
        self._sockets = list(self._clients)
        now = time.perf_counter()
        step = _STEP / len(self._publishers)
        self._due = [(now + index * step, index) for index in range(len(self._publishers))]
        self._housekeeping = now
        self._seconds = 0
        for due, index in self._due:
            self._publishers[index].begin(due)

    def until(self, end: float) -> None:
        """Sends and receives."""
        while (now := time.perf_counter()) < end:
            due, index = self._due[0]
            if now >= due:
                self.lateness.append(now - due)
                self._publishers[index].emit(now)
                heapq.heapreplace(self._due, (max(due + _STEP, now - _STEP), index))
            else:
                self._receive(due - now)
            if now >= self._housekeeping:
                self._keep_house(now)

    def silence(self, seconds: float) -> None:
        """Only receives what is still on its way."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            self._receive(end - now)

    def _receive(self, seconds: float) -> None:
        for ready in select.select(self._sockets, [], [], seconds)[0]:
            self._clients[ready].receive()

    def _keep_house(self, now: float) -> None:
        self._housekeeping = now + 0.25
        self._seconds += 1
        for client in self._clients.values():
            client.tick(time.monotonic())
        if self._seconds % 4 == 0:
            for subscriber in self._subscribers:
                subscriber.report()


def _packet(length: int, ssrc: int, mid: str, draw: random.Random) -> bytearray:
    """A packet of that length with the header extensions of a browser; only its numbers change from now on."""
    level = AUDIO_LEVEL << 4, 0x80 | 30
    elements = bytes((TRANSPORT_CC << 4 | 1, 0, 0, MID << 4)) + mid.encode() + bytes(level)
    extension = struct.pack(">HH", 0xBEDE, 2) + elements + bytes(8 - len(elements))
    head = _HEAD.pack(0x90, 0, 0, 0, ssrc) + extension
    return bytearray(head + draw.randbytes(length - len(head)))


def _write_frame_head(packet: bytearray, at: int, *, key: bool) -> None:
    """The uncompressed chunk of a VP8 frame (RFC 6386 §9.1): shown, and for key frames the start code and 1280x720."""
    partition = 0x2000
    tag = partition << 5 | 0x10 | (0 if key else 1)
    packet[at : at + 3] = tag.to_bytes(3, "little")
    if key:
        packet[at + 3 : at + 10] = b"\x9d\x01\x2a" + struct.pack("<HH", 1280, 720)
