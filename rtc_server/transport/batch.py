"""Datagrams that go out together: one sendmmsg(2) for a burst, and one message for a receiver's equal packets.

A camera's picture comes as a burst of packets, and each becomes one for every receiver. Sent one by one, each may wake
a sleeping receiver, which costs more than the rest of forwarding it; sent together they wake it once. An encoder cuts
a picture into packets of equal length, and those the system takes as one (UDP_SEGMENT, udp(7)) and cuts apart itself.
"""

from __future__ import annotations

import ctypes
import errno
import socket
from struct import Struct

from pylibsrtp._binding import ffi

from rtc_server.transport.addresses import Address, unpack_address
from rtc_server.transport.messages import (
    HEADER,
    LENGTH,
    LENGTH_AT,
    MESSAGE_SIZE,
    PIECE_SIZE,
    address_of,
    send_messages,
)
from rtc_server.transport.srtp import BUFFER_LENGTH

BATCH = 64
"""Datagrams in one call at most."""
_ADDRESSES_KEPT = 4096
_CONTROL = Struct("@NiiHxxxxxx")
_SOL_UDP, _UDP_SEGMENT = 17, 103
_CONTROL_LENGTH = 18
_MOST_SEGMENTS = 50
"""The system takes 64, in a datagram that would be of at most 64 KiB."""


class _Name:
    """An address where the system can read it, and whether equal packets may go there as one."""

    __slots__ = ("apart", "at", "length", "memory")

    def __init__(self, address: Address) -> None:
        self.memory = ctypes.create_string_buffer(address, len(address))
        self.at = ctypes.addressof(self.memory)
        self.length = len(address)
        self.apart = False


class SendBatch:
    """Buffers that packets are built and protected in, and that go out together at `flush` or when all are full."""

    def __init__(self) -> None:
        self.failed = 0
        """Datagrams that the system did not take; they are dropped."""
        self._socket: socket.socket | None = None
        self._names: dict[Address, _Name] = {}
        self._waiting: list[tuple[Address, int]] = []
        block = memoryview(bytearray(BATCH * BUFFER_LENGTH))
        self._views = [block[start : start + BUFFER_LENGTH] for start in range(0, len(block), BUFFER_LENGTH)]
        self._buffers = [(view, ffi.from_buffer("char[]", view)) for view in self._views]
        self._pieces = bytearray(BATCH * PIECE_SIZE)
        self._messages = bytearray(BATCH * MESSAGE_SIZE)
        self._controls = bytearray(BATCH * _CONTROL.size)
        self._first_piece, self._first = address_of(self._pieces), address_of(self._messages)
        self._first_control = address_of(self._controls)
        for at, view in enumerate(self._views):
            Struct("@P").pack_into(self._pieces, at * PIECE_SIZE, address_of(view))
        self.view, self.address = self._buffers[0]
        """The buffer to build the next packet in, for Python and for libsrtp."""

    def open(self, udp: socket.socket) -> None:
        """Sends over this socket, which must not block."""
        self._socket = udp

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def add(self, length: int, address: Address) -> None:
        """Lets the packet in the buffer go out to this address with the next `flush`."""
        waiting = self._waiting
        LENGTH.pack_into(self._pieces, len(waiting) * PIECE_SIZE + LENGTH_AT, length)
        waiting.append((address, length))
        if len(waiting) == BATCH:
            self.flush()
        else:
            self.view, self.address = self._buffers[len(waiting)]

    def flush(self) -> None:
        """Sends everything that waits; what the system does not take is dropped and counted."""
        waiting = self._waiting
        if not waiting:
            return
        self._waiting = []
        self.view, self.address = self._buffers[0]
        if send_messages is None:
            self._send_singly(waiting, 0)
            return
        self._send(waiting, self._runs(waiting))
        if len(self._names) > _ADDRESSES_KEPT:
            self._names.clear()

    def _runs(self, waiting: list[tuple[Address, int]]) -> list[int]:
        """Makes a message of each run of packets that go out as one; where each run begins."""
        starts: list[int] = []
        at, count = 0, len(waiting)
        while at < count:
            this = waiting[at]
            name = self._names.get(this[0]) or self._learn(this[0])
            end = at + 1
            if not name.apart:
                most = min(count, at + _MOST_SEGMENTS)
                while end < most and waiting[end] == this:
                    end += 1
                # The last may be shorter.
                if end < most and waiting[end][0] == this[0] and waiting[end][1] < this[1]:
                    end += 1
            number = len(starts)
            control = (0, 0)
            if end - at > 1:
                where = number * _CONTROL.size
                _CONTROL.pack_into(self._controls, where, _CONTROL_LENGTH, _SOL_UDP, _UDP_SEGMENT, this[1])
                control = (self._first_control + where, _CONTROL.size)
            pieces = self._first_piece + at * PIECE_SIZE
            HEADER.pack_into(self._messages, number * MESSAGE_SIZE, name.at, name.length, pieces, end - at, *control)
            starts.append(at)
            at = end
        return starts

    def _send(self, waiting: list[tuple[Address, int]], starts: list[int]) -> None:
        assert send_messages is not None, "only where the system has it"
        handle = self._socket.fileno() if self._socket is not None else -1
        done, count = 0, len(starts)
        while done < count:
            sent = send_messages(handle, self._first + done * MESSAGE_SIZE, count - done, 0)
            if sent < 0:
                end = starts[done + 1] if done + 1 < count else len(waiting)
                self._refused(waiting[starts[done] : end], starts[done])
            done += max(sent, 1)

    def _refused(self, run: list[tuple[Address, int]], first: int) -> None:
        """The first message was not taken; the others may go to somebody who can be reached."""
        if len(run) == 1 or ctypes.get_errno() in (errno.EAGAIN, errno.ENOBUFS):
            self.failed += len(run)
            return
        # An interface that cannot make checksums, or a narrow path: there they go out one by one.
        self._names[run[0][0]].apart = True
        self._send_singly(run, first)

    def _send_singly(self, run: list[tuple[Address, int]], first: int) -> None:
        for at, (address, length) in enumerate(run, first):
            try:
                assert self._socket is not None, "nothing is sent before the port is open"
                self._socket.sendto(self._views[at][:length], unpack_address(address))
            except OSError:
                self.failed += 1

    def _learn(self, address: Address) -> _Name:
        name = self._names[address] = _Name(address)
        return name
