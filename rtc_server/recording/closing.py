"""Closes one recording: makes its segments whole, checks their chain, and makes the one file of them.

Runs as a process of its own, so that neither its work nor a fault in it reaches the calls:
`python -m rtc_server.recording.closing FOLDER`, with the recording's key on standard input. Doing it again gives the
same bytes, sealed anew.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from foundation.sealed_file import SealedFile
from rtc_server.media_core.depacketise import Depacketiser, Frame, Loss
from rtc_server.media_core.rtp import FIXED
from rtc_server.recording.children import read_key
from rtc_server.recording.muxing import Muxer, TrackPlan
from rtc_server.recording.segment_format import Record, RecordKind, SourceEntry, decode_outage, decode_report
from rtc_server.recording.stored import StoredSegment, check, records, recover
from rtc_server.recording.timeline import SourceClock, align
from rtc_server.recording.values import MANIFEST, Gap, Outage, RecordedSource, RecordingFile
from rtc_server.recording.writer import flush_folder

_GAPS = 10_000
_NICE = 10


class NothingRecorded(Exception):
    """There is not one whole segment in the folder."""


@dataclass
class _Source:
    entry: SourceEntry
    clock: SourceClock
    start: float
    end: float
    probe: Depacketiser | None
    first: Frame | None = None
    packets: int = 0
    lost: int = 0
    track: int | None = None

    @property
    def track_key(self) -> tuple[str, str, str]:
        """Sources that follow each other on one track: a participant's camera, before and after a reconnect."""
        return self.entry.participant_id, self.entry.kind.value, self.entry.codec


@dataclass
class _Survey:
    """What the first reading finds out."""

    sources: dict[int, _Source] = field(default_factory=dict)
    outages: list[Outage] = field(default_factory=list)
    end: float = 0.0

    def take(self, record: Record) -> None:
        seconds = record.at / 1e6
        source = self.sources.get(record.source)
        if record.kind == RecordKind.SOURCE and source is None:
            entry = msgspec.json.decode(record.data, type=SourceEntry)
            clock = SourceClock(entry.clock_rate)
            self.sources[record.source] = _Source(entry, clock, seconds, seconds, Depacketiser(entry.codec))
        elif record.kind == RecordKind.PACKET and source is not None and len(record.data) >= FIXED.size:
            self._packet(source, record.data, seconds)
        elif record.kind == RecordKind.REPORT and source is not None:
            ntp, timestamp = decode_report(record.data)
            source.clock.report(ntp, timestamp, seconds)
        elif record.kind == RecordKind.OUTAGE:
            since, reason = decode_outage(record.data)
            self.outages.append(msgspec.convert({"start": since / 1e6, "end": seconds, "reason": reason}, Outage))

    def beside(self, index: int) -> list[int]:
        """The other sources of this one's track."""
        track = self.sources[index].track_key
        return [other for other, source in self.sources.items() if other != index and source.track_key == track]

    def _packet(self, source: _Source, packet: bytes, seconds: float) -> None:
        source.clock.observe(FIXED.unpack_from(packet)[3], seconds)
        source.packets += 1
        source.end = self.end = seconds
        if source.probe is not None:
            frames = source.probe.packet(packet, seconds)
            if frames:
                source.first, source.probe = frames[0], None


def close_recording(folder: Path, key: bytes) -> RecordingFile:
    """Makes the sealed file and `recording.json`; raises `ChainBroken`, `NothingRecorded`, OSError, FFmpeg's errors."""
    segments = check(folder, key, recover(folder, key))
    if not segments:
        raise NothingRecorded(str(folder))
    survey = _survey(segments)
    plans = _plan(survey)
    gaps: list[Gap] = []
    path: Path | None = None
    if plans:
        path = folder / ("session.mkv" if any(plan.codec == "H264" for plan in plans) else "session.webm")
        beside = folder / f".{path.name}"
        with SealedFile.create(beside, key, path.name) as file:
            gaps = _mux(file, plans, survey, segments)
        beside.rename(path)
    made = _describe(path, segments, survey, gaps)
    _write_manifest(folder, made)
    return made


def _survey(segments: list[StoredSegment]) -> _Survey:
    survey = _Survey()
    for record in records(segments):
        survey.take(record)
    members: dict[str, list[int]] = {}
    for index, source in survey.sources.items():
        if source.packets:
            members.setdefault(source.entry.participant_id, []).append(index)
        if source.first is None and source.probe is not None:
            source.first = next(iter(source.probe.finish()), None)
    align({index: source.clock for index, source in survey.sources.items() if source.packets}, members.values())
    return survey


def _plan(survey: _Survey) -> list[TrackPlan]:
    """Video before sound, each in the order of appearance."""
    shown = [source for source in survey.sources.values() if source.first is not None]
    shown.sort(key=lambda source: source.entry.codec == "opus")
    plans: list[TrackPlan] = []
    tracks: dict[tuple[str, str, str], int] = {}
    for source in shown:
        assert source.first is not None
        if source.track_key not in tracks:
            tracks[source.track_key] = len(plans)
            name = f"{source.entry.kind.value} {source.entry.participant_id}"
            plans.append(TrackPlan(name=name, codec=source.entry.codec, first=source.first))
        source.track = tracks[source.track_key]
    return plans


def _mux(file: SealedFile, plans: list[TrackPlan], survey: _Survey, segments: list[StoredSegment]) -> list[Gap]:
    head = segments[0].head
    muxer = Muxer(file, plans, f"{head.session_id} {head.started}")
    gaps: list[Gap] = []
    for index, frames, losses in _frames(survey, segments):
        source = survey.sources[index]
        for frame in frames:
            assert source.track is not None, "a source with a frame has a track"
            muxer.put(source.track, frame, source.clock.seconds(frame.timestamp, frame.arrival))
        gaps += [Gap(source=index, start=loss.start, end=loss.end, packets=loss.packets) for loss in losses]
        source.lost += sum(loss.packets for loss in losses)
        del gaps[_GAPS:]
    muxer.close()
    return sorted(gaps, key=lambda gap: gap.start)


def _frames(survey: _Survey, segments: list[StoredSegment]) -> Iterator[tuple[int, list[Frame], list[Loss]]]:
    """Every source's frames and losses, in the order they came."""
    depacketisers = {index: Depacketiser(source.entry.codec) for index, source in survey.sources.items()}
    for record in records(segments):
        depacketiser = depacketisers.get(record.source)
        if record.kind == RecordKind.PACKET and depacketiser is not None:
            frames = depacketiser.packet(record.data, record.at / 1e6)
            yield record.source, frames, depacketiser.take_losses()
        elif record.kind == RecordKind.SOURCE:
            # A track shows one source at a time: a camera's other size was sent all along, and is not lost.
            for index in survey.beside(record.source):
                yield index, depacketisers[index].replaced(), depacketisers[index].take_losses()
    for index, depacketiser in depacketisers.items():
        yield index, depacketiser.finish(), depacketiser.take_losses()


def _describe(path: Path | None, segments: list[StoredSegment], survey: _Survey, gaps: list[Gap]) -> RecordingFile:
    head, key = segments[0].head, segments[0].key
    sha256, size = _hash(path, key) if path is not None else ("", 0)
    return RecordingFile(
        recording_id=head.recording_id,
        session_id=head.session_id,
        folder=segments[0].path.parent,
        file=path.name if path is not None else None,
        sha256=sha256,
        size=size,
        started=datetime.fromisoformat(head.started),
        duration=survey.end,
        sources=tuple(_source(index, source) for index, source in survey.sources.items()),
        segments=tuple(segment.info for segment in segments),
        gaps=tuple(gaps),
        outages=tuple(survey.outages),
    )


def _source(index: int, source: _Source) -> RecordedSource:
    entry = source.entry
    return RecordedSource(
        index=index,
        participant_id=entry.participant_id,
        kind=entry.kind.value,
        codec=entry.codec,
        clock_rate=entry.clock_rate,
        channels=entry.channels,
        payload_type=entry.payload_type,
        ssrc=entry.ssrc,
        track=source.track,
        start=source.start,
        end=source.end,
        packets=source.packets,
        lost=source.lost,
    )


def _write_manifest(folder: Path, made: RecordingFile) -> None:
    beside = folder / f".{MANIFEST}"
    # It lies beside what it describes, so that the folder can be moved.
    stored = msgspec.structs.replace(made, folder=Path())
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(stored, enc_hook=str), indent=1))
    _flush(beside)
    beside.rename(folder / MANIFEST)
    flush_folder(folder)


def _hash(path: Path, key: bytes) -> tuple[str, int]:
    """The SHA-256 and the size of what is in the sealed file."""
    with SealedFile.open(path, key, path.name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.size


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def main() -> int:
    """Closes the recording in the folder given; what goes wrong is told on standard error."""
    os.nice(_NICE)
    close_recording(Path(sys.argv[1]), read_key())
    return 0


if __name__ == "__main__":
    sys.exit(main())
