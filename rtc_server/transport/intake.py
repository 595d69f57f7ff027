"""Datagrams that have come together: one recvmmsg(2) for a burst, each in memory of its own.

Whoever takes a packet may keep it. Then the next datagram is received into one that nobody keeps any more.
"""

from __future__ import annotations

import socket
from ctypes import c_void_p
from struct import Struct
from typing import Final, cast

from rtc_server.media_core.packet import Packet
from rtc_server.transport.addresses import ADDRESS_LENGTH, Address, pack_address
from rtc_server.transport.messages import (
    HEADER,
    MESSAGE_SIZE,
    PIECE_SIZE,
    address_of,
    receive_messages,
)
from rtc_server.transport.srtp import RECEIVED_LENGTH, PacketBuffer

INTAKE: Final = 32
"""Datagrams in one call at most: a whole frame. Fewer, and each costs more; more, and the first waits longer."""
_PIECE: Final = Struct("@PN")
_POINTER: Final = Struct("@P")
_WORDS: Final = MESSAGE_SIZE // 4
_LENGTH_AT: Final = _WORDS - 2
"""Among a message's words of 32 bits; the last one is empty."""
_DONT_WAIT: Final = 0x40

Together = tuple[Address, list[PacketBuffer]]
"""Who it is from, and what came of it one after the other; what is longer than `RECEIVED_LENGTH` is cut to that."""


class Intake:
    """Packets that datagrams are received into; those that are not kept are good until the next `take`."""

    def __init__(self) -> None:
        self.packets = [PacketBuffer() for _ in range(INTAKE)]
        self.spare: list[Packet] = []
        """Packets that are kept no more; never many, since for each that is kept one is taken from here."""
        self.full = False
        """Whether the last `take` filled all, so that more may wait."""
        self._used = 0
        """How many the last `take` gave."""
        self._socket: socket.socket | None = None
        self._names = bytearray(INTAKE * ADDRESS_LENGTH)
        self._name_length = 0
        self._pieces = bytearray(INTAKE * PIECE_SIZE)
        self._messages = bytearray(INTAKE * MESSAGE_SIZE)
        self._words = memoryview(self._messages).cast("I")
        self._first = c_void_p(address_of(self._messages))

    def open(self, udp: socket.socket) -> None:
        """Receives from this socket, which must not block."""
        self._socket = udp
        # The system writes back the length of the name, which one family always has the same.
        self._name_length = length = 28 if udp.family == socket.AF_INET6 else 16
        names, pieces = address_of(self._names), address_of(self._pieces)
        for at, packet in enumerate(self.packets):
            _PIECE.pack_into(self._pieces, at * PIECE_SIZE, packet.at, RECEIVED_LENGTH)
            header = names + at * ADDRESS_LENGTH, length, pieces + at * PIECE_SIZE, 1, 0, 0
            HEADER.pack_into(self._messages, at * MESSAGE_SIZE, *header)

    def take(self) -> list[Together]:
        """What has come, at most `INTAKE` datagrams; empty when nothing has."""
        udp = self._socket
        assert udp is not None, "the reader is removed before the socket is closed"
        self._replace_kept()
        if receive_messages is None:
            return self._take_one(udp)
        self._used = count = receive_messages(udp.fileno(), self._first, INTAKE, _DONT_WAIT, None)
        self.full = count == INTAKE
        if count <= 0:
            return []
        lengths: list[int] = self._words[_LENGTH_AT : count * _WORDS : _WORDS].tolist()
        for at, length in enumerate(lengths):
            self.packets[at].length = length
        sender = bytes(self._names[:ADDRESS_LENGTH])
        if self._names.startswith(sender * count):
            return [(sender[: self._name_length], self.packets[:count])]
        return self._by_sender(count)

    def fresh(self) -> PacketBuffer:
        """A packet that nobody keeps."""
        packet = cast(PacketBuffer, self.spare.pop()) if self.spare else PacketBuffer()
        packet.kept = False
        return packet

    def _replace_kept(self) -> None:
        # First all are found: one that was kept but for a moment may come back in another's place.
        for at in [at for at in range(self._used) if self.packets[at].kept]:
            self.packets[at] = packet = self.fresh()
            _POINTER.pack_into(self._pieces, at * PIECE_SIZE, packet.at)

    def _by_sender(self, count: int) -> list[Together]:
        """Where neighbours are of different senders."""
        taken: list[Together] = []
        sender = b""
        packets: list[PacketBuffer] = []
        for at in range(count):
            name = at * ADDRESS_LENGTH
            if not sender or not self._names.startswith(sender, name):
                sender, packets = bytes(self._names[name : name + self._name_length]), []
                taken.append((sender, packets))
            packets.append(self.packets[at])
        return taken

    def _take_one(self, udp: socket.socket) -> list[Together]:
        """Where the system has no recvmmsg."""
        packet = self.packets[0]
        try:
            packet.length, sender = udp.recvfrom_into(packet.data)
        except OSError:
            return []
        self._used = 1
        return [(pack_address(*sender), [packet])]
