"""What takes the space is told by kind, the same by the service as by the doctor."""

from __future__ import annotations

from pathlib import Path

from signalling.slices.health.disk_use import used, used_slowly


async def test_what_lies_in_the_data_folder_is_told_by_kind(tmp_path: Path) -> None:
    for name, size in {
        "blobs/cases/a/pages/1.jpg": 100_000,
        "blobs/cases/b/pages/2.jpg": 50_000,
        "uploads/x.part": 30_000,
        "cloud-window.db": 60_000,
        "cloud-window.db-wal": 20_000,
        "keys/master.key": 32,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    found = used(tmp_path)
    assert 150_000 <= found["papers"] < 170_000
    assert 30_000 <= found["uploads"] < 40_000
    assert 80_000 <= found["database"] < 95_000
    assert found["recordings"] == found["node_recordings"] == 0
    assert await used_slowly(tmp_path) == found
