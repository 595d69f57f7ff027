"""TIFF and HEIC: what says where, when and with what they were made is blanked where it lies, and nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

_XMP, _IPTC, _PHOTOSHOP, _EXIF_TAGS, _GPS = 700, 33723, 34377, 34665, 34853
_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _TIME, _ARTIST, _COMPUTER = 270, 271, 272, 305, 306, 315, 316
_BLANKED = frozenset({_XMP, _IPTC, _PHOTOSHOP, _DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _TIME, _ARTIST, _COMPUTER})
_SUB_TAGS = 330
_BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Of one value of each type (TIFF 6.0, 2)."""
_DIRECTORIES_AT_MOST = 400
_NO_EXIF = b"\0\0\0\0" + b"MM\0*\0\0\0\x08" + b"\0\0" + b"\0\0\0\0"
"""Where the TIFF begins, and one whose directory is empty (ISO/IEC 23008-12, A.2.1)."""
_ITEM_KINDS = frozenset({b"Exif", b"mime", b"uri "})


def blanked_tiff(data: bytes) -> bytes:
    """The TIFF with the values of its GPS and Exif directories, XMP, IPTC and Photoshop's resources set to zero."""
    changed = bytearray(data)
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    waiting, seen = [(int.from_bytes(data[4:8], order), False)], set[int]()
    while waiting and len(seen) < _DIRECTORIES_AT_MOST:
        at, whole = waiting.pop()
        if at in seen or at < 8 or at + 2 > len(data):
            continue
        seen.add(at)
        count = int.from_bytes(data[at : at + 2], order)
        for place in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
            entry = _entry(data, place, order)
            if entry.tag in (_GPS, _EXIF_TAGS):
                waiting.append((entry.value, True))
            elif entry.tag == _SUB_TAGS:
                waiting += [(one, whole) for one in _numbers(data, entry, order)]
            if whole or entry.tag in _BLANKED:
                _blank(changed, entry.at, entry.size)
        following = at + 2 + 12 * count
        if whole:
            # A directory of nothing.
            _blank(changed, at, 2 + 12 * count)
        waiting.append((int.from_bytes(data[following : following + 4], order), whole))
    return bytes(changed)


class _Entry(NamedTuple):
    """One value of a directory, which lies at `at`; `value` is its first number, which may be a place in the file."""

    tag: int
    at: int
    size: int
    value: int


def _entry(data: bytes, place: int, order: Literal["little", "big"]) -> _Entry:
    tag, kind = int.from_bytes(data[place : place + 2], order), int.from_bytes(data[place + 2 : place + 4], order)
    size = _BYTES_OF.get(kind, 1) * int.from_bytes(data[place + 4 : place + 8], order)
    value = int.from_bytes(data[place + 8 : place + 12], order)
    return _Entry(tag, place + 8 if size <= 4 else value, size, value)


def _numbers(data: bytes, entry: _Entry, order: Literal["little", "big"]) -> list[int]:
    ends = min(entry.at + min(entry.size, 4 * _DIRECTORIES_AT_MOST), len(data) - 3)
    return [int.from_bytes(data[at : at + 4], order) for at in range(entry.at, ends, 4)]


def blanked_heif(data: bytes) -> bytes:
    """The HEIC with its Exif and XMP items set to zero: which way is up is told by a property of the picture."""
    changed = bytearray(data)
    for name, begin, end in _boxes(data, 0, len(data)):
        if name == b"meta":
            for kind, at, size in _item_extents(data, begin + 4, end):
                _blank(changed, at, size)
                if kind == b"Exif" and len(_NO_EXIF) <= min(size, len(changed) - at):
                    changed[at : at + len(_NO_EXIF)] = _NO_EXIF
    return bytes(changed)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name of each box, where its content begins and where it ends (ISO/IEC 14496-12, 4.2)."""
    while at + 8 <= end:
        size, begin = int.from_bytes(data[at : at + 4], "big"), at + 8
        if size == 1:
            size, begin = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        stop = end if size == 0 else at + size
        if stop < begin or stop > end:
            return
        yield data[at + 4 : at + 8], begin, stop
        at = stop


def _item_extents(data: bytes, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The kind of each item that is metadata, where it lies, and how long it is."""
    wanted, extents, store = dict[int, bytes](), dict[int, list[tuple[int, int, int]]](), begin
    for name, at, stop in _boxes(data, begin, end):
        if name == b"iinf":
            wanted = _metadata_items(data, at, stop)
        elif name == b"iloc":
            extents = _locations(data, at, stop)
        elif name == b"idat":
            store = at
    for item in wanted.keys() & extents.keys():
        for method, offset, length in extents[item]:
            yield wanted[item], (store + offset if method == 1 else offset), length


def _metadata_items(data: bytes, at: int, end: int) -> dict[int, bytes]:
    """The kind of each item that is metadata, by its number (8.11.6)."""
    first = at + (6 if data[at] == 0 else 8)
    found = {}
    for name, begin, _ in _boxes(data, first, end):
        wide = data[begin] >= 3
        kind_at = begin + (10 if wide else 8)
        kind = data[kind_at : kind_at + 4]
        if name == b"infe" and data[begin] >= 2 and kind in _ITEM_KINDS:
            found[int.from_bytes(data[begin + 4 : begin + (8 if wide else 6)], "big")] = kind
    return found


def _locations(data: bytes, at: int, end: int) -> dict[int, list[tuple[int, int, int]]]:
    """Of each item by its number: the method, place and length of each of its pieces (8.11.3)."""
    version = data[at]
    offset_size, length_size = divmod(data[at + 4], 16)
    base_size, index_size = divmod(data[at + 5], 16)
    wide = 4 if version >= 2 else 2
    place = _Place(data, at + 6, end)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for _ in range(place.number(wide)):
        item = place.number(wide)
        method = place.number(2) & 15 if version >= 1 else 0
        place.number(2)
        base = place.number(base_size)
        pieces = []
        for _ in range(place.number(2)):
            if version >= 1:
                place.number(index_size)
            pieces.append((method, base + place.number(offset_size), place.number(length_size)))
        found[item] = pieces
        if place.over:
            break
    return found


class _Place:
    """Reads one number behind the other."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data = data
        self._at = at
        self._end = end

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self._at >= self._end

    def number(self, size: int) -> int:
        """The next number of so many bytes."""
        self._at += size
        return int.from_bytes(self._data[self._at - size : self._at], "big")


def _blank(changed: bytearray, at: int, size: int) -> None:
    size = max(0, min(size, len(changed) - at))
    changed[at : at + size] = bytes(size)
