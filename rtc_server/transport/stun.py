"""STUN binding requests read and answered (RFC 8489), as an ICE-lite agent needs them (RFC 8445 §2.5)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from struct import Struct, error
from typing import Final
from zlib import crc32

_HEAD: Final = Struct(">HHI12s")
_ATTRIBUTE: Final = Struct(">HH")
_COOKIE: Final = 0x2112A442
_FINGERPRINT_XOR: Final = 0x5354554E
_REQUEST: Final = 0x0001
_SUCCESS: Final = 0x0101
_USERNAME: Final = 0x0006
_INTEGRITY: Final = 0x0008
_XOR_MAPPED: Final = 0x0020
_USE_CANDIDATE: Final = 0x0025
_FINGERPRINT: Final = 0x8028
_INTEGRITY_LENGTH: Final = 24


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A well-formed binding request, its integrity not yet checked."""

    transaction: bytes
    username: str
    """server's ufrag, colon, client's ufrag"""
    nominates: bool
    signed: bytes
    """What the integrity covers, with the length adjusted (RFC 8489 §14.5)."""
    integrity: bytes

    @property
    def ufrag(self) -> str:
        """The server's fragment of the user name."""
        return self.username.partition(":")[0]

    def is_from(self, password: str) -> bool:
        """Whether whoever sent it knows the password."""
        return hmac.compare_digest(_mac(self.signed, password), self.integrity)


def read_request(data: bytes) -> BindingRequest | None:
    """The binding request in a datagram; None when it is anything else or not well formed."""
    if len(data) < 20 or len(data) % 4:
        return None
    kind, length, cookie, transaction = _HEAD.unpack_from(data)
    if kind != _REQUEST or cookie != _COOKIE or length != len(data) - 20:
        return None
    try:
        found, integrity_at = _attributes(data)
    except error:
        return None
    username, integrity = found.get(_USERNAME), found.get(_INTEGRITY)
    if username is None or integrity is None or len(integrity) != 20 or not _fingerprint_right(data, found):
        return None
    signed = _HEAD.pack(kind, integrity_at - 20 + _INTEGRITY_LENGTH, cookie, transaction)
    name = username.decode("utf-8", "replace")
    return BindingRequest(transaction, name, _USE_CANDIDATE in found, signed + data[20:integrity_at], integrity)


def _attributes(data: bytes) -> tuple[dict[int, bytes], int]:
    """The attributes, the first of each kind; nothing but the fingerprint counts after the integrity."""
    found: dict[int, bytes] = {}
    integrity_at = 0
    at = 20
    while at < len(data):
        kind, length = _ATTRIBUTE.unpack_from(data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) != length:
            raise error("attribute cut short")
        if kind == _FINGERPRINT or not integrity_at:
            found.setdefault(kind, value)
        if kind == _INTEGRITY and not integrity_at:
            integrity_at = at
        at += 4 + (length + 3 & ~3)
    return found, integrity_at


def _fingerprint_right(data: bytes, found: dict[int, bytes]) -> bool:
    value = found.get(_FINGERPRINT)
    return value == _fingerprint(data[:-8])


def _fingerprint(covered: bytes) -> bytes:
    return (crc32(covered) ^ _FINGERPRINT_XOR).to_bytes(4, "big")


def _mac(signed: bytes, password: str) -> bytes:
    return hmac.new(password.encode(), signed, hashlib.sha1).digest()


def build_success(transaction: bytes, host: str, port: int, password: str) -> bytes:
    """The answer to a request: the address it came from, integrity and fingerprint."""
    body = _attribute(_XOR_MAPPED, _xor_address(transaction, host, port))
    signed = _HEAD.pack(_SUCCESS, len(body) + _INTEGRITY_LENGTH, _COOKIE, transaction) + body
    body += _attribute(_INTEGRITY, _mac(signed, password))
    covered = _HEAD.pack(_SUCCESS, len(body) + 8, _COOKIE, transaction) + body
    return covered + _attribute(_FINGERPRINT, _fingerprint(covered))


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _xor_address(transaction: bytes, host: str, port: int) -> bytes:
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    key = _COOKIE.to_bytes(4, "big") + transaction
    packed = address.packed
    hidden = bytes(a ^ b for a, b in zip(packed, key, strict=False))
    family = 1 if len(packed) == 4 else 2
    return bytes((0, family)) + (port ^ _COOKIE >> 16).to_bytes(2, "big") + hidden
