"""What is free is asked of the kernel, and known again for a second."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from foundation.clock import ManualClock
from foundation.database import Database, DatabaseFull
from foundation.disk import Disk, bytes_below
from tests.support.small_disk import small_disk

MIB = 1024 * 1024


async def test_an_answer_holds_for_a_second_or_until_it_is_forgotten(tmp_path: Path) -> None:
    clock = ManualClock()
    with small_disk(tmp_path / "small", 8 * MIB, 2 * MIB) as ballast:
        disk = Disk([tmp_path, tmp_path / "small"], clock)
        first = await disk.space()
        assert (first.total, first.free) == (8 * MIB, 6 * MIB)
        ballast.unlink()
        clock.advance(0.9)
        assert await disk.space() == first
        clock.advance(0.2)
        assert (await disk.space()).free == 8 * MIB
        (tmp_path / "small" / "more").write_bytes(bytes(MIB))
        disk.forget()
        assert (await disk.space()).free == 7 * MIB


async def test_many_who_ask_at_once_have_the_kernel_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = os.statvfs
    monkeypatch.setattr(os, "statvfs", lambda folder: (asked.append(folder), real(folder))[1])
    disk = Disk([tmp_path], ManualClock())
    await asyncio.gather(*(disk.space() for _ in range(50)))
    assert len(asked) == 1


def test_what_lies_below_a_folder_is_added_up(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(bytes(10_000))
    (tmp_path / "a" / "b" / "two").write_bytes(bytes(20_000))
    assert 30_000 <= bytes_below(tmp_path / "a") < 45_000
    assert bytes_below(tmp_path / "none") == 0


async def test_a_database_without_room_refuses_in_words_and_keeps_what_it_had(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2 * MIB) as ballast:
        database = Database.open(f"sqlite:///{tmp_path / 'small' / 'one.db'}")
        async with database.write() as session:
            await session.execute(text("CREATE TABLE kept (text TEXT)"))
            await session.execute(text("INSERT INTO kept VALUES ('before')"))
        with pytest.raises(DatabaseFull) as refused:
            async with database.write() as session:
                await session.execute(text("INSERT INTO kept VALUES (:long)"), {"long": "x" * 3 * MIB})
        assert refused.value.status == 507
        async with database.read() as session:
            assert list(await session.scalars(text("SELECT text FROM kept"))) == ["before"]
        ballast.unlink()
        async with database.write() as session:
            await session.execute(text("INSERT INTO kept VALUES ('after')"))
        await database.close()
