"""What is set aside is named once in the log and in a file, and the service goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from foundation import set_aside as module
from foundation.clock import ManualClock
from foundation.errors import NotFound
from foundation.set_aside import FILE, SetAside, read_set_aside


@pytest.fixture
def kept(tmp_path: Path, clock: ManualClock) -> SetAside:
    return SetAside(tmp_path, clock)


def test_each_thing_is_named_once_and_says_nothing_of_what_stands_in_it(kept: SetAside, tmp_path: Path) -> None:
    with capture_logs() as logs:
        kept.note("uploads", "u1", ValueError("王秀英"))
        kept.note("uploads", "u1", KeyError("again"))
        kept.note("signatures", "u1", NotFound())
        kept.note("outbox", "7", "undelivered")
    named = [("uploads", "u1", "ValueError"), ("signatures", "u1", "not_found"), ("outbox", "7", "undelivered")]
    assert [(one.kind, one.identifier, one.problem) for one in read_set_aside(tmp_path)] == named
    assert read_set_aside(tmp_path) == kept.entries()
    assert len(kept) == 3
    assert [(entry["event"], entry["problem"]) for entry in logs] == [("set_aside", problem) for _, _, problem in named]
    assert "王秀英" not in (tmp_path / FILE).read_text()


def test_only_what_nobody_expected_is_logged_with_its_trace(kept: SetAside) -> None:
    with capture_logs() as logs:
        kept.note("uploads", "u1", failure := ValueError())
        kept.note("uploads", "u2", NotFound())
    assert [entry["exc_info"] for entry in logs] == [failure, None]


def test_a_start_begins_anew(kept: SetAside, tmp_path: Path, clock: ManualClock) -> None:
    kept.note("uploads", "u1", "gone")
    assert len(SetAside(tmp_path, clock)) == 0
    assert read_set_aside(tmp_path) == []


def test_a_line_cut_short_keeps_no_other_from_being_read(kept: SetAside, tmp_path: Path) -> None:
    kept.note("uploads", "u1", "gone")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"kind":"upl')
    assert [one.identifier for one in read_set_aside(tmp_path)] == ["u1"]


def test_a_disk_that_takes_nothing_stops_nobody(kept: SetAside, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with capture_logs() as logs:
        kept.note("uploads", "u1", "gone")
    assert len(kept) == 1
    assert [entry["event"] for entry in logs] == ["set_aside", "set_aside_not_written"]


def test_the_list_has_an_end(kept: SetAside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    for number in range(5):
        kept.note("uploads", str(number), "gone")
    assert len(kept) == 3
