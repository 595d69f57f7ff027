"""Datagrams that go out together: one sendmmsg(2) for a burst, and one message for a receiver's equal packets.

A camera's frame comes as a burst of packets, and each becomes one for every receiver. Sent one by one, each may wake
a sleeping receiver, which costs more than the rest of forwarding it; sent together they wake it once. An encoder cuts
a frame into packets of equal length, and those the system takes as one (UDP_SEGMENT, udp(7)) and cuts apart itself.
"""

from __future__ import annotations

import ctypes
import errno
import socket
from ctypes import c_void_p
from struct import Struct
from typing import Final

from pylibsrtp._binding import ffi

from rtc_server.transport.addresses import Address
from rtc_server.transport.messages import (
    HEADER,
    LENGTH,
    LENGTH_AT,
    MESSAGE_SIZE,
    PIECE_SIZE,
    address_of,
    send_messages,
    send_to,
)
from rtc_server.transport.srtp import BUFFER_LENGTH

BATCH: Final = 64
"""Datagrams in one call at most."""
_ADDRESSES_KEPT: Final = 4096
_CONTROL: Final = Struct("@NiiHxxxxxx")
_SOL_UDP: Final = 17
_UDP_SEGMENT: Final = 103
_CONTROL_LENGTH: Final = 18
_LONGEST: Final = 60_000
"""What goes out as one must fit a datagram of 64 KiB."""
_POINTER: Final = Struct("@P")


class _Name:
    """An address where the system can read it, and whether equal packets may go there as one."""

    __slots__ = ("apart", "at", "length", "memory", "pointer")

    def __init__(self, address: Address) -> None:
        self.memory = ctypes.create_string_buffer(address, len(address))
        self.at = ctypes.addressof(self.memory)
        self.pointer = c_void_p(self.at)
        self.length = len(address)
        self.apart = False


class _Run:
    """Packets that go out as one message: from the buffer at `at` on, each of `length`."""

    __slots__ = ("at", "length", "name", "packets")

    def __init__(self, name: _Name, at: int, packets: int, length: int) -> None:
        self.name = name
        self.at = at
        self.packets = packets
        self.length = length


class SendBatch:
    """Buffers that packets are built and protected in, and that go out together at `flush` or when all are full."""

    def __init__(self) -> None:
        self.failed = 0
        """Datagrams that the system did not take; they are dropped."""
        block = bytearray(BATCH * BUFFER_LENGTH)
        places = range(0, len(block), BUFFER_LENGTH)
        self.views = [memoryview(block)[start : start + BUFFER_LENGTH] for start in places]
        """The buffers, for Python and for libsrtp."""
        # Of the block, not of its views: those could not be cleared by the garbage collector while lent to libsrtp.
        self._block = ffi.from_buffer("char[]", block)
        self.addresses = [self._block + start for start in places]
        self.used = 0
        """The index of the first buffer that is free; one always is."""
        self._socket: socket.socket | None = None
        self._names: dict[Address, _Name] = {}
        self._waiting: list[tuple[Address, int, list[int]]] = []
        self._lengths = [0] * BATCH
        self._pieces = bytearray(BATCH * PIECE_SIZE)
        self._messages = bytearray(BATCH * MESSAGE_SIZE)
        self._controls = bytearray(BATCH * _CONTROL.size)
        self._first_piece, self._first_message = address_of(self._pieces), address_of(self._messages)
        self._first = c_void_p(self._first_message)
        self._first_control = address_of(self._controls)
        self._octets = [c_void_p(address_of(view)) for view in self.views]
        for at, octets in enumerate(self._octets):
            _POINTER.pack_into(self._pieces, at * PIECE_SIZE, octets.value)

    def open(self, udp: socket.socket) -> None:
        """Sends over this socket, which must not block."""
        self._socket = udp

    def reserve(self, count: int) -> int:
        """The index of the first of so many free buffers, at most `BATCH`."""
        if self.used + count > BATCH:
            self.flush()
        return self.used

    def add(self, lengths: list[int], address: Address) -> None:
        """Lets the packets in the next free buffers go out to this address with the next `flush`."""
        at = self.used
        self.used = end = at + len(lengths)
        self._waiting.append((address, at, lengths))
        if end == BATCH:
            self.flush()

    def forget(self, address: Address) -> None:
        """Lets go of an address that nobody is at any more."""
        self._names.pop(address, None)

    def flush(self) -> None:
        """Sends everything that waits; what the system does not take is dropped and counted."""
        if not self._waiting:
            return
        waiting, self._waiting, self.used = self._waiting, [], 0
        address, at, lengths = waiting[0]
        if len(waiting) == 1 and len(lengths) == 1:
            # Sound mostly goes alone.
            self._send_one(self._name(address), at, lengths[0])
            return
        runs: list[_Run] = []
        for address, at, lengths in waiting:
            self._add_runs(runs, self._name(address), at, lengths)
        if send_messages is None:
            for run in runs:
                self._send_singly(run)
        else:
            self._send(runs)

    def _add_runs(self, runs: list[_Run], name: _Name, at: int, lengths: list[int]) -> None:
        """What goes out as one message: neighbours of equal length, as much as fits a datagram."""
        self._measure(at, lengths)
        begin, count = 0, len(lengths)
        while begin < count:
            length, end = lengths[begin], begin + 1
            most = begin + (1 if name.apart else _LONGEST // (length or 1))
            while end < min(count, most) and lengths[end] == length:
                end += 1
            runs.append(_Run(name, at + begin, end - begin, length))
            begin = end

    def _send(self, runs: list[_Run]) -> None:
        assert send_messages is not None, "only where the system has it"
        for number, run in enumerate(runs):
            control = (0, 0)
            if run.packets > 1:
                where = number * _CONTROL.size
                _CONTROL.pack_into(self._controls, where, _CONTROL_LENGTH, _SOL_UDP, _UDP_SEGMENT, run.length)
                control = (self._first_control + where, _CONTROL.size)
            name, pieces = run.name, self._first_piece + run.at * PIECE_SIZE
            HEADER.pack_into(self._messages, number * MESSAGE_SIZE, name.at, name.length, pieces, run.packets, *control)
        handle = self._socket.fileno() if self._socket is not None else -1
        first, done = self._first, 0
        while done < len(runs):
            sent = send_messages(handle, first, len(runs) - done, 0)
            if sent < 0:
                self._refused(runs[done])
            done += max(sent, 1)
            if done < len(runs):
                first = c_void_p(self._first_message + done * MESSAGE_SIZE)

    def _refused(self, run: _Run) -> None:
        """The first message was not taken; the others may go to somebody who can be reached."""
        if run.packets == 1 or ctypes.get_errno() in (errno.EAGAIN, errno.ENOBUFS):
            self.failed += run.packets
        else:
            # An interface that cannot make checksums, or a narrow path: there they go out one by one.
            run.name.apart = True
            self._send_singly(run)

    def _send_singly(self, run: _Run) -> None:
        for at in range(run.at, run.at + run.packets):
            self._send_one(run.name, at, run.length)

    def _send_one(self, name: _Name, at: int, length: int) -> None:
        handle = self._socket.fileno() if self._socket is not None else -1
        if send_to(handle, self._octets[at], length, 0, name.pointer, name.length) < 0:
            self.failed += 1

    def _measure(self, at: int, lengths: list[int]) -> None:
        """Tells the system the lengths, where they are not those of last time."""
        end = at + len(lengths)
        if self._lengths[at:end] != lengths:
            self._lengths[at:end] = lengths
            for piece, length in enumerate(lengths, at):
                LENGTH.pack_into(self._pieces, piece * PIECE_SIZE + LENGTH_AT, length)

    def _name(self, address: Address) -> _Name:
        return self._names.get(address) or self._learn(address)

    def _learn(self, address: Address) -> _Name:
        if len(self._names) > _ADDRESSES_KEPT:
            self._names.clear()
        name = self._names[address] = _Name(address)
        return name
