"""The system's own calls for datagrams, and `struct mmsghdr` and what it points to (sendmmsg(2), recvmmsg(2))."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from struct import Struct

_library = ctypes.PyDLL(None)
"""The C library. Python's lock is held while it works, since none of this waits and taking it again would cost more.

Its functions take numbers that C's `int` holds, and `c_void_p`. Their types are not declared: with cold caches, as
after every sleep, converting by them costs more than the rest of the call.
"""
send_to: Callable[..., int] = _library.sendto
"""(descriptor, octets, length, flags, name, its length) → how many were taken, -1 when none were."""
send_messages: Callable[..., int] | None = getattr(ctypes.PyDLL(None, use_errno=True), "sendmmsg", None)
"""(descriptor, first message, count, flags) → how many were taken, -1 with `errno` when the first was not."""
receive_messages: Callable[..., int] | None = getattr(_library, "recvmmsg", None)
"""(descriptor, first message, count, flags, None) → how many came, -1 when none did."""


class Piece(ctypes.Structure):
    """`struct iovec` of readv(2)."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Header(ctypes.Structure):
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


class Message(ctypes.Structure):
    """`struct mmsghdr`."""

    _fields_ = (("header", Header), ("length", ctypes.c_uint))


HEADER = Struct("@PIPNPN")
"""A `Header` up to its flags."""
MESSAGE_SIZE, PIECE_SIZE = ctypes.sizeof(Message), ctypes.sizeof(Piece)
LENGTH = Struct("@N")
"""A piece's length, `LENGTH_AT` behind its beginning."""
LENGTH_AT = Piece.length.offset


def address_of(memory: bytearray | memoryview) -> int:
    """Where writable memory lies; it must not be resized while that is used."""
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
