"""What `cloud-window doctor` says of a machine and its data."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from directory.audit import Entry
from directory.audit_head import open_audit
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.notifying import store
from foundation.notifying.notice_life import NoticeState
from foundation.notifying.store import StoredNotice
from foundation.set_aside import FILE, SetAside
from foundation.settings import Settings
from foundation.vault import Vault
from signalling.cli.doctor import doctor


async def log_three_looks(settings: Settings) -> None:
    database = Database.open(settings.effective_database_url)
    vault = Vault.open(settings.data_dir / "keys")
    await migrate(database, vault)
    log, head = open_audit(database, SystemClock(), vault, settings.data_dir)
    for number in range(3):
        await log.record(Entry(who="staff-1", act="page_read", what={"page": str(number)}))
    await head.export()
    await database.close()


def test_an_empty_machine_is_told_what_serve_will_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(Settings(data_dir=tmp_path / "new"))
    assert "none yet; `serve` makes it" in capsys.readouterr().out


def test_an_audit_log_that_was_changed_from_outside_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    asyncio.run(log_three_looks(settings))
    doctor(settings)
    assert "ok    audit log: each of 3 entries is as it was written; head 3:" in capsys.readouterr().out
    with sqlite3.connect(tmp_path / "cloud-window.db") as connection:
        connection.execute("UPDATE audit_log SET who = 'staff-2' WHERE sequence = 2")
    connection.close()
    assert doctor(settings) == 1
    assert "FAIL  audit log: entry 2 is not as it was written" in capsys.readouterr().out


def test_a_disk_below_the_reserve_is_told_with_what_takes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "page.jpg").write_bytes(bytes(120 * 1024**2))
    doctor(Settings(data_dir=tmp_path))
    assert "free; papers 0.1 GiB, uploads 0.0 GiB" in capsys.readouterr().out
    assert doctor(Settings(data_dir=tmp_path, disk_reserve_bytes=1 << 60)) == 1
    shown = capsys.readouterr().out
    assert "  FAIL  disk: " in shown
    assert "uploads are refused; make room" in shown
    assert "4.0 GiB a case, 16.0 GiB a site and day" in shown


def test_media_nodes_that_do_not_answer_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, media_nodes=("http://127.0.0.1:9",), node_token="t" * 40)
    assert doctor(settings) == 1
    shown = capsys.readouterr().out
    assert "FAIL  media nodes: no answer from http://127.0.0.1:9" in shown
    assert "t" * 40 not in shown
    doctor(Settings(data_dir=tmp_path, media_nodes=("http://127.0.0.1:9",), node_token="short"))
    assert "FAIL  media nodes: Set NODE_TOKEN to at least 32 characters" in capsys.readouterr().out


def test_a_database_url_with_its_password_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/hidden.db"))
    assert "hidden" not in capsys.readouterr().out


def test_the_relays_secret_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doctor(Settings(data_dir=tmp_path, turn_urls=("turn:relay.example",), turn_secret="hidden"))
    said = capsys.readouterr().out
    assert "turn:relay.example" in said
    assert "hidden" not in said


def test_what_was_set_aside_is_named_up_to_fifty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path)
    doctor(settings)
    assert "ok    set aside: nothing since the last start" in capsys.readouterr().out
    kept = SetAside(tmp_path, SystemClock())
    for number in range(52):
        kept.note("uploads", f"u{number}", "checksum_mismatch")
    assert doctor(settings) == 1
    shown = capsys.readouterr().out
    assert "FAIL  set aside: the service goes on without" in shown
    assert "uploads u49: checksum_mismatch" in shown
    assert "uploads u50" not in shown
    assert f"and 2 more, see {tmp_path / FILE}" in shown


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("what = x'ff'", "entry 2 is not as it was written"),
        ("at = 'yesterday'", "entry 2 cannot be read"),
        ("who = CAST(x'ff' AS TEXT)", "entry 2 cannot be read"),
    ],
)
def test_a_damaged_audit_entry_ends_no_doctor_and_no_new_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str, told: str
) -> None:
    settings = Settings(data_dir=tmp_path)
    asyncio.run(log_three_looks(settings))
    with sqlite3.connect(tmp_path / "cloud-window.db") as connection:
        connection.execute(f"UPDATE audit_log SET {damage} WHERE sequence IN (2, 3)")
    connection.close()
    asyncio.run(log_three_looks(settings))
    assert doctor(settings) == 1
    shown = capsys.readouterr().out
    assert f"FAIL  audit log: {told}" in shown
    assert "set aside" in shown


async def post_a_notice(settings: Settings, code: str | None) -> None:
    """One that is sent, or that fails with a code."""
    database, clock, vault = (
        Database.open(settings.effective_database_url),
        SystemClock(),
        Vault.open(settings.data_dir / "keys"),
    )
    await migrate(database, vault)
    now = clock.now()
    async with database.write() as session:
        await store.add(
            session,
            StoredNotice(
                id=str(code),
                key=str(code),
                topic="appointment 1",
                kind="appointment_booked",
                channel="sms",
                language="en",
                state=NoticeState.FAILED if code else NoticeState.SENT,
                made_at=now,
                next_at=now,
                useful_until=now,
                attempts=1,
                lease=None,
                error=code,
                data_key=None,
                content=None,
            ),
        )
    await database.close()


def test_notices_that_were_not_sent_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(data_dir=tmp_path, sms_url="https://sms.example.cn/", sms_key="the key")
    asyncio.run(post_a_notice(settings, None))
    doctor(settings)
    said = capsys.readouterr().out
    assert "ok    notices: text messages; 1 sent, 0 wait" in said
    assert "the key" not in said
    asyncio.run(post_a_notice(settings, "http_401"))
    assert doctor(settings) == 1
    assert "not sent within a week, the newest first: sms appointment_booked: http_401" in capsys.readouterr().out
