"""`degraded` has a reason, and only some reasons keep new people away."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from foundation.disk import Space
from signalling.slices.health.checkup import Checkup, State, can_serve, reasons, warnings

WELL = Checkup(outbox_age=0.0, space=Space(free=10**12, total=10**13), room=True)
STATE = State(phase="serving", media=True, imaging=True, recording=True, failing=())
RESERVE = 2 * 1024**3


def test_a_service_that_is_well_has_no_reason() -> None:
    assert reasons(WELL, STATE) == []
    assert can_serve([])


@pytest.mark.parametrize(
    ("changed", "code", "serves"),
    [
        ({"write_problem": "OperationalError"}, "write_failed", False),
        ({"outbox_age": 30.0}, "outbox_late", True),
        ({"room": False}, "disk_low", True),
    ],
)
def test_what_the_database_and_the_disk_say(changed: dict[str, Any], code: str, serves: bool) -> None:
    assert reasons(dataclasses.replace(WELL, **changed), STATE) == [code]
    assert can_serve([code]) is serves


@pytest.mark.parametrize(
    ("changed", "code", "serves"),
    [
        ({"phase": "starting"}, "starting", False),
        ({"phase": "stopping"}, "stopping", False),
        ({"media": False}, "media_down", True),
        ({"imaging": False}, "imaging_down", True),
        ({"recording": False}, "recording_paused", True),
        ({"failing": ("outbox",)}, "task_failing:outbox", True),
    ],
)
def test_what_the_parts_say(changed: dict[str, Any], code: str, serves: bool) -> None:
    assert reasons(WELL, dataclasses.replace(STATE, **changed)) == [code]
    assert can_serve([code]) is serves


def test_a_write_that_does_not_end_is_told_and_nothing_is_guessed() -> None:
    assert reasons(None, STATE) == ["write_late"]
    assert not can_serve(["write_late"])


def test_just_within_the_limits_is_well() -> None:
    assert reasons(dataclasses.replace(WELL, outbox_age=29.9), STATE) == []


def test_every_reason_is_told() -> None:
    worst = State(phase="serving", media=False, imaging=False, recording=False, failing=("timers", "presence"))
    told = reasons(Checkup(write_problem="OSError", outbox_age=99.0), worst)
    assert told == [
        "write_failed",
        "outbox_late",
        "disk_low",
        "media_down",
        "imaging_down",
        "recording_paused",
        "task_failing:timers",
        "task_failing:presence",
    ]


@pytest.mark.parametrize(
    ("free", "room", "told"),
    [
        (2 * RESERVE, True, []),
        (2 * RESERVE - 1, True, ["disk_filling"]),
        # It is degraded by then, with `disk_low`.
        (RESERVE, False, []),
    ],
)
def test_a_disk_that_fills_is_told_before_uploads_are_refused(free: int, room: bool, told: list[str]) -> None:
    checkup = dataclasses.replace(WELL, space=Space(free=free, total=10**13), room=room)
    assert warnings(checkup, RESERVE) == told
