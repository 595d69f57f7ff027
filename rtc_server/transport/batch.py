"""Datagrams that go out together: one sendmmsg(2) for a burst.

A camera's packets come in bursts, and each becomes one for every receiver. Sent one by one, each may wake a sleeping
receiver, which costs more than the rest of forwarding it; sent together they wake it once.
"""

from __future__ import annotations

import ctypes
import socket
from struct import Struct

from pylibsrtp._binding import ffi

from rtc_server.transport.srtp import BUFFER_LENGTH

Address = tuple[str, int] | tuple[str, int, int, int]

BATCH = 64
"""Datagrams in one call at most."""
_ADDRESSES_KEPT = 4096
_LENGTH = Struct("@N")
_NAME = Struct("@PI")


class _Piece(ctypes.Structure):
    """`struct iovec` of readv(2)."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """`struct msghdr` of sendmsg(2)."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("pieces", ctypes.c_void_p),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """`struct mmsghdr` of sendmmsg(2)."""

    _fields_ = (("header", _Header), ("sent", ctypes.c_uint))


_MESSAGE, _PIECE = ctypes.sizeof(_Message), ctypes.sizeof(_Piece)
_PIECE_LENGTH = _Piece.length.offset


class SendBatch:
    """Buffers that packets are built and protected in, and that go out together at `flush` or when all are full."""

    def __init__(self) -> None:
        self.failed = 0
        """Datagrams that the system did not take; they are dropped."""
        self._socket: socket.socket | None = None
        self._send = getattr(ctypes.CDLL(None), "sendmmsg", None)
        self._count = 0
        self._names: dict[Address, tuple[int, int]] = {}
        self._kept: list[ctypes.Array[ctypes.c_char]] = []
        block = memoryview(bytearray(BATCH * BUFFER_LENGTH))
        self._views = [block[start : start + BUFFER_LENGTH] for start in range(0, len(block), BUFFER_LENGTH)]
        self._addresses = [ffi.from_buffer("char[]", view) for view in self._views]
        self._pieces = bytearray(BATCH * _PIECE)
        self._messages = bytearray(BATCH * _MESSAGE)
        self._first = _lay_out(self._views, self._pieces, self._messages)
        self.view = self._views[0]
        """The buffer to build the next packet in."""
        self.address = self._addresses[0]
        """The same for libsrtp."""

    def open(self, udp: socket.socket) -> None:
        """Sends over this socket, which must not block."""
        self._socket = udp

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._count

    def add(self, length: int, address: Address) -> None:
        """Lets the packet in the buffer go out to this address with the next `flush`."""
        at = self._count
        name = self._names.get(address) or self._learn(address)
        _LENGTH.pack_into(self._pieces, at * _PIECE + _PIECE_LENGTH, length)
        _NAME.pack_into(self._messages, at * _MESSAGE, *name)
        self._count = at = at + 1
        if at == BATCH:
            self.flush()
        else:
            self.view, self.address = self._views[at], self._addresses[at]

    def flush(self) -> None:
        """Sends everything that waits; what the system does not take is dropped and counted."""
        count, self._count = self._count, 0
        self.view, self.address = self._views[0], self._addresses[0]
        if self._send is None:
            self._send_singly(count)
            return
        handle = self._socket.fileno() if self._socket is not None else -1
        done = 0
        while done < count:
            sent = self._send(handle, ctypes.c_void_p(self._first + done * _MESSAGE), count - done, 0)
            if sent < 0:
                # It is the first that was refused; the others may go to somebody who can be reached.
                self.failed += 1
            done += max(sent, 1)
        if len(self._names) > _ADDRESSES_KEPT:
            self._names.clear()
            self._kept.clear()

    def _send_singly(self, count: int) -> None:
        """Where the system has no sendmmsg."""
        addresses = {name: address for address, name in self._names.items()}
        for at in range(count):
            (length,) = _LENGTH.unpack_from(self._pieces, at * _PIECE + _PIECE_LENGTH)
            address = addresses[_NAME.unpack_from(self._messages, at * _MESSAGE)]
            try:
                assert self._socket is not None, "nothing is sent before the port is open"
                self._socket.sendto(self._views[at][:length], address)
            except OSError:
                self.failed += 1

    def _learn(self, address: Address) -> tuple[int, int]:
        name = _socket_address(address)
        self._kept.append(name)
        self._names[address] = known = (ctypes.addressof(name), len(name))
        return known


def _lay_out(views: list[memoryview], pieces: bytearray, messages: bytearray) -> int:
    """Points each message at its piece and each piece at its buffer; the address of the first message."""
    all_pieces = (_Piece * BATCH).from_buffer(pieces)
    all_messages = (_Message * BATCH).from_buffer(messages)
    for at, view in enumerate(views):
        all_pieces[at].base = ctypes.addressof(ctypes.c_char.from_buffer(view))
        all_messages[at].header.pieces = ctypes.addressof(all_pieces[at])
        all_messages[at].header.piece_count = 1
    return ctypes.addressof(all_messages)


def _socket_address(address: Address) -> ctypes.Array[ctypes.c_char]:
    """`struct sockaddr_in` or `sockaddr_in6` of ip(7) and ipv6(7)."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    port, packed = address[1].to_bytes(2, "big"), socket.inet_pton(family, address[0].partition("%")[0])
    head = Struct("@H").pack(family) + port
    if family == socket.AF_INET:
        data = head + packed + bytes(8)
    else:
        flow, scope = address[2:] if len(address) == 4 else (0, 0)
        data = head + flow.to_bytes(4, "big") + packed + Struct("@I").pack(scope)
    return ctypes.create_string_buffer(data, len(data))
