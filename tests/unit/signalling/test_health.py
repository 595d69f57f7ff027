"""`degraded` has a reason, and only some reasons keep new people away."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from signalling.health import Checkup, Parts, can_serve, reasons

WELL = Checkup(outbox_age=0.0, free_bytes=10**12)
PARTS = Parts(phase="serving", media=True, imaging=True, recording=True, failing=())
RESERVE = 2 * 1024**3


def test_a_service_that_is_well_has_no_reason() -> None:
    assert reasons(WELL, PARTS, RESERVE) == []
    assert can_serve([])


@pytest.mark.parametrize(
    ("changed", "code", "serves"),
    [
        ({"write_problem": "OperationalError"}, "write_failed", False),
        ({"outbox_age": 30.0}, "outbox_late", True),
        ({"free_bytes": RESERVE - 1}, "disk_low", True),
    ],
)
def test_what_the_database_and_the_disk_say(changed: dict[str, Any], code: str, serves: bool) -> None:
    assert reasons(dataclasses.replace(WELL, **changed), PARTS, RESERVE) == [code]
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
    assert reasons(WELL, dataclasses.replace(PARTS, **changed), RESERVE) == [code]
    assert can_serve([code]) is serves


def test_a_write_that_does_not_end_is_told_and_nothing_is_guessed() -> None:
    assert reasons(None, PARTS, RESERVE) == ["write_late"]
    assert not can_serve(["write_late"])


def test_just_within_the_limits_is_well() -> None:
    assert reasons(Checkup(outbox_age=29.9, free_bytes=RESERVE), PARTS, RESERVE) == []


def test_every_reason_is_told() -> None:
    worst = Parts(phase="serving", media=False, imaging=False, recording=False, failing=("timers", "presence"))
    told = reasons(Checkup(write_problem="OSError", outbox_age=99.0, free_bytes=0), worst, RESERVE)
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
