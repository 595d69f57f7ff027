"""Cameras added and removed by command while the service runs, and what the audit log says of it."""

from __future__ import annotations

import asyncio
import getpass
import io
import json
from pathlib import Path

import pytest

from directory.store import queries
from signalling.cli.main import main
from tests.support.served import served

ADDRESS = "rtsp://viewer:secret@127.0.0.1:9/live"


async def test_each_change_and_each_refusal_stands_in_the_audit_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    async def command(*arguments: str, said: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        return await asyncio.to_thread(main, ["camera", *arguments])

    async with served(tmp_path / "data") as site:
        assert await command("add", "district", "大厅", "Hall", said=ADDRESS) == 0
        async with asyncio.timeout(10):
            while not (known := site.features.cameras.every()):
                await asyncio.sleep(0.1)
        camera = known[0].id
        assert camera in capsys.readouterr().out.splitlines()
        assert await command("add", "nowhere", "大厅", "Hall", said=ADDRESS) == 2
        assert await command("add", "district", "大厅", "Hall", said="no address") == 2
        assert await command("remove", camera) == 0
        assert await command("remove", camera) == 2
        async with site.features.ground.database.read() as session:
            rows = [row for row in await queries.audit_after(session, 0, 100) if row.who == "command"]
    assert {row.account for row in rows} == {getpass.getuser()}
    assert [(row.act, row.outcome, json.loads(row.what)) for row in rows] == [
        ("camera_added", "done", {"camera": camera, "site": "district"}),
        ("camera_added", "no_such_site", {"site": "nowhere"}),
        ("camera_added", "camera_address_invalid", {"site": "district"}),
        ("camera_removed", "done", {"camera": camera}),
        ("camera_removed", "no_such_camera", {"camera": camera}),
    ]
