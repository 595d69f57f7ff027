"""What `cloud-window audit` says of a log, and what an operator does with its head."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from foundation.settings import Settings
from signalling.cli.doctor import doctor
from signalling.cli.main import main
from tests.unit.signalling.cli.test_doctor import log_three_looks


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data with three entries, and the settings of a command that works on it."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    asyncio.run(log_three_looks(Settings(data_dir=tmp_path)))
    return tmp_path


def change(data_dir: Path, statement: str) -> None:
    with sqlite3.connect(data_dir / "cloud-window.db") as connection:
        connection.execute(statement)
    connection.close()


def printed_head(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["audit", "head"]) == 0
    head, time = capsys.readouterr().out.split()
    assert head.startswith("3:")
    assert time.endswith("Z")
    return head


def test_a_head_that_was_kept_elsewhere_sees_what_this_machine_lost(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = printed_head(capsys)
    assert main(["audit", "verify", "--head", kept]) == 0
    assert "each of 3 entries is as it was written" in capsys.readouterr().out
    change(data_dir, "DELETE FROM audit_log WHERE sequence = 3")
    assert main(["audit", "verify"]) == 1
    assert "entry 3 is missing: entries were removed from the log; the 2 before it are" in capsys.readouterr().out
    # Whoever can write this machine's files has taken the head away, too.
    (data_dir / "audit-head").unlink()
    assert main(["audit", "verify"]) == 2
    assert "audit-head is missing" in capsys.readouterr().err
    assert main(["audit", "verify", "--head", kept]) == 1
    assert "entry 3 is missing" in capsys.readouterr().out


def test_an_emptied_log_is_told(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(data_dir, "DELETE FROM audit_log")
    assert doctor(Settings(data_dir=data_dir)) == 1
    assert "FAIL  audit log: entry 1 is missing" in capsys.readouterr().out


def test_a_head_of_somebody_elses_making_is_told(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "audit-head").write_bytes(b'{"number": 2, "mac": "00"}')
    assert main(["audit", "verify"]) == 2
    assert "somebody changed or replaced the head" in capsys.readouterr().err
    # The next start puts it aside, and it is told of all the same.
    asyncio.run(log_three_looks(Settings(data_dir=data_dir)))
    assert main(["audit", "verify"]) == 2
    assert "audit-head.broken is not what this installation wrote" in capsys.readouterr().err


def test_what_is_no_head_is_refused(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", "--head", "3"]) == 2
    assert "NUMBER:MAC" in capsys.readouterr().err


def test_nothing_is_said_without_the_key_and_no_key_is_made(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / "keys" / "master.key").unlink()
    assert main(["audit", "verify"]) == 2
    assert "without the master key" in capsys.readouterr().err
    assert not (data_dir / "keys" / "master.key").exists()
