"""Calendar files, read back by two libraries that have not written them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import ics
import pytest
import vobject

from scheduler.invitation import Invitation, as_ics

BOOKED = Invitation(
    appointment_id="01kb0v7e3xq5w8z2m4n6p8r0t1",
    sequence=0,
    changed_at=datetime(2026, 11, 30, 1, 0, tzinfo=UTC),
    at=datetime(2026, 12, 1, 1, 30, tzinfo=UTC),
    lasts=timedelta(minutes=20),
    cancelled=False,
    summary="预约 1130-001：高龄津贴；申请, 续期",
    place="青石镇桂花社区延伸点 " + "很长的地址" * 20,
    note="请提前到场\n2号云窗口",
    organiser="青石镇便民服务中心",
)
MOVED = replace(BOOKED, sequence=1, at=BOOKED.at + timedelta(hours=1))
CANCELLED = replace(MOVED, sequence=2, cancelled=True)


@pytest.mark.parametrize("invitation", [BOOKED, MOVED, CANCELLED], ids=["booked", "moved", "cancelled"])
def test_vobject_reads_what_was_written(invitation: Invitation) -> None:
    calendar = vobject.readOne(as_ics(invitation).decode())
    event = calendar.vevent
    assert calendar.method.value == ("CANCEL" if invitation.cancelled else "REQUEST")
    assert event.uid.value == f"{invitation.appointment_id}@appointments.cloud-window"
    assert int(event.sequence.value) == invitation.sequence
    assert event.dtstart.value == invitation.at
    assert event.dtend.value - event.dtstart.value == invitation.lasts
    assert event.dtstamp.value == invitation.changed_at
    assert event.summary.value == invitation.summary
    assert event.location.value == invitation.place
    assert event.description.value == invitation.note
    assert event.status.value == ("CANCELLED" if invitation.cancelled else "CONFIRMED")
    assert event.organizer.params["CN"] == [invitation.organiser]


@pytest.mark.parametrize("invitation", [BOOKED, MOVED, CANCELLED], ids=["booked", "moved", "cancelled"])
def test_ics_reads_what_was_written(invitation: Invitation) -> None:
    calendar = ics.Calendar(as_ics(invitation).decode())
    (event,) = calendar.events
    assert calendar.method == ("CANCEL" if invitation.cancelled else "REQUEST")
    assert event.uid == f"{invitation.appointment_id}@appointments.cloud-window"
    assert event.begin.datetime == invitation.at
    assert event.duration == invitation.lasts
    assert event.name == invitation.summary
    assert event.location == invitation.place
    assert event.description == invitation.note
    assert event.status == ("CANCELLED" if invitation.cancelled else "CONFIRMED")
    assert {line.name: line.value for line in event.extra}["SEQUENCE"] == str(invitation.sequence)


def test_lines_are_folded_and_ended_as_the_standard_says() -> None:
    lines = as_ics(BOOKED).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"DTSTART:20261201T013000Z" in lines
