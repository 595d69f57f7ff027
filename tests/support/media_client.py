"""A WebRTC client without a browser: real ICE checks, DTLS and SRTP, raw RTP packets in and out.

It shares no transport code with the server. It always controls ICE and opens the DTLS handshake, which suits servers
that are ICE-lite; nothing in it waits, so that one loop can drive hundreds: `receive` when its socket is readable,
`tick` a hundred times a second until `connected`, then ten times.
"""

from __future__ import annotations

import datetime
import hmac
import re
import secrets
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy, Session

COOKIE = 0x2112A442
PROFILES = {
    "SRTP_AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    "SRTP_AES128_CM_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}
MID, AUDIO_LEVEL, TRANSPORT_CC = 4, 1, 3
OPUS, VP8, RTX = 111, 96, 97
_EXTENSIONS = {
    AUDIO_LEVEL: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    TRANSPORT_CC: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    MID: "urn:ietf:params:rtp-hdrext:sdes:mid",
}
_H264 = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
_DATAGRAM = 1200
_CHECKS_OPEN = 32
"""Whose answers may still come: on a long way several are under way."""
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("@qq")


@dataclass(frozen=True)
class MediaLine:
    """One media line: "audio" or "video", "sendonly" or "recvonly"; `ssrc` of what is sent."""

    mid: str
    kind: str
    direction: str
    ssrc: int = 0
    codec: Literal["VP8", "H264"] = "VP8"
    """Of pictures."""


class Identity:
    """A certificate, and the DTLS context that clients share."""

    def __init__(self, profile: str = "SRTP_AEAD_AES_128_GCM") -> None:
        self.profile = profile
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client")])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .sign(key, hashes.SHA256())
        )
        self.fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
        self.context = SSL.Context(SSL.DTLS_METHOD)
        self.context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        self.context.use_certificate(certificate)
        self.context.use_privatekey(key)
        self.context.set_tlsext_use_srtp(profile.encode())


class MediaClient:
    """One peer connection."""

    def __init__(
        self, identity: Identity, host: str, lines: Sequence[MediaLine] = (), over: Literal["udp", "tcp"] = "udp"
    ) -> None:
        self.lines = tuple(lines)
        self.connected = False
        self.received: Callable[[bytes], None] = lambda packet: None
        """Takes every SRTP packet, still encrypted: its header is readable, `unprotect` opens it."""
        self.reported: Callable[[bytes], None] = lambda packet: None
        """Takes every RTCP compound in the clear."""
        self.checks_passed = 0
        self.socket = _socket(host, over)
        self.arrived_ns = 0
        """When the system got the packet handed to `received`, in nanoseconds since 1970, once `stamp_arrivals`."""
        self._stamped = False
        self._identity = identity
        self._ufrag, self._password = secrets.token_hex(4), secrets.token_hex(12)
        self._remote: tuple[str, str, str] = ("", "", "")
        self._remote_sdp = ""
        self._tcp = False
        self._pending = bytearray()
        self._checked = False
        self._transactions: deque[bytes] = deque(maxlen=_CHECKS_OPEN)
        self._next_check = 0.0
        self._dtls = SSL.Connection(identity.context)
        self._dtls.set_connect_state()
        self._dtls.set_ciphertext_mtu(_DATAGRAM)
        self._send_srtp: Session | None = None
        self._receive_srtp: Session | None = None

    def offer(self) -> str:
        """The SDP offer for the lines given."""
        return self._describe([self._own_section(line) for line in self.lines])

    def answer(self, offer: str) -> str:
        """The SDP answer that receives everything of the offer."""
        self._take_remote(offer)
        return self._describe([self._answer_section(section) for section in _sections(offer)])

    def accept(self, answer: str) -> None:
        """Takes the server's answer and begins to connect."""
        self._take_remote(answer)

    def stamp_arrivals(self) -> None:
        """Lets the system stamp what arrives, so that a busy reader does not make it look late."""
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._stamped = True

    def receive(self) -> None:
        """Takes everything that has arrived."""
        for data in self._arrived():
            first = data[0] if data else 255
            if 127 < first < 192:
                if 191 < data[1] < 224:
                    self._take_rtcp(data)
                else:
                    self.received(data)
            elif first < 4:
                self._take_stun(data)
            elif 19 < first < 64:
                self._dtls.bio_write(data)
                self._handshake()

    def move(self, host: str, over: Literal["udp", "tcp"] = "udp") -> None:
        """Goes on from a new address, as after a change of network: the keys stay, a check comes first."""
        self.socket.close()
        self.socket = _socket(host, over)
        self._pending.clear()
        self._connect()
        self._next_check = 0.0

    def _next(self) -> bytes:
        data, ancillary, _, _ = self.socket.recvmsg(2048, 64)
        seconds, nanoseconds = _TIMESPEC.unpack_from(ancillary[0][2])
        self.arrived_ns = seconds * 1_000_000_000 + nanoseconds
        return data

    def tick(self, now: float) -> None:
        """Sends a check when one is due, and what DTLS has to repeat."""
        if self._remote[0] and now >= self._next_check:
            self._next_check = now + (2.0 if self._checked else 0.05)
            self._transmit(self._check())
        if self._checked and not self.connected:
            self._dtls.DTLSv1_handle_timeout()
            self._flush()

    def send(self, packet: bytes) -> None:
        """Protects and sends an RTP packet."""
        self._transmit(self.protect(packet))

    def protect(self, packet: bytes) -> bytes:
        """The SRTP packet of an RTP packet."""
        assert self._send_srtp is not None, "connected"
        return self._send_srtp.protect(packet)

    def send_rtcp(self, packet: bytes) -> None:
        """Protects and sends an RTCP compound."""
        assert self._send_srtp is not None, "connected"
        self._transmit(self._send_srtp.protect_rtcp(packet))

    def unprotect(self, packet: bytes) -> bytes:
        """The plain RTP packet; raises `pylibsrtp.Error` when it is not authentic."""
        assert self._receive_srtp is not None, "connected"
        return self._receive_srtp.unprotect(packet)

    def close(self) -> None:
        """Says goodbye and closes the socket."""
        if self.connected:
            self._dtls.shutdown()
            self._flush()
        self.socket.close()

    def _take_remote(self, sdp: str) -> None:
        self._remote = (_attribute(sdp, "ice-ufrag"), _attribute(sdp, "ice-pwd"), _attribute(sdp, "fingerprint"))
        self._remote_sdp = sdp
        self._connect()

    def _connect(self) -> None:
        self._tcp = self.socket.type == socket.SOCK_STREAM
        six = self.socket.family == socket.AF_INET6
        self.socket.connect(_candidate(self._remote_sdp, "tcp" if self._tcp else "udp", six=six))
        self.socket.setblocking(False)

    def _transmit(self, data: bytes) -> None:
        self.socket.send(struct.pack(">H", len(data)) + data if self._tcp else data)

    def _arrived(self) -> Iterator[bytes]:
        while True:
            try:
                data = self._next() if self._stamped else self.socket.recv(65536 if self._tcp else 2048)
            except BlockingIOError:
                return
            if not self._tcp:
                yield data
                continue
            if not data:
                return
            self._pending += data
            while len(self._pending) >= 2:
                end = 2 + int.from_bytes(self._pending[:2], "big")
                if len(self._pending) < end:
                    break
                frame = bytes(self._pending[2:end])
                del self._pending[:end]
                yield frame

    def _check(self) -> bytes:
        """A binding request that nominates (RFC 8445 §7.1)."""
        ufrag, password, _ = self._remote
        self._transactions.append(secrets.token_bytes(12))
        body = _stun_attribute(0x0006, f"{ufrag}:{self._ufrag}".encode())
        body += _stun_attribute(0x0024, struct.pack(">I", 0x6E7F1EFF)) + _stun_attribute(0x802A, bytes(7) + b"\1")
        body += _stun_attribute(0x0025, b"")
        return _stun(0x0001, self._transactions[-1], body, password)

    def _take_stun(self, data: bytes) -> None:
        kind, _, cookie, transaction = struct.unpack_from(">HHI12s", data)
        if kind == 0x0101 and cookie == COOKIE and transaction in self._transactions:
            signed, integrity = _split_integrity(data)
            genuine = hmac.compare_digest(hmac.digest(self._remote[1].encode(), signed, "sha1"), integrity)
            self.checks_passed += genuine
            if genuine and not self._checked:
                self._checked = True
                self._handshake()
        elif kind == 0x0001:
            host, port = self.socket.getpeername()[:2]
            address = int.from_bytes(socket.inet_aton(host), "big") ^ COOKIE
            mapped = struct.pack(">BBHI", 0, 1, port ^ COOKIE >> 16, address)
            self._transmit(_stun(0x0101, transaction, _stun_attribute(0x0020, mapped), self._password))

    def _handshake(self) -> None:
        if self.connected or not self._checked:
            return
        try:
            self._dtls.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return
        self._flush()
        certificate = self._dtls.get_peer_certificate(as_cryptography=True)
        assert certificate is not None
        found = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
        assert self._remote[2] == f"sha-256 {found}", "the server's certificate is not the one it announced"
        number, key, salt = PROFILES[self._identity.profile]
        assert self._dtls.get_selected_srtp_profile() == self._identity.profile.encode()
        material = self._dtls.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (key + salt))
        ours = material[:key] + material[2 * key : 2 * key + salt]
        theirs = material[key : 2 * key] + material[2 * key + salt :]
        self._send_srtp = Session(_policy(number, ours, Policy.SSRC_ANY_OUTBOUND))
        self._receive_srtp = Session(_policy(number, theirs, Policy.SSRC_ANY_INBOUND))
        self.connected = True

    def _flush(self) -> None:
        try:
            data = self._dtls.bio_read(65536)
        except SSL.WantReadError:
            return
        at = 0
        while at < len(data):
            end = at + 13 + int.from_bytes(data[at + 11 : at + 13], "big")
            self._transmit(data[at:end])
            at = end

    def _take_rtcp(self, data: bytes) -> None:
        if self._receive_srtp is not None:
            self.reported(self._receive_srtp.unprotect_rtcp(data))

    def _describe(self, sections: list[list[str]]) -> str:
        host, port = self.socket.getsockname()[:2]
        mids = " ".join(line[6:] for section in sections for line in section if line.startswith("a=mid:"))
        head = ["v=0", f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
        shared = [
            f"a=ice-ufrag:{self._ufrag}",
            f"a=ice-pwd:{self._password}",
            f"a=fingerprint:sha-256 {self._identity.fingerprint}",
            "a=setup:active",
            "a=rtcp-mux",
            f"a=candidate:1 1 udp 2130706431 {host} {port} typ host",
            "a=end-of-candidates",
        ]
        body = [line for section in sections for line in [section[0], "c=IN IP4 0.0.0.0", *shared, *section[1:]]]
        return "\r\n".join([*head, *body]) + "\r\n"

    def _own_section(self, line: MediaLine) -> list[str]:
        number = OPUS if line.kind == "audio" else VP8
        formats = f"{number}" if line.kind == "audio" else f"{number} {RTX}"
        section = [f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {formats}", f"a=mid:{line.mid}", f"a={line.direction}"]
        extensions = (AUDIO_LEVEL, TRANSPORT_CC, MID) if line.kind == "audio" else (TRANSPORT_CC, MID)
        section += [f"a=extmap:{number} {_EXTENSIONS[number]}" for number in extensions]
        if line.kind == "audio":
            section += [f"a=rtpmap:{OPUS} opus/48000/2", f"a=rtcp-fb:{OPUS} transport-cc"]
            section += [f"a=fmtp:{OPUS} minptime=10;useinbandfec=1"]
        else:
            section += [f"a=rtpmap:{VP8} {line.codec}/90000", f"a=rtpmap:{RTX} rtx/90000", f"a=fmtp:{RTX} apt={VP8}"]
            section += [f"a=fmtp:{VP8} {_H264}"] if line.codec == "H264" else []
            section += [f"a=rtcp-fb:{VP8} {feedback}" for feedback in ("transport-cc", "nack", "nack pli", "ccm fir")]
        if line.ssrc:
            section += [f"a=msid:client {line.mid}", f"a=ssrc:{line.ssrc} cname:client"]
        return section

    def _answer_section(self, section: list[str]) -> list[str]:
        kept = ("a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:")
        return [section[0], "a=recvonly", *(line for line in section if line.startswith(kept))]


def _sections(sdp: str) -> list[list[str]]:
    sections: list[list[str]] = []
    for line in sdp.splitlines():
        if line.startswith("m="):
            sections.append([])
        if sections:
            sections[-1].append(line)
    return sections


def _attribute(sdp: str, name: str) -> str:
    found = re.search(rf"^a={name}:(.*?)\r?$", sdp, re.MULTILINE)
    assert found is not None, f"the description has no {name}"
    return found.group(1).strip()


def _candidate(sdp: str, wanted: str, *, six: bool) -> tuple[str, int]:
    for line in re.findall(r"^a=candidate:(.*?)\r?$", sdp, re.MULTILINE):
        _, component, protocol, _, host, port, *_ = line.split()
        if component == "1" and protocol.lower() == wanted and (":" in host) is six:
            return host, int(port)
    raise AssertionError(f"no {wanted} candidate in:\n{sdp}")


def _socket(host: str, over: Literal["udp", "tcp"]) -> socket.socket:
    kind = socket.SOCK_STREAM if over == "tcp" else socket.SOCK_DGRAM
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
    made.bind((host, 0))
    return made


def _policy(profile: int, key: bytes, direction: int) -> Policy:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return policy


def _stun_attribute(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _stun(kind: int, transaction: bytes, body: bytes, password: str) -> bytes:
    head = struct.pack(">HHI", kind, len(body) + 24, COOKIE) + transaction
    body += _stun_attribute(0x0008, hmac.digest(password.encode(), head + body, "sha1"))
    head = struct.pack(">HHI", kind, len(body) + 8, COOKIE) + transaction
    return head + body + _stun_attribute(0x8028, struct.pack(">I", crc32(head + body) ^ 0x5354554E))


def _split_integrity(data: bytes) -> tuple[bytes, bytes]:
    """What the integrity of a message covers, and the integrity."""
    at = 20
    while at + 4 <= len(data):
        kind, length = struct.unpack_from(">HH", data, at)
        if kind == 0x0008:
            head = data[:2] + struct.pack(">H", at - 20 + 24) + data[4:20]
            return head + data[20:at], data[at + 4 : at + 24]
        at += 4 + length + (-length % 4)
    return b"", b""


def connect_all(clients: Sequence[MediaClient], seconds: float = 10.0) -> None:
    """Runs the clients until all are connected; raises TimeoutError."""
    end = time.monotonic() + seconds
    while waiting := [client for client in clients if not client.connected]:
        now = time.monotonic()
        if now > end:
            raise TimeoutError(f"{len(waiting)} of {len(clients)} clients did not connect in {seconds} s")
        for client in clients:
            client.tick(now)
        readable, _, _ = select.select([client.socket for client in clients], [], [], 0.01)
        for client in clients:
            if client.socket in readable:
                client.receive()
