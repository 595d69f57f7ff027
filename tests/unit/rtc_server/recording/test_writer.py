from __future__ import annotations

import errno
import hashlib
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rtc_server.recording.segment_format import SEALED, Record, RecordKind, encode_outage
from rtc_server.recording.stored import ChainBroken, check, open_clear, records, recover
from rtc_server.recording.values import NO_SEGMENT, RecordingRules
from rtc_server.recording.writer import SegmentWriter
from tests.support.recorded import KEY, blocks_of

RULES = RecordingRules(segment_seconds=4.0, segment_bytes=20_000, reserve_bytes=0)
SOURCE = Record(RecordKind.SOURCE, 0, 0, b"{}")


def packet(number: int, size: int = 1000) -> Record:
    return Record(RecordKind.PACKET, 0, number * 10_000, number.to_bytes(4, "big") * (size // 4))


def writer_of(folder: Path, rules: RecordingRules = RULES) -> SegmentWriter:
    return SegmentWriter(folder, KEY, ("session", "2026-11-23T01:00:00+00:00"), rules)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_segments_are_chained_and_closed_by_size_and_age(tmp_path: Path) -> None:
    writer = writer_of(tmp_path)
    for number in range(50):
        writer.write(blocks_of([packet(number)]), number * 10_000)
    assert [path.suffix for path in sorted(tmp_path.iterdir())] == [".seg", ".seg", ".part"]
    writer.write([], 4_900_000)
    infos = writer.take_closed()
    assert [info.number for info in infos] == [1, 2, 3]
    previous = NO_SEGMENT
    for info, stored in zip(infos, check(tmp_path, KEY, []), strict=True):
        data = open_clear(stored.path, KEY).read()
        assert stored.head.previous == previous
        assert (info.sha256, info.size) == (hashlib.sha256(data).hexdigest(), len(data))
        assert stored.info == info
        previous = info.sha256
    assert list(records(check(tmp_path, KEY, []))) == [packet(number) for number in range(50)]


def test_live_sources_are_named_again_in_every_segment(tmp_path: Path) -> None:
    writer = writer_of(tmp_path)
    other = Record(RecordKind.SOURCE, 1, 0, b"{}")
    writer.write(blocks_of([SOURCE, other, packet(0)]), 0)
    writer.write(blocks_of([Record(RecordKind.ENDED, 1, 5, b"")]), 4_000_000)
    writer.write(blocks_of([packet(1)]), 4_100_000)
    writer.close()
    second = check(tmp_path, KEY, [])[1]
    assert list(records([second])) == [SOURCE, packet(1)]


def test_a_changed_or_missing_segment_breaks_the_chain(tmp_path: Path) -> None:
    writer = writer_of(tmp_path)
    for number in range(60):
        writer.write(blocks_of([packet(number)]), number * 10_000)
    writer.close()
    second = tmp_path / "00000002.seg"
    kept = second.read_bytes()
    for harmed in (kept[:-1], kept[:-30] + bytes((kept[-30] ^ 1,)) + kept[-29:], kept + b"\0"):
        second.write_bytes(harmed)
        with pytest.raises(ChainBroken):
            check(tmp_path, KEY, [])
    second.unlink()
    with pytest.raises(ChainBroken):
        check(tmp_path, KEY, [])


def test_full_disk_loses_no_record_written_before(tmp_path: Path) -> None:
    writer = writer_of(tmp_path)
    writer.write(blocks_of([SOURCE]), 0)
    written = []
    with files_no_longer_than(10_000):
        with pytest.raises(OSError, match="too large") as failure:
            for number in range(100):
                writer.write(blocks_of([packet(number)]), number * 10_000)
                written.append(packet(number))
        assert failure.value.errno == errno.EFBIG
        writer.close()
        assert list(records(check(tmp_path, KEY, []))) == [SOURCE, *written]
        assert 5 < len(written) < 10
    with files_no_longer_than(100), pytest.raises(OSError, match="too large"):
        writer.write(blocks_of([Record(RecordKind.OUTAGE, 0, 9, encode_outage(3, "disk_full"))]), 2_000_000)
    assert not list(tmp_path.glob("*.part"))
    writer.write(blocks_of([packet(200)]), 3_000_000)
    writer.close()
    resumed = list(records(check(tmp_path, KEY, [])[1:]))
    assert [record.kind for record in resumed] == [RecordKind.SOURCE, RecordKind.OUTAGE, RecordKind.PACKET]


def test_what_the_disk_must_keep_free_is_kept_free(tmp_path: Path) -> None:
    writer = writer_of(tmp_path, RecordingRules(reserve_bytes=1 << 62))
    with pytest.raises(OSError, match="No space") as failure:
        writer.write(blocks_of([packet(0)]), 0)
    assert failure.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [0, 3, 100, 900, 1500, 5_000])
def test_killed_writer_leaves_all_but_the_end_of_the_open_segment(tmp_path: Path, cut: int) -> None:
    writer = writer_of(tmp_path)
    for number in range(25):
        writer.write(blocks_of([packet(number)]), number * 10_000)
    part = tmp_path / "00000002.part"
    part.write_bytes(part.read_bytes()[: part.stat().st_size - cut])
    closed = recover(tmp_path, KEY)
    assert closed == [tmp_path / "00000002.seg"]
    segments = check(tmp_path, KEY, closed)
    assert [segment.info.recovered for segment in segments] == [False, True]
    kept = list(records(segments))
    assert kept == [packet(number) for number in range(len(kept))]
    assert len(kept) >= 25 - cut / 1000 - 1
    assert recover(tmp_path, KEY) == []


def test_open_segment_without_a_whole_batch_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "00000001.part").write_bytes(SEALED + b"\0")
    assert recover(tmp_path, KEY) == []
    assert [path.name for path in tmp_path.iterdir()] == ["00000001.unreadable"]
