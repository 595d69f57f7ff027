"""What a camera's child and its owner say to each other: a length of four octets each, then MessagePack."""

from __future__ import annotations

from struct import Struct

import msgspec

from rtc_server.cameras.values import CameraState, Transport

LENGTH = Struct(">I")
LARGEST_FRAME = 4 * 1024 * 1024
"""Octets; a key frame of eight megapixels has less than two."""
LARGEST_MESSAGE = LARGEST_FRAME + 1024


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """The one message to the child: what to read."""

    address: str
    transport: Transport
    seconds: float
    """How long the camera may take to answer, and be silent."""


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The camera sends H.264."""

    configuration: bytes
    """The container's: an avcC record, Annex B or empty."""
    width: int
    height: int


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One access unit, in decoding order."""

    timestamp: int
    """When it is shown, in ticks of 90 kHz, 32 bits."""
    data: bytes


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The child can read no more."""

    state: CameraState


Message = Opened | Frame | Ended
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def pack(message: Job | Message) -> bytes:
    """The message with its length."""
    body = msgspec.msgpack.encode(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Message:
    """What the child said; raises msgspec.MsgspecError."""
    return _decoder.decode(body)


def unpack_job(body: bytes) -> Job:
    """What the child is to read."""
    return msgspec.msgpack.decode(body, type=Job)
