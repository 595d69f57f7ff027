"""What a browser does about pictures on a bad line: Chromium's rules of asking and repeating, without its pictures.

Sender: 25 pictures a second, a packet repeated at most once in a round trip, a key frame at most every 300 ms
(libwebrtc: `RtpPacketHistory`, `EncoderRtcpFeedback`). Receiver: asks for what is missing at once and then once in a
round trip, at most ten times (`NackRequester`); can show a picture when it and every one before it is whole, or when a
key frame is, and waits a round trip with it so that what was repeated comes in time (`JitterEstimator`); asks for a key
frame after three seconds without (`VideoReceiveStream2`).
"""

from __future__ import annotations

import asyncio
import itertools
import random
import struct

from rtc_server.media_core import rtcp
from rtc_server.sessions.interface import MediaOffer, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.support.media_client import OPUS, RTX, VP8, Identity, MediaClient, MediaLine

FRAMES = 25
_HEAD = struct.Struct(">BBHII")
_SOUND, _PICTURE = 0x5011, 0x5012
_LINES = (
    MediaLine("0", "audio", "sendonly", _SOUND),
    MediaLine("1", "video", "sendonly", _PICTURE),
    MediaLine("2", "audio", "recvonly"),
    MediaLine("3", "video", "recvonly"),
)
_SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
_SLOTS = {"2": SlotKind.VOICE, "3": SlotKind.FACE}
_KEY = bytes.fromhex("9080802a10020000009d012a40010001")
_INTER = bytes.fromhex("9080802a11020000009d012a40010001")
_REST = bytes.fromhex("8080802a")
_KEY_PACKETS, _KEY_INTERVAL = 20, 0.3
_PACKET = 1000
_ROUND_TRIP = 0.1
_PROCESS = 0.02
_RETRIES = 10
_NO_PICTURE = 3.0
_HISTORY = 600


class PictureSender:
    """A camera and what of it can be repeated."""

    def __init__(self, client: MediaClient, chance: random.Random) -> None:
        self._client = client
        self._chance = chance
        self._number = chance.randrange(1 << 16)
        self._frame = 0
        self._kept: dict[int, bytes] = {}
        self._repeated: dict[int, float] = {}
        self._key_wanted = True
        self._key_sent = float("-inf")
        self.repeats = 0
        self.key_frames = 0

    def want_key_frame(self) -> None:
        """The next picture is one, unless one was sent a moment ago."""
        self._key_wanted = True

    def picture(self, now: float) -> None:
        """Sends the next picture."""
        key = self._key_wanted and now - self._key_sent >= _KEY_INTERVAL
        count = _KEY_PACKETS if key else self._chance.randint(3, 7)
        if key:
            self._key_wanted, self._key_sent = False, now
            self.key_frames += 1
        self._frame += 1
        for place in range(count):
            self._number += 1
            kind = VP8 | (0x80 if place == count - 1 else 0)
            head = _HEAD.pack(0x80, kind, self._number & 0xFFFF, self._frame * 3600, _PICTURE)
            begin = _REST if place else _KEY if key else _INTER
            packet = head + (begin[:2] + struct.pack(">H", 0x8000 | self._frame & 0x7FFF) + begin[4:]).ljust(_PACKET)
            self._kept[self._number & 0xFFFF] = packet
            self._client.send(packet)
        for old in tuple(itertools.islice(self._kept, max(0, len(self._kept) - _HISTORY))):
            del self._kept[old]

    def repeat(self, number: int, now: float) -> None:
        """Sends a packet again, once in a round trip."""
        packet = self._kept.get(number)
        if packet is not None and now - self._repeated.get(number, float("-inf")) >= _ROUND_TRIP:
            self._repeated[number] = now
            self.repeats += 1
            self._client.send(packet)


class PictureReceiver:
    """Puts pictures together, and asks for what they lack."""

    def __init__(self, client: MediaClient) -> None:
        self._client = client
        self.shown: list[float] = []
        """When each picture could be shown."""
        self.ssrc = 0
        self.highest = -1
        self.received = 0
        self._base = 0
        self._packets: dict[int, tuple[bool, bool, bool, float]] = {}
        """By number: whether it begins a picture, ends one, begins a key frame; when it was filmed."""
        self._missing: dict[int, tuple[float, int]] = {}
        self._next = -1
        self._shortest = float("inf")
        """Seconds from filming to being whole, plus what the clocks differ by."""
        self._asked_key = 0.0

    def packet(self, packet: bytes, now: float) -> None:
        """Takes a plain packet of pictures, repeated ones included."""
        _, second, sequence, timestamp, ssrc = _HEAD.unpack_from(packet)
        body = packet[12:]
        if second & 0x7F == RTX:
            sequence, body = int.from_bytes(body[:2], "big"), body[2:]
        else:
            self.ssrc = ssrc
        if self.highest < 0:
            self.highest = self._base = sequence + 0x10000
        number = self.highest + ((sequence - self.highest + 0x8000) & 0xFFFF) - 0x8000
        for lost in range(self.highest + 1, number):
            self._missing[lost] = (float("-inf"), 0)
        self.highest = max(self.highest, number)
        self.received += number not in self._packets
        self._missing.pop(number, None)
        begins = bool(body[0] & 0x10)
        self._packets[number] = begins, bool(second & 0x80), begins and not body[4] & 1, timestamp / 90000
        self._show(number, now)
        self._ask(now)

    def step(self, now: float) -> None:
        """Asks again, and for a key frame when nothing could be shown for long."""
        self._ask(now)
        late = self.shown[-1] if self.shown else 0.0
        if self.highest >= 0 and now - max(late, self._asked_key) >= _NO_PICTURE:
            self._asked_key = now
            self._client.send_rtcp(rtcp.build_pli(1, self.ssrc))

    def _show(self, number: int, now: float) -> None:
        self._jump(number)
        while (end := self._whole(self._next)) is not None:
            filmed = self._packets[self._next][3]
            self._shortest = min(self._shortest, now - filmed)
            self.shown.append(max(now, filmed + self._shortest + _ROUND_TRIP))
            for done in range(self._next, end):
                del self._packets[done]
            self._next = end

    def _jump(self, number: int) -> None:
        """To a key frame further on that is whole now."""
        while number in self._packets and not self._packets[number][0]:
            number -= 1
        begins_key = number in self._packets and self._packets[number][2]
        if number > self._next and begins_key and self._whole(number) is not None:
            for old in [old for old in self._packets if old < number]:
                del self._packets[old]
            for old in [old for old in self._missing if old < number]:
                del self._missing[old]
            self._next = number

    def _whole(self, first: int) -> int | None:
        """The number after the picture that begins here; None when it is not whole."""
        number = first
        while number in self._packets:
            if self._packets[number][1]:
                return number + 1
            number += 1
        return None

    def _ask(self, now: float) -> None:
        due = [number for number, (last, _) in self._missing.items() if now - last >= _ROUND_TRIP]
        for number in due:
            _, count = self._missing[number]
            if count >= _RETRIES:
                del self._missing[number]
            else:
                self._missing[number] = now, count + 1
        due = sorted(number for number in due if number in self._missing)
        if due:
            self._client.send_rtcp(rtcp.build_nack(1, self.ssrc, due))


class ModelledBrowser:
    """A party of a call: sends and receives pictures and sound, reports once a second."""

    def __init__(self, seed: int) -> None:
        self.client = MediaClient(Identity(), "127.0.0.1", _LINES)
        self.sender = PictureSender(self.client, random.Random(seed))
        self.receiver = PictureReceiver(self.client)
        self.heard = self.spoken = 0
        self._loop = asyncio.get_running_loop()
        self._before = (0, 0)
        self._clock = (0, 0.0)
        self._tasks: list[asyncio.Task[None]] = []
        self.client.received = self._media
        self.client.reported = self._control

    async def join(self, media: MediaServer, name: str, through: int) -> None:
        """Connects over a relay's port, and sends from then on."""
        answer = await media.connect(name, MediaOffer(sdp=self.client.offer(), sources=_SOURCES, slots=_SLOTS))
        self.client.accept(answer.sdp.replace(f" {media.port} typ", f" {through} typ"))
        self._loop.add_reader(self.client.socket, self.client.receive)
        while not self.client.connected:
            self.client.tick(self._loop.time())
            await asyncio.sleep(0.02)
        for work in (self._speak(), self._film(), self._process(), self._report()):
            self._tasks.append(self._loop.create_task(work))

    def close(self) -> None:
        """Is gone."""
        for task in self._tasks:
            task.cancel()
        self._loop.remove_reader(self.client.socket)
        self.client.socket.close()

    def _media(self, data: bytes) -> None:
        packet = self.client.unprotect(data)
        if packet[1] & 0x7F == OPUS:
            self.heard += 1
        elif len(packet) > 14:
            self.receiver.packet(packet, self._loop.time())

    def _control(self, compound: bytes) -> None:
        now = self._loop.time()
        for part in rtcp.split(compound):
            if part.kind == rtcp.RTPFB and part.count == rtcp.NACK:
                for number in rtcp.lost_sequences(part):
                    self.sender.repeat(number, now)
            elif part.kind == rtcp.PSFB and part.count == rtcp.PLI:
                self.sender.want_key_frame()
            elif part.kind == rtcp.SR and part.ssrc == self.receiver.ssrc:
                told = rtcp.sender_clock(part)
                self._clock = (told[0] >> 16 & 0xFFFFFFFF, now) if told else self._clock

    async def _speak(self) -> None:
        while True:
            self.spoken += 1
            head = _HEAD.pack(0x80, OPUS, self.spoken & 0xFFFF, self.spoken * 960, _SOUND)
            self.client.send(head + bytes(80))
            await asyncio.sleep(0.02)

    async def _film(self) -> None:
        while True:
            self.sender.picture(self._loop.time())
            await asyncio.sleep(1 / FRAMES)

    async def _process(self) -> None:
        while True:
            await asyncio.sleep(_PROCESS)
            self.client.tick(self._loop.time())
            self.receiver.step(self._loop.time())

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now, receiver = self._loop.time(), self.receiver
            expected, received = receiver.highest - receiver._base, receiver.received
            since, got = expected - self._before[0], received - self._before[1]
            self._before = expected, received
            share = min(255, max(0, 256 * (since - got) // since)) if since > 0 else 0
            clock = self._clock[0], int((now - self._clock[1]) * 65536)
            block = rtcp.build_block(receiver.ssrc, (share, 0), (receiver.highest, 0), clock)
            sent = rtcp.build_sender_report(_PICTURE, int((now + 2**31) * 2**32), int(now * 90000), 0, 0)
            self.client.send_rtcp(rtcp.build_receiver_report(1, [block]) + sent)
