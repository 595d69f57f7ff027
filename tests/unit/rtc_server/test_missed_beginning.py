"""A receiver that misses the first packets of a stream opens the later ones, wherever their numbers begin."""

from __future__ import annotations

import random

import pytest
from pylibsrtp import Policy, Session

from foundation.clock import ManualClock
from rtc_server.media_core.inbound import InboundStream
from rtc_server.media_core.rtp import FIXED
from rtc_server.sessions.connecting import Connector
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SlotKind
from rtc_server.sessions.sdp import read_offer
from rtc_server.transport.port import MediaPort
from tests.support.packets import packet_of
from tests.unit.rtc_server.test_redundant_sound import CHROMIUM, Watcher

MISSED = 2000


def session(direction: int) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    return Session(Policy(key=bytes(28), ssrc_type=direction, srtp_profile=profile))


@pytest.mark.parametrize("octet", [0x00, 0x7C, 0xFC, None])
def test_the_first_packets_may_be_missed(octet: int | None) -> None:
    draw = random.Random(1).randbytes if octet is None else lambda length: bytes((octet,)) * length
    clock = ManualClock()
    connector = Connector(MediaSettings(host="127.0.0.1"), clock, MediaPort(clock.monotonic), draw)
    offer = MediaOffer(sdp=CHROMIUM, sources={}, slots={"4": SlotKind.VOICE})
    participant, _ = connector.connect("one", read_offer(CHROMIUM), offer, Watcher())
    out = participant.slots["4"].out
    out.switch(InboundStream(1, "opus", 48_000, 111))
    buffer, sender = memoryview(bytearray(1500)), session(Policy.SSRC_ANY_OUTBOUND)
    for number in range(MISSED):
        sound = FIXED.pack(0x80, 111, number, number * 960, 1) + number.to_bytes(2, "big")
        (length,) = out.rewrite([packet_of(sound, 65_536 + number)], [buffer], 0, number * 0.02)
        protected = sender.protect(bytes(buffer[:length]))
    assert session(Policy.SSRC_ANY_INBOUND).unprotect(protected)[12:] == (MISSED - 1).to_bytes(2, "big")
