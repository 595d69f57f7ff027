"""A session's subscriber: notes packets with their times until the writer takes them, within a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from rtc_server.recording.segment_format import (
    FRAME_OVERHEAD,
    Record,
    RecordKind,
    SourceEntry,
    encode_outage,
    encode_report,
)
from rtc_server.sessions.interface import SourceInfo

_PACKET: Final = int(RecordKind.PACKET)
_SOURCES: Final = 512
_KNOWN_OBJECTS: Final = 1024


@dataclass
class _Track:
    index: int
    info: SourceInfo
    live: bool = True


class RecordingTap:
    """A `PacketSink` that never blocks: what does not fit into `room` bytes is left out as an outage."""

    def __init__(self, origin: float, room: int) -> None:
        """`origin`: the monotonic second that is microsecond 0 of the recording."""
        self.overflowed = False
        """Whether packets had to be left out since the last `resume` because the disk was too slow."""
        self.sources_refused = 0
        self._origin = origin
        self._room = room
        self._batch: list[Record] = []
        self._waiting = 0
        self._tracks: dict[SourceInfo, _Track] = {}
        # Hashing a SourceInfo for every packet would cost more than all the rest, so its identity is looked up first.
        self._by_identity: dict[int, _Track] = {}
        self._paused_at: int | None = None
        self._last = origin

    def packet(self, source: SourceInfo, packet: bytes, arrival: float) -> None:
        """Notes a packet."""
        if self._paused_at is not None:
            return
        track = self._by_identity.get(id(source))
        if track is None or track.info is not source or not track.live:
            track = self._find(source, arrival)
            if track is None:
                return
        # Written out like `_note`, since this is done for every packet.
        self._waiting += FRAME_OVERHEAD + len(packet)
        if self._waiting > self._room:
            self._overflow(arrival)
            return
        self._last = arrival
        at = int((arrival - self._origin) * 1e6)
        # Without the named tuple's own constructor, which takes twice as long as all of this.
        self._batch.append(tuple.__new__(Record, (_PACKET, track.index, at if at > 0 else 0, packet)))

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None:
        """Notes what the source's own clock says."""
        track = self._tracks.get(source)
        if track is not None and track.live:
            self._note(RecordKind.REPORT, track, arrival, encode_report(ntp, timestamp))

    def ended(self, source: SourceInfo) -> None:
        """Notes that the source stopped."""
        track = self._tracks.get(source)
        if track is not None and track.live:
            track.live = False
            self._note(RecordKind.ENDED, track, self._last, b"")

    def take(self) -> list[Record]:
        """What came since the last call."""
        batch, self._batch = self._batch, []
        self._waiting = 0
        return batch

    def pause(self, since: int) -> None:
        """Leaves everything out from now on, `since` in microseconds; each source is named again when it goes on."""
        if self._paused_at is None:
            self._paused_at = since
            for track in self._tracks.values():
                track.live = False

    def resume(self, now: float, reason: str) -> float:
        """Notes packets again, and the outage before; how many seconds that was."""
        if self._paused_at is None:
            return 0.0
        since, until = self._paused_at, self.microseconds(now)
        self._paused_at = None
        self.overflowed = False
        self._batch.append(Record(RecordKind.OUTAGE, 0, until, encode_outage(since, reason)))
        return (until - since) / 1e6

    def pictures(self) -> list[SourceInfo]:
        """The sources that need a key frame after a pause."""
        return [source for source in self._tracks if source.codec != "opus"]

    def microseconds(self, now: float) -> int:
        """The recording's time at a monotonic second."""
        return max(0, int((now - self._origin) * 1e6))

    def _find(self, source: SourceInfo, arrival: float) -> _Track | None:
        """The track of a source not known by its object: new, described anew, or back again."""
        track = self._tracks.get(source)
        if track is None:
            if len(self._tracks) >= _SOURCES:
                self.sources_refused += 1
                return None
            track = self._tracks[source] = _Track(len(self._tracks), source, live=False)
        if not track.live:
            track.live = True
            self._note(RecordKind.SOURCE, track, arrival, msgspec.json.encode(_entry(source)))
        if len(self._by_identity) >= _KNOWN_OBJECTS:
            self._by_identity.clear()
        # The track holds the object, so that its identity cannot become another's.
        track.info = source
        self._by_identity[id(source)] = track
        return track

    def _note(self, kind: RecordKind, track: _Track, arrival: float, data: bytes) -> None:
        self._waiting += FRAME_OVERHEAD + len(data)
        if self._waiting > self._room:
            self._overflow(arrival)
            return
        self._last = arrival
        self._batch.append(Record(kind, track.index, self.microseconds(arrival), data))

    def _overflow(self, arrival: float) -> None:
        self.overflowed = True
        self.pause(self.microseconds(arrival))


def _entry(source: SourceInfo) -> SourceEntry:
    return SourceEntry(
        participant_id=source.participant_id,
        kind=source.kind,
        codec=source.codec,
        clock_rate=source.clock_rate,
        channels=source.channels,
        payload_type=source.payload_type,
        ssrc=source.ssrc,
    )
