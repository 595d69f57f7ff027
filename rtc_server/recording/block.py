"""Records on their way to the disk: in the form they have there, in memory that is used again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rtc_server.recording.segment_format import RECORD, Record

BLOCK: Final = 128 * 1024
RECORD_OVERHEAD: Final[int] = RECORD.size
_write_head: Final[Callable[[bytearray, int, int, int, int, int], None]] = RECORD.pack_into


class Block:
    """Records one after the other, as many as fit into `BLOCK` bytes."""

    def __init__(self) -> None:
        self.first = 0
        """The microsecond of its first record."""
        self.notes: list[Record] = []
        """Its records that are not packets."""
        self._data = bytearray(BLOCK)
        self._view = memoryview(self._data)
        self._used = 0

    @property
    def octets(self) -> memoryview:
        """The records as they lie in a segment; good until `clear`."""
        return self._view[: self._used]

    def add(self, kind: int, source: int, at: int, data: bytes | bytearray, length: int) -> bool:
        """Copies a record with so much of this data behind the others; False when there may be no room.

        `at` in microseconds.
        """
        begin = self._used
        start = begin + RECORD_OVERHEAD
        if start + len(data) > BLOCK:
            return False
        if not begin:
            self.first = at
        _write_head(self._data, begin, length, kind, source, at)
        # All of it, which takes half as long as to cut out a part first; the next record covers the rest.
        self._view[start : start + len(data)] = data
        self._used = start + length
        return True

    def clear(self) -> None:
        """Forgets what is in it."""
        self._used = 0
        self.notes = []
