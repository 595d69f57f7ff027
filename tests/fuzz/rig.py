"""The product's own parts, put together so that a fuzzer reaches everything behind the decryption without a socket."""

from __future__ import annotations

import random
from pathlib import Path

from foundation.clock import ManualClock
from foundation.tasks import Tasks
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.rtp import MTU
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SlotKind, SourceInfo, SourceKind
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.server import MediaServer
from rtc_server.transport.intake import INTAKE
from rtc_server.transport.link import Link
from rtc_server.transport.srtp import RECEIVED_LENGTH, SrtpKeys, SrtpSession

OFFER = (Path(__file__).parents[1] / "unit" / "rtc_server" / "offers" / "chromium.sdp").read_bytes().decode()
_SENT = (SourceKind.MICROPHONE, SourceKind.CAMERA, SourceKind.DOCUMENT, SourceKind.SCREEN)
SOURCES = {str(mid): kind for mid, kind in enumerate(_SENT)}
KINDS = (*[SlotKind.VOICE] * 3, *[SlotKind.FACE] * 2, SlotKind.DOCUMENT, SlotKind.SCREEN)
SLOTS = {str(4 + index): kind for index, kind in enumerate(KINDS)}
_GCM_128 = 7


class Nowhere:
    """A way out that counts what would have been sent."""

    peer = ("192.0.2.7", 4000)

    def __init__(self) -> None:
        self.sent = 0

    def send(self, datagram: memoryview | bytes) -> None:
        assert 0 < len(datagram) < 1700
        self.sent += 1


class Sink:
    """A recorder that only looks."""

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        assert 12 <= packet.length <= 1502

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None: ...

    def ended(self, source: SourceInfo) -> None: ...


class Call:
    """A session of two browsers with a recorder: `hostile` is the one whose packets are made up."""

    def __init__(self, hostile_offer: str = OFFER) -> None:
        self.clock = ManualClock()
        self.server = MediaServer(MediaSettings(host="127.0.0.1"), self.clock, Tasks(), random.Random(1).randbytes)
        self._count = 0
        self.hostile, self.other = self._join("hostile", hostile_offer), self._join("other", OFFER)
        self.server.attach("session", Sink())

    def rtp(self, *packets: bytes) -> None:
        """Packets of the hostile party that came together, at most sixteen, as they are after decryption."""
        self._advance()
        now, port = self.clock.monotonic(), self.server._port
        received = []
        for packet in packets[:INTAKE]:
            buffer = port._intake.fresh()
            buffer.fill(packet)
            received.append(buffer)
        self.hostile.take(received, now)
        while port.bursts:
            port.bursts.pop()(now)
        if self._count % 4 == 0:
            port._let_go()
        port.batch.flush()
        assert all(len(buffer.data) == RECEIVED_LENGTH for buffer in received), "the system receives into this memory"
        port.spare += [buffer for buffer in received if not buffer.kept]

    def rtcp(self, compound: bytes) -> None:
        """A compound of the hostile party, as it is after decryption."""
        if 8 <= len(compound) <= MTU and 191 < compound[1] < 224:
            self.rtp(compound)

    def _advance(self) -> None:
        self.clock.advance(0.002)
        self._count += 1
        if self._count % 10 == 0:
            # Nobody checks paths here, so that a link's own timers would end it.
            for participant in (self.hostile, self.other):
                participant.link._checked = participant.link._heard = self.clock.monotonic()
            self.server._do_chores(self.clock.monotonic())

    def _join(self, name: str, offer: str) -> Participant:
        finish(self.server.connect(name, MediaOffer(sdp=offer, sources=SOURCES, slots=SLOTS)))
        self.server.admit("session", name)
        participant = self.server._participants[name]
        _carry(participant.link)
        return participant


def _carry(link: Link) -> None:
    """What a finished handshake leaves behind."""
    link.srtp = SrtpSession(SrtpKeys(_GCM_128, bytes(range(28)), bytes(range(28, 56))))
    link.path = Nowhere()
    link._set_up()


def finish(coroutine: object) -> object:
    """The result of a coroutine that has nothing to wait for."""
    try:
        coroutine.send(None)  # type: ignore[attr-defined]
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")
