"""The DTLS handshake that gives SRTP its keys, without I/O (RFC 5763, RFC 5764, RFC 6347).

It is the passive side, unless the peer's offer takes that for itself.

Datagrams go in, datagrams come out; who carries them and when the timer rings is the caller's. pyOpenSSL is used as
aiortc uses it, without aiortc's transport: that one wants a task and a queue per participant, makes a context for
each, and ends the connection on a malformed packet (docs/decisions/0004-handshake-without-aiortc.md).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL
from pylibsrtp import Policy

from rtc_server.transport.srtp import SrtpKeys

_DATAGRAM = 1200
_RECORD_HEAD = 13
_ALERT = 21
_UNENCRYPTED = b"\0\0"
"""The epoch of records before the handshake's end."""
_LABEL = b"EXTRACTOR-dtls_srtp"
_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-GCM-SHA384"
    b":ECDHE-RSA-AES128-GCM-SHA256"
)


@dataclass(frozen=True)
class _Profile:
    name: bytes
    number: int
    key: int
    salt: int


_PROFILES = (
    _Profile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    _Profile(b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    _Profile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
)
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha-256": hashes.SHA256,
    "sha-384": hashes.SHA384,
    "sha-512": hashes.SHA512,
}


class DtlsState(Enum):
    """Where a handshake stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True)
class Fingerprint:
    """A certificate's digest as SDP has it: the algorithm in lower case, upper-case hex with colons."""

    algorithm: str
    value: str

    @property
    def supported(self) -> bool:
        """Whether we can compute this algorithm."""
        return self.algorithm in _DIGESTS


class DtlsIdentity:
    """The server's certificate (ECDSA P-256, made at the start) and the context that all handshakes share."""

    def __init__(self, now: datetime.datetime, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(key, now, name)
        self.fingerprint = Fingerprint("sha-256", _digest(certificate, "sha-256"))
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_options(SSL.OP_NO_TICKET)
        # The chain proves nothing here: the fingerprint of the offer does, and `Dtls` compares it.
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
        context.use_certificate(certificate)
        context.use_privatekey(key)
        context.set_cipher_list(_CIPHERS)
        context.set_tlsext_use_srtp(b":".join(profile.name for profile in _PROFILES))
        self.context = context


class Dtls:
    """One handshake: `receive` and `timer` until the state leaves CONNECTING, then only alerts matter.

    An `active` one begins with `start`, as soon as the peer can be reached.
    """

    def __init__(self, identity: DtlsIdentity, expected: Fingerprint, *, active: bool = False) -> None:
        self._connection = SSL.Connection(identity.context)
        if active:
            self._connection.set_connect_state()
        else:
            self._connection.set_accept_state()
        self.identity = identity
        self.setup = "active" if active else "passive"
        """What the answer says of us (RFC 4145)."""
        self._started = not active
        self._connection.set_ciphertext_mtu(_DATAGRAM)
        self._expected = expected
        self.state = DtlsState.CONNECTING
        self.keys: SrtpKeys | None = None

    def start(self) -> list[bytes]:
        """The first flight of an active handshake, once; nothing of a passive one."""
        if self._started:
            return []
        self._started = True
        self._handshake()
        return self._outgoing()

    def receive(self, datagram: bytes) -> list[bytes]:
        """Takes a datagram that starts like DTLS; the datagrams to send back."""
        if self.state in (DtlsState.FAILED, DtlsState.CLOSED):
            return []
        if self.state is DtlsState.CONNECTING and datagram[0] == _ALERT and datagram[3:5] == _UNENCRYPTED:
            # Whoever forges the peer's address could end the handshake with it (RFC 6347 §4.1.2.7).
            return []
        self._connection.bio_write(datagram)
        if self.state is DtlsState.CONNECTING:
            self._handshake()
        else:
            self._read()
        return self._outgoing()

    def timer(self) -> float | None:
        """Seconds until `timeout` is due; None when nothing waits."""
        if self.state is not DtlsState.CONNECTING:
            return None
        seconds: float | None = self._connection.DTLSv1_get_timeout()
        return seconds

    def timeout(self) -> list[bytes]:
        """The last flight once more, when its time has come."""
        if self.state is DtlsState.CONNECTING:
            self._connection.DTLSv1_handle_timeout()
        return self._outgoing()

    def close(self) -> list[bytes]:
        """Says goodbye (close_notify); what to send."""
        if self.state is not DtlsState.CONNECTED:
            return []
        self.state = DtlsState.CLOSED
        try:
            self._connection.shutdown()
        except SSL.Error:
            return []
        return self._outgoing()

    def _handshake(self) -> None:
        try:
            self._connection.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error:
            self.state = DtlsState.FAILED
            return
        self.keys = self._keys() if self._peer_is_expected() else None
        self.state = DtlsState.CONNECTED if self.keys is not None else DtlsState.FAILED

    def _read(self) -> None:
        try:
            while True:
                self._connection.recv(2048)
        except SSL.ZeroReturnError:
            self.state = DtlsState.CLOSED
        except SSL.Error:
            return

    def _peer_is_expected(self) -> bool:
        certificate = self._connection.get_peer_certificate(as_cryptography=True)
        return certificate is not None and self._expected.value == _digest(certificate, self._expected.algorithm)

    def _keys(self) -> SrtpKeys | None:
        agreed = self._connection.get_selected_srtp_profile()
        profile = next((profile for profile in _PROFILES if profile.name == agreed), None)
        if profile is None:
            return None
        key, salt = profile.key, profile.salt
        material = self._connection.export_keying_material(_LABEL, 2 * (key + salt))
        client = material[:key] + material[2 * key : 2 * key + salt]
        server = material[key : 2 * key] + material[2 * key + salt :]
        theirs, ours = (server, client) if self.setup == "active" else (client, server)
        return SrtpKeys(profile.number, theirs, ours)

    def _outgoing(self) -> list[bytes]:
        try:
            data = self._connection.bio_read(65536)
        except SSL.Error:
            return []
        return list(_datagrams(data))


def _datagrams(data: bytes) -> list[bytes]:
    """OpenSSL's records, which its memory forgot the borders of, in datagrams of at most 1200 bytes."""
    datagrams: list[bytes] = []
    start = at = 0
    while at + _RECORD_HEAD <= len(data):
        end = at + _RECORD_HEAD + int.from_bytes(data[at + 11 : at + 13], "big")
        if end - start > _DATAGRAM and at > start:
            datagrams.append(data[start:at])
            start = at
        at = end
    datagrams.append(data[start:at])
    return datagrams


def _digest(certificate: x509.Certificate, algorithm: str) -> str:
    return certificate.fingerprint(_DIGESTS[algorithm]()).hex(":").upper()


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime.datetime, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
