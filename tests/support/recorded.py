"""A session in virtual time: sources with skewed clocks over jittering links, handed to a sink or to a folder."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np

from foundation.sealed_file import SealedFile
from rtc_server.media_core.packet import Packet
from rtc_server.recording.block import Block
from rtc_server.recording.segment_format import (
    SEALED,
    Record,
    RecordKind,
    SegmentHead,
    SegmentSeal,
    encode_head,
    read_segment,
)
from rtc_server.recording.stored import recording_key
from rtc_server.recording.tap import RecordingTap
from rtc_server.recording.values import NO_SEGMENT, REPLAY, RecordingRules
from rtc_server.recording.writer import SegmentWriter
from rtc_server.sessions.interface import CodecName, PacketSink, SourceInfo, SourceKind
from tests.support.packets import received
from tests.support.recording_process import Told
from tests.support.streams import PAYLOAD_TYPES, RATES, Encoded, Packetiser

NTP = 3_973_000_000.0
RULES = RecordingRules(reserve_bytes=0)
KEY = bytes(range(32))
"""What `record` seals under, and what recorders are given."""
_HEAD = encode_head(SegmentHead(session_id="", recording_id="", number=1, previous=NO_SEGMENT, started=""))


def source(
    participant: str, kind: SourceKind, codec: CodecName, *, ssrc: int = 0x1234, session: str = "session"
) -> SourceInfo:
    return SourceInfo(
        session_id=session,
        participant_id=participant,
        kind=kind,
        codec=codec,
        clock_rate=RATES[codec],
        channels=2 if codec == "opus" else 0,
        payload_type=PAYLOAD_TYPES[codec],
        ssrc=ssrc,
    )


@dataclass(frozen=True)
class Feed:
    """One source on its way to the recorder; times in seconds."""

    info: SourceInfo
    frames: list[Encoded]
    starts: float = 0.0
    """When its first frame is made, in the recording's time."""
    delay: float = 0.005
    """From the moment of a frame to its arrival at best."""
    jitter: float = 0.0
    drift: float = 0.0
    wall: float = NTP
    """The participant's wall clock (NTP seconds) at second 0 of the recording."""
    loss: float = 0.0
    reports: bool = True
    seed: int = 1


Call = tuple[float, Callable[[PacketSink, float], None]]


def calls(feed: Feed) -> Iterator[Call]:
    """What the sink is told, with the second of it."""
    draw = random.Random(feed.seed)
    packetiser = Packetiser(feed.info.codec, ssrc=feed.info.ssrc, drift=feed.drift)
    report_due = 0.4
    for frame in feed.frames:
        late = feed.delay + draw.expovariate(1 / feed.jitter) if feed.jitter else feed.delay
        for index, packet in enumerate(packetiser.packets(frame)):
            if draw.random() >= feed.loss:
                yield feed.starts + frame.seconds + late + index * 0.0002, _packet(feed.info, packet)
        if feed.reports and frame.seconds >= report_due:
            report_due += 1.0
            ntp = feed.wall + feed.starts + frame.seconds
            yield feed.starts + frame.seconds + 0.02, _report(feed.info, ntp, packetiser.timestamp(frame.seconds))


def script(feeds: list[Feed]) -> list[Told]:
    """What a process of its own is to tell its sink, in the order of time."""
    noted = _Noted()
    for at, tell in sorted((call for feed in feeds for call in calls(feed)), key=lambda call: call[0]):
        tell(noted, at)
    return noted.told


class _Noted:
    """A sink that only notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        self.told.append((arrival, source, bytes(packet.data[: packet.length])))

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None:
        self.told.append((arrival, source, (ntp, timestamp)))

    def ended(self, source: SourceInfo) -> None:
        raise AssertionError("no source ends in a script")


def tap_of(feeds: list[Feed]) -> tuple[RecordingTap, list[float]]:
    """A tap that has heard everything, in order of arrival, and the arrivals; second 0 is monotonic 100."""
    tap = RecordingTap(100.0, 1 << 30)
    told = sorted((call for feed in feeds for call in calls(feed)), key=lambda call: call[0])
    for at, tell in told:
        tell(tap, 100.0 + at)
    return tap, [at for at, _ in told]


def record(folder: Path, feeds: list[Feed], rules: RecordingRules = RULES) -> None:
    """Writes the session into closed segments."""
    tap, _ = tap_of(feeds)
    write(folder, tap, rules)


def write(folder: Path, tap: RecordingTap, rules: RecordingRules = RULES) -> None:
    """Writes what a tap has heard into closed segments."""
    writer = SegmentWriter(folder, KEY, ("session", "2026-11-23T01:00:00+00:00"), rules)
    heard = records_in(tap.take())
    for start in range(0, len(heard), 50):
        batch = heard[start : start + 50]
        writer.write(blocks_of(batch), batch[-1].at)
    writer.write([], heard[-1].at if heard else 0, open_now=True)
    writer.close()


def blocks_of(records: list[Record]) -> list[Block]:
    """Blocks with these records, which are few."""
    block = Block()
    for record in records:
        assert block.add(*record, len(record.data))
        if record.kind != RecordKind.PACKET:
            block.notes.append(record)
    return [block] if records else []


def records_in(blocks: list[Block]) -> list[Record]:
    """The records in the blocks, read as they would be from a segment."""
    whole = _HEAD + b"".join(block.octets for block in blocks)
    seal = SegmentSeal(KEY, 1)
    return list(read_segment(SEALED + b"".join(seal.seal(whole, 0)), seal).records())


async def key_of(session_id: str) -> bytes | None:
    """What recorders are given for a session that they recover."""
    return KEY


def own_key(folder: Path) -> bytes:
    """What the files in the folder of a recorder's recording are sealed under."""
    return recording_key(KEY, folder.name)


def clear_file(path: Path, key: bytes = KEY) -> Path:
    """A copy in the clear of a recording's or a replay's file, outside of its folder."""
    folder = path.parent
    context = f"{REPLAY}/{path.name}" if folder.name == REPLAY else path.name
    copy = folder.parent / f"clear-{folder.name}-{path.name}"
    with SealedFile.open(path, key, context) as file:
        copy.write_bytes(file.read())
    return copy


def moved(feed: Feed, seconds: float, ssrc: int) -> Feed:
    """The same source again after a reconnect."""
    return replace(feed, info=replace(feed.info, ssrc=ssrc), starts=feed.starts + seconds)


def flashes(path: Path, track: int) -> list[float]:
    """The seconds at which the picture turns white or the tone begins, of a file in the clear."""
    with av.open(str(path)) as container:
        stream = container.streams[track]
        loud, before = [], True
        for frame in container.decode(stream):
            if isinstance(frame, av.VideoFrame):
                now, seconds = frame.to_ndarray(format="gray").mean() > 150, [float(frame.pts * frame.time_base)]
                values = [now]
            else:
                level = np.abs(frame.to_ndarray().mean(axis=0))
                values = [part.max() > 0.1 for part in level.reshape(-1, 48)]
                start = float(frame.pts * frame.time_base)
                seconds = [start + index / 1000 for index in range(len(values))]
            for value, at in zip(values, seconds, strict=True):
                if value and not before:
                    loud.append(at)
                before = value
        return loud


def _packet(info: SourceInfo, packet: bytes) -> Callable[[PacketSink, float], None]:
    return lambda tap, at: tap.packet(info, received(packet), at)


def _report(info: SourceInfo, ntp: float, timestamp: int) -> Callable[[PacketSink, float], None]:
    return lambda tap, at: tap.sender_report(info, ntp, timestamp, at)
