"""From H.264 as a camera gives it to RTP payloads, without decoding (RFC 6184, ITU-T H.264 Annex B, ISO/IEC 14496-15).

What comes out is what a browser can begin with at every key frame: parameter sets stand before each IDR frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_IDR: Final = 5
_SPS: Final = 7
_PPS: Final = 8
_DELIMITER: Final = 9
_FILLER: Final = 12
_STAP_A: Final = 24
_FU_A: Final = 28
_START: Final = b"\0\0\1"
_NEEDLESS: Final = frozenset({_DELIMITER, _FILLER})
"""RTP has the marker bit and its own padding."""
LARGEST_PAYLOAD: Final = 1200
"""Bytes; with SRTP, a header extension and a tunnel's headers it still fits a path of 1280 bytes (RFC 8200 §5)."""


class H264Malformed(ValueError):
    """What should be an access unit or its configuration is not one."""


class AccessUnits:
    """Takes a stream's frames apart into NAL units and completes its key frames with the parameter sets."""

    def __init__(self, configuration: bytes) -> None:
        """`configuration`: the container's extradata: an avcC record, Annex B or empty. Raises `H264Malformed`."""
        self._length_size = 0
        self._sequence: list[bytes] = []
        self._picture: list[bytes] = []
        if configuration[:1] == b"\1":
            self._length_size, units = _read_record(configuration)
        else:
            units = list(_split_annex_b(configuration))
        self._learn(units)

    def units(self, data: bytes) -> list[bytes]:
        """The NAL units of one frame as they are to be sent; none while the parameter sets are not known.

        Raises `H264Malformed`.
        """
        split = _split_lengths(data, self._length_size) if self._length_size else _split_annex_b(data)
        units = [unit for unit in split if _kind(unit) not in _NEEDLESS]
        self._learn(units)
        if not self._sequence or not self._picture:
            return []
        if not has_key_frame(units):
            return units
        rest = [unit for unit in units if _kind(unit) not in (_SPS, _PPS)]
        return [*self._sequence, *self._picture, *rest]

    def _learn(self, units: list[bytes]) -> None:
        """Takes newer parameter sets in place of the known ones, so that their number stays that of one frame."""
        self._sequence = [unit for unit in units if _kind(unit) == _SPS] or self._sequence
        self._picture = [unit for unit in units if _kind(unit) == _PPS] or self._picture


def has_key_frame(units: list[bytes]) -> bool:
    """Whether a decoder can begin with these NAL units of a frame, its parameter sets known."""
    return any(_kind(unit) == _IDR for unit in units)


def payloads(units: list[bytes], largest: int = LARGEST_PAYLOAD) -> Iterator[bytes]:
    """One frame's RTP payloads in order, none longer than `largest`; the last one's packet carries the marker.

    Neighbours that fit share a STAP-A, what is too long becomes FU-A (RFC 6184 §5.6, §5.7.1, §5.8).
    """
    together: list[bytes] = []
    size = 1
    for unit in units:
        if together and size + 2 + len(unit) > largest:
            yield _aggregate(together)
            together, size = [], 1
        if len(unit) > largest:
            yield from _fragments(unit, largest)
        else:
            together.append(unit)
            size += 2 + len(unit)
    if together:
        yield _aggregate(together)


def _kind(unit: bytes) -> int:
    return unit[0] & 0x1F


def _aggregate(units: list[bytes]) -> bytes:
    if len(units) == 1:
        return units[0]
    forbidden = max(unit[0] & 0x80 for unit in units)
    importance = max(unit[0] & 0x60 for unit in units)
    parts = (len(unit).to_bytes(2, "big") + unit for unit in units)
    return bytes((forbidden | importance | _STAP_A,)) + b"".join(parts)


def _fragments(unit: bytes, largest: int) -> Iterator[bytes]:
    indicator, kind, room = unit[0] & 0xE0 | _FU_A, _kind(unit), largest - 2
    for at in range(1, len(unit), room):
        begins, ends = at == 1, at + room >= len(unit)
        yield bytes((indicator, begins << 7 | ends << 6 | kind)) + unit[at : at + room]


def _split_annex_b(data: bytes) -> Iterator[bytes]:
    at = data.find(_START)
    while at >= 0:
        begin = at + 3
        at = data.find(_START, begin)
        # A NAL unit never ends in a zero: what is there belongs to the next start code or pads (Annex B.1).
        unit = data[begin : at if at >= 0 else len(data)].rstrip(b"\0")
        if unit:
            yield unit


def _split_lengths(data: bytes, size: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        begin = at + size
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > len(data):
            raise H264Malformed("a NAL unit is cut short")
        if at > begin:
            yield data[begin:at]


def _read_record(record: bytes) -> tuple[int, list[bytes]]:
    """Length size and parameter sets of an avcC record (ISO/IEC 14496-15 §5.3.3.1)."""
    if len(record) < 7:
        raise H264Malformed("the configuration record is cut short")
    sequence, at = _read_sets(record, 6, record[5] & 0x1F)
    if at >= len(record):
        raise H264Malformed("the configuration record has no picture parameter sets")
    picture, _ = _read_sets(record, at + 1, record[at])
    return (record[4] & 3) + 1, sequence + picture


def _read_sets(record: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    sets = []
    for _ in range(count):
        begin = at + 2
        at = begin + int.from_bytes(record[at:begin], "big")
        if at > len(record) or at <= begin:
            raise H264Malformed("a parameter set is cut short")
        sets.append(record[begin:at])
    return sets, at
