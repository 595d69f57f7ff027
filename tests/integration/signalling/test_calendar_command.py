"""A year's working days kept by command: what is counted by it after the next start, and what cannot be."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from directory.errors import CalendarTooShort
from directory.store import queries
from signalling.cli.main import main
from tests.support.served import seed_demonstration, served

SET = ("set", "2027", "--holiday", "2027-01-01..2027-01-03", "--worked", "2027-01-09")


async def test_a_year_is_kept_and_counts_from_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    # With the windows' own hours and the published tables alone.
    await seed_demonstration(tmp_path / "data")

    async def command(*arguments: str) -> int:
        return await asyncio.to_thread(main, ["calendar", *arguments])

    async with served(tmp_path / "data") as site:
        with pytest.raises(CalendarTooShort):
            site.features.directory.catalogue.calendar.after(date(2026, 12, 28), 5)
        assert await command(*SET) == 0
        # Once more: the later table stands in place of the former.
        assert await command(*SET) == 0
        for wrong in (("--holiday", "2028-01-01"), ("--worked", "2027-01-08"), ("--worked", "2026-12-27")):
            assert await command("set", "2027", *wrong) == 2
        assert "2027-01-08" in capsys.readouterr().err
        for without in ((), ("--worked", "2027-01-09")):
            assert await command("set", "2027", *without) == 2
            assert "2027" in capsys.readouterr().err
        for kind in ("--holiday", "--worked"):
            with pytest.raises(SystemExit) as reversed_range:
                main(["calendar", "set", "2027", "--holiday", "2027-01-01", kind, "2027-10-07..2027-10-01"])
            assert reversed_range.value.code == 2
            assert "2027-10-01..2027-10-07" in capsys.readouterr().err
        assert await command("list") == 0
        said = capsys.readouterr().out
        assert "2027  own        01-01 01-02 01-03  worked: 01-09" in said
        assert "2026  published" in said
        async with site.features.ground.database.read() as session:
            rows = [row for row in await queries.audit_after(session, 0, 100) if row.who == "command"]
    assert [(row.act, row.outcome, json.loads(row.what)) for row in rows] == [
        ("calendar_set", outcome, {"year": "2027"})
        for outcome in ("done", "done", *("calendar_invalid",) * 3, *("calendar_empty",) * 2)
    ]
    async with served(tmp_path / "data") as site:
        calendar = site.features.directory.catalogue.calendar
        assert calendar.after(date(2026, 12, 28), 4) == date(2027, 1, 4)
        window = site.features.directory.catalogue.windows_for("town-01", ["civil"])[0]
        assert {one.day for one in window.exceptions if one.opens is None} >= {date(2027, 1, 1)}
        assert date(2027, 1, 9) in {one.day for one in window.exceptions if one.opens is not None}
