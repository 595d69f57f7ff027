"""Datagrams that have come together: one recvmmsg(2) for a burst, each in a buffer of its own."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from struct import Struct

from rtc_server.transport.addresses import ADDRESS_LENGTH, Address, pack_address
from rtc_server.transport.messages import (
    HEADER,
    MESSAGE_SIZE,
    PIECE_SIZE,
    address_of,
    receive_messages,
)
from rtc_server.transport.srtp import BUFFER_LENGTH, PacketBuffer

INTAKE = 16
"""Datagrams in one call at most: fewer, and each costs more; more, and the first waits longer for the last."""
_PIECE = Struct("@PN")
_LENGTHS = Struct(f"@{MESSAGE_SIZE - 8}xI4x")
_DONT_WAIT = 0x40

Datagram = tuple[PacketBuffer, int, Address]
"""Where it lies, its length (the buffer's when it was longer), and who it is from."""


class Intake:
    """Buffers that datagrams are received into; they are good until the next `take`."""

    def __init__(self) -> None:
        self.buffers = [PacketBuffer() for _ in range(INTAKE)]
        self._socket: socket.socket | None = None
        self._names = bytearray(INTAKE * ADDRESS_LENGTH)
        self._pieces = bytearray(INTAKE * PIECE_SIZE)
        self._messages = bytearray(INTAKE * MESSAGE_SIZE)
        self._first = address_of(self._messages)
        self._name = Struct("")

    def open(self, udp: socket.socket) -> None:
        """Receives from this socket, which must not block."""
        self._socket = udp
        length = 28 if udp.family == socket.AF_INET6 else 16
        self._name = Struct(f"{length}s{ADDRESS_LENGTH - length}x")
        names, pieces = address_of(self._names), address_of(self._pieces)
        for at, buffer in enumerate(self.buffers):
            _PIECE.pack_into(self._pieces, at * PIECE_SIZE, address_of(buffer.data), BUFFER_LENGTH)
            # The system writes back the length of the name, which one family always has the same.
            header = names + at * ADDRESS_LENGTH, length, pieces + at * PIECE_SIZE, 1, 0, 0
            HEADER.pack_into(self._messages, at * MESSAGE_SIZE, *header)

    def take(self) -> Sequence[Datagram]:
        """What has come, at most `INTAKE` datagrams; empty when nothing has."""
        udp = self._socket
        assert udp is not None, "the reader is removed before the socket is closed"
        if receive_messages is None:
            return self._take_one(udp)
        count = receive_messages(udp.fileno(), self._first, INTAKE, _DONT_WAIT, None)
        if count <= 1:
            return self._alone() if count == 1 else ()
        lengths = _LENGTHS.iter_unpack(memoryview(self._messages)[: count * MESSAGE_SIZE])
        names = self._name.iter_unpack(self._names)
        return [
            (buffer, length, name) for buffer, (length,), (name,) in zip(self.buffers, lengths, names, strict=False)
        ]

    def _alone(self) -> Sequence[Datagram]:
        """The first, without what it takes to walk over many: sound mostly comes alone."""
        (length,), (name,) = _LENGTHS.unpack_from(self._messages), self._name.unpack_from(self._names)
        return ((self.buffers[0], length, name),)

    def _take_one(self, udp: socket.socket) -> Sequence[Datagram]:
        """Where the system has no recvmmsg."""
        try:
            length, sender = udp.recvfrom_into(self.buffers[0].view)
        except OSError:
            return ()
        return [(self.buffers[0], length, pack_address(*sender))]
