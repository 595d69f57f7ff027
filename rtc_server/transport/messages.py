"""`struct mmsghdr` and what it points to, for sendmmsg(2) and recvmmsg(2)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from struct import Struct


def _system(name: str, *arguments: type[ctypes.c_int | ctypes.c_uint | ctypes.c_void_p]) -> Callable[..., int] | None:
    """A function of the C library; Python's lock is held, since neither waits and taking it again would cost more."""
    found = getattr(ctypes.PyDLL(None, use_errno=True), name, None)
    if found is None:
        return None
    found.argtypes = arguments
    called: Callable[..., int] = found
    return called


send_messages = _system("sendmmsg", ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int)
"""(descriptor, first message, count, flags) → how many were taken, -1 with `errno` when the first was not."""
receive_messages = _system("recvmmsg", ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
"""(descriptor, first message, count, flags, None) → how many came, -1 with `errno` when none did."""


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
