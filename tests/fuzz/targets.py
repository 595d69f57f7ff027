"""What is fuzzed: each target takes one input and may answer with a typed refusal, and with nothing else."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from foundation.clock import ManualClock
from foundation.errors import Refusal
from foundation.identifiers import SeededIdentifiers
from rtc_server.media_core import rtcp as control
from rtc_server.media_core.codecs import shift_picture_ids, starts_key_frame
from rtc_server.media_core.depacketise import Depacketiser, opus_samples, vp8_size, vp9_size
from rtc_server.media_core.descriptors import READERS
from rtc_server.media_core.redundancy import read_blocks
from rtc_server.media_core.rtp import find_extension, padding, payload_offset
from rtc_server.sessions.interface import MediaOffer
from rtc_server.transport.addresses import pack_address
from rtc_server.transport.dtls import Dtls, DtlsIdentity, Fingerprint
from rtc_server.transport.port import MediaPort
from rtc_server.transport.srtp import RECEIVED_LENGTH
from rtc_server.transport.stun import _fingerprint, build_success, read_request
from rtc_server.transport.tcp import TcpPath
from rtc_server.whip import WhipResources
from signalling.transport.websocket.client_connection import _identifier_of
from signalling.wire.decoding import decode
from tests.fuzz.rig import SLOTS, SOURCES, Call, finish
from tests.support.contract import ANY_COMMAND, ENDPOINTS

CORPUS = Path(__file__).parent / "corpus"
Take = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """`fresh` makes the part anew and gives what takes an input; `share` of all inputs, `words` of the format."""

    name: str
    fresh: Callable[[], Take]
    share: float
    words: tuple[bytes, ...] = ()
    renewed_every: int = 500
    """Inputs that one part takes before it is made anew: what one input leaves behind, the next may trip over."""

    def corpus(self) -> list[bytes]:
        """What is kept for it."""
        return [file.read_bytes() for file in sorted((CORPUS / self.name).iterdir())]


def stun() -> Take:
    """Binding requests, behind a right fingerprint too; and the answer to whoever asks from wherever."""

    def take(data: bytes) -> None:
        signed = data[:-4] + _fingerprint(data[:-8]) if len(data) >= 28 else data
        for one in (data, signed):
            request = read_request(one)
            if request is not None:
                request.is_from(request.ufrag or "x")
                for host in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%2"):
                    build_success(request.transaction, host, 4000, "password")

    return take


def port() -> Take:
    """Any datagram from anybody, and from a party's address."""
    call = Call()
    media = call.server._port
    path = call.hostile.link.path
    assert path is not None
    media._by_path[path] = call.hostile.link

    def take(data: bytes) -> None:
        data = data[:RECEIVED_LENGTH]
        for where in (pack_address("198.51.100.1", 9), path):
            media.datagram(data, where, call.clock.monotonic())

    return take


def rtp() -> Take:
    """What a party may send once it has keys: headers, extensions, retransmissions, redundant sound."""
    call = Call()
    number = 65_400

    def take(data: bytes) -> None:
        nonlocal number
        # libsrtp gives out nothing shorter than a header, and the port nothing longer than an MTU.
        if not 12 <= len(data) <= 1500:
            return
        # Once more in its stream's order: what repeats a number goes no further. Every second one is missing.
        number += 2
        together = [data, data[:2] + (number & 0xFFFF).to_bytes(2, "big") + data[4:]]
        if data[1] & 0x7F == _REPEATED and len(data) >= 14:
            together.append(data[:12] + (number - 1 & 0xFFFF).to_bytes(2, "big") + data[14:])
        elif number % 50 == 0:
            # A burst with a gap before each.
            together += [data[:2] + (number + 9 * step & 0xFFFF).to_bytes(2, "big") + data[4:] for step in range(1, 14)]
            number += 120
        call.rtp(*together)

    return take


def rtcp() -> Take:
    """Reports, requests and feedback of a party whose call is under way."""
    call = Call()
    for number in range(40):
        call.rtp(bytes.fromhex("8060") + number.to_bytes(2, "big") + bytes(4) + _CAMERA + _KEY)
    slots = [slot.out.ssrc.to_bytes(4, "big") for slot in call.hostile.slots.values()]

    def take(data: bytes) -> None:
        call.rtcp(data)
        # Once more about a stream that there is: most of what is made up names none.
        call.rtcp(data[:8] + slots[len(data) % len(slots)] + data[12:])
        for part in control.split(data):
            list(control.lost_sequences(part))
            list(control.intra_requests(part))

    return take


def frames() -> Take:
    """What recorded packets are made into: frames of every codec, and their times."""
    makers = {codec: Depacketiser(codec) for codec in _CODECS}
    sizes = {"VP8": vp8_size, "VP9": vp9_size}
    count = 0

    def take(data: bytes) -> None:
        nonlocal count
        count += 1
        if count % 3 and len(data) >= 12:
            # In order, so that it is looked at: a number that was here before is not.
            data = data[:2] + (65_400 + count & 0xFFFF).to_bytes(2, "big") + data[4:]
        for codec, maker in makers.items():
            found = maker.packet(data, count * 0.003)
            if count % 50 == 0:
                found += maker.finish()
            for frame in found:
                assert frame.data
                if codec == "opus":
                    opus_samples(frame.data)
                elif codec in sizes and frame.key:
                    sizes[codec](frame.data)
            maker.take_losses()

    return take


def payloads() -> Take:
    """The readers of headers, extensions and payloads, wherever they are called from."""

    def take(data: bytes) -> None:
        if len(data) < 12:
            return
        offset = payload_offset(data, len(data))
        if offset:
            for identifier in range(1, 15):
                find_extension(data, offset, identifier)
            assert 0 <= padding(data, len(data), offset) <= len(data) - offset
        for codec in _CODECS:
            starts_key_frame(codec, data, offset, len(data))
        for codec, read in READERS.items():
            descriptor = read(data, offset, len(data))
            assert descriptor is None or offset < descriptor.end <= len(data)
            if descriptor is not None:
                shift_picture_ids(codec, bytearray(data), offset, len(data), (1, 1))
        for block in read_blocks(data, offset, len(data)):
            assert offset <= block.start <= block.end <= len(data)

    return take


def sdp() -> Take:
    """Offers of pages: answered or refused, and offered again."""
    call = Call()

    def take(data: bytes) -> None:
        offer = MediaOffer(sdp=data.decode("utf-8", "replace"), sources=SOURCES, slots=SLOTS)
        with contextlib.suppress(Refusal):
            answer = finish(call.server.connect("page", offer))
            assert answer.sdp.endswith("\r\n")  # type: ignore[attr-defined]
            call.clock.advance(0.1)
            call.server._do_chores(call.clock.monotonic())

    return take


def whip() -> Take:
    """Offers and fragments of standard clients."""
    call = Call()
    resources = WhipResources(call.server, SeededIdentifiers(call.clock, seed=3))
    made = finish(resources.create_ingest("owner", "session", _offer("sending.sdp")))
    ingest = made.resource_id  # type: ignore[attr-defined]

    def take(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        with contextlib.suppress(Refusal):
            finish(resources.patch("owner", ingest, text, "*"))
        for create in (resources.create_ingest, resources.create_viewer):
            with contextlib.suppress(Refusal):
                answer = finish(create("other", "session", text))
                resources.delete("other", answer.resource_id)  # type: ignore[attr-defined]

    return take


def commands() -> Take:
    """Messages of pages over their WebSocket."""

    def take(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        assert isinstance(_identifier_of(text), int)
        try:
            command = decode(text, ANY_COMMAND)
        except Refusal as refusal:
            _in_words(refusal)
            return
        assert decode(msgspec.json.encode(command), ANY_COMMAND) == command

    return take


def bodies() -> Take:
    """Bodies of HTTP requests, whatever they are sent to."""
    kinds = sorted({endpoint.body for endpoint in ENDPOINTS if endpoint.body}, key=lambda kind: kind.__name__)

    def take(data: bytes) -> None:
        for kind in kinds:
            try:
                body = decode(data, kind)
            except Refusal as refusal:
                _in_words(refusal)
            else:
                assert decode(msgspec.json.encode(body), kind) == body

    return take


def _in_words(refusal: Refusal) -> None:
    assert refusal.sentence("zh-CN")
    assert refusal.sentence("en")


def tcp() -> Take:
    """A stream of bytes in pieces, as the network cuts it."""
    media = MediaPort(ManualClock().monotonic)
    chance = random.Random(4)

    def take(data: bytes) -> None:
        path = TcpPath(media)
        path.connection_made(_Transport())  # type: ignore[arg-type]
        at = 0
        while at < len(data):
            end = at + chance.randrange(1, 200)
            path.data_received(data[at:end])
            at = end
        assert len(path._pending) <= 1502
        path.connection_lost(None)
        assert not media.tcp_links

    return take


class _Transport:
    """A connection that only remembers whether it was cut."""

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return ("192.0.2.1", 4000)

    def abort(self) -> None: ...


def dtls() -> Take:
    """Datagrams of somebody who has passed a check, before and during the handshake."""
    identity = DtlsIdentity(ManualClock().now(), "fuzzed")
    expected = Fingerprint("sha-256", "AB:" * 31 + "AB")
    handshakes = [Dtls(identity, expected)]
    count = 0

    def take(data: bytes) -> None:
        nonlocal count
        count += 1
        if count % 10 == 0:
            handshakes[0] = Dtls(identity, expected)
        if data and 19 < data[0] < 64:
            sent = handshakes[0].receive(data[:1500])
            assert all(len(datagram) <= 1500 for datagram in sent)
        handshakes[0].timer()

    return take


def _offer(name: str) -> str:
    return (CORPUS / "whip" / name).read_bytes().decode()


_CODECS = ("opus", "VP8", "VP9", "H264")
_REPEATED = 97
_CAMERA = (3823001716).to_bytes(4, "big")
_KEY = bytes.fromhex("9080802a10020000009d012a40010001") + bytes(200)
_SDP = tuple(
    word.encode()
    for word in (
        *(
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n",
            "a=mid:0\r\n",
            "a=sendonly\r\n",
        ),
        *("a=recvonly\r\n", "a=rtpmap:96 VP8/0\r\n", "a=rtpmap:111 opus/48000/2\r\n", "a=fmtp:97 apt=96\r\n"),
        *("a=ssrc-group:FID 1 2\r\n", "a=extmap:3 urn:x\r\n", "a=rtcp-fb:* nack\r\n", "\u2028", "\x00", "a=ice-ufrag:"),
    )
)
_JSON = (b'"', b"{", b"[", b"null", b"true", b"-1", b"1e400", b"\\ud800", b"[" * 2000, b'"type":', b'"id":', b"\xff")

TARGETS = (
    Target(
        "stun", stun, 0.12, (b"\0\1", b"\x21\x12\xa4\x42", b"\0\6", b"\0\x08\0\x14", b"\x80\x28\0\4", b"\0\x25\0\0")
    ),
    Target("port", port, 0.10),
    Target(
        "rtp",
        rtp,
        0.18,
        (b"\xbe\xde", b"\x10\x00", b"\x80\x60", b"\x90\x6f", b"\xb0\xe1", b"\x78", b"\x7c\x85", b"\x80\x62"),
    ),
    Target(
        "rtcp", rtcp, 0.12, (b"\x81\xcd", b"\x8f\xcd", b"\x81\xce", b"\x84\xce", b"\x80\xc8", b"\x81\xc9", b"\x81\xca")
    ),
    Target(
        "frames",
        frames,
        0.12,
        (
            b"\x90\x80",
            b"\x10",
            b"\x78",
            b"\x7c\x85",
            b"\x7c\x45",
            b"\x67",
            b"\x9d\x01\x2a",
            b"\x3c",
            b"\x82\x49\x83\x42",
        ),
    ),
    Target("payloads", payloads, 0.10, (b"\xbe\xde", b"\x10\x00", b"\xff", b"\x78", b"\x7c\x85", b"\xfa\xff")),
    Target("sdp", sdp, 0.03, _SDP),
    Target("whip", whip, 0.03, _SDP),
    Target("commands", commands, 0.10, _JSON),
    Target("bodies", bodies, 0.05, _JSON),
    Target("tcp", tcp, 0.03, (b"\0\0", b"\xff\xff", b"\x05\xdc")),
    Target("dtls", dtls, 0.02, (b"\x16\xfe\xfd", b"\x15\xfe\xfd", b"\x14\xfe\xfd", b"\x17\xfe\xfd")),
)
