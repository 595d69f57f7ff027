"""SRTP in place, in buffers of our own (RFC 3711, RFC 7714).

pylibsrtp's own `Session` copies through a 1500-byte buffer that it takes 144 bytes from, so that nothing over 1356
bytes goes out; libsrtp itself has no such limit and works in place. So its functions are called on our buffers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mypy_extensions import mypyc_attr
from pylibsrtp import Policy
from pylibsrtp._binding import ffi, lib

from rtc_server.media_core.packet import Packet
from rtc_server.media_core.rtp import MTU

BUFFER_LENGTH: Final = 2048
"""Space for an MTU and libsrtp's trailer of at most 148 bytes."""
RECEIVED_LENGTH: Final = MTU + 36
"""What is received has its trailer within the MTU; more comes of what is longer, so that it is noticed."""
_REPLAY_WINDOW: Final = 1024
_address: Final = ffi.cast
_OCTETS: Final = ffi.typeof("char *")
_protect: Final = lib.srtp_protect
_unprotect: Final = lib.srtp_unprotect
_unprotect_control: Final = lib.srtp_unprotect_rtcp


@mypyc_attr(acyclic=True)
class PacketBuffer(Packet):
    """A packet in memory that it is received into and that libsrtp works in."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        super().__init__(bytearray(RECEIVED_LENGTH))
        self.at = int(ffi.cast("uintptr_t", ffi.from_buffer(self.data)))
        """Where its memory lies, as long as that keeps its length."""


@dataclass(frozen=True)
class SrtpKeys:
    """What a DTLS handshake agreed on: libsrtp's profile, and key with salt for each direction."""

    profile: int
    receive: bytes
    send: bytes


class SrtpSession:
    """Both directions of one participant's SRTP and SRTCP; packets are changed where they lie."""

    __slots__ = ("_owners", "_policies", "_receive", "_send", "_size")

    def __init__(self, keys: SrtpKeys) -> None:
        self._policies = (
            _policy(keys.profile, keys.receive, Policy.SSRC_ANY_INBOUND),
            _policy(keys.profile, keys.send, Policy.SSRC_ANY_OUTBOUND),
        )
        self._owners = tuple(_create(policy) for policy in self._policies)
        self._receive, self._send = (owner[0] for owner in self._owners)
        self._size = ffi.new("int *")

    def unprotect(self, packets: list[PacketBuffer]) -> list[PacketBuffer]:
        """Decrypts RTP and RTCP where they lie; those that are neither forged nor replayed, with their new lengths."""
        receive, size = self._receive, self._size
        opened: list[PacketBuffer] = []
        for packet in packets:
            size[0] = packet.length
            # Payload types 64 to 95 are not RTP's but RTCP's, marker bit included (RFC 5761 §4).
            take = _unprotect_control if 191 < packet.data[1] < 224 else _unprotect
            if not take(receive, _address(_OCTETS, packet.at), size):
                packet.length = size[0]
                opened.append(packet)
        return opened

    def protect(self, addresses: list[ffi.CData], at: int, lengths: list[int]) -> list[int]:
        """Encrypts RTP packets where they lie, from this address on; their new lengths, as far as libsrtp will."""
        send, size = self._send, self._size
        sizes: list[int] = []
        for length in lengths:
            size[0] = length
            if _protect(send, addresses[at], size):
                break
            sizes.append(size[0])
            at += 1
        return sizes

    def protect_control(self, packet: ffi.CData, length: int) -> int:
        """Encrypts an RTCP packet where it lies; its new length, 0 when libsrtp will not."""
        size = self._size
        size[0] = length
        return 0 if lib.srtp_protect_rtcp(self._send, packet, size) else size[0]


def _policy(profile: int, key: bytes, direction: int) -> Policy:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = _REPLAY_WINDOW
    return policy


def _create(policy: Policy) -> ffi.CData:
    pointer = ffi.new("srtp_t *")
    status = lib.srtp_create(pointer, policy._policy)  # noqa: SLF001 - the only door to libsrtp's own functions
    if status:
        raise RuntimeError(f"libsrtp cannot make a session: status {status}")
    return ffi.gc(pointer, lambda owned: lib.srtp_dealloc(owned[0]))
