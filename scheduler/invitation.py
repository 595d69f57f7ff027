"""An appointment as a calendar file: iCalendar (RFC 5545) as a scheduling message (RFC 5546).

A calendar that has taken the first one in takes a later one as the same event: the identifier is the same, and the
sequence grows. It holds nobody's name: the file goes to devices that others use as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

_PRODUCT = "-//Cloud Window//Appointments//ZH"
# Nobody is written to: what is in the calendar is told at the counter.
_NO_ADDRESS = "invalid:nomail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the file says. `sequence` counts the changes from 0; `at` is in UTC, and so is `changed_at`."""

    appointment_id: str
    sequence: int
    changed_at: datetime
    at: datetime
    lasts: timedelta
    cancelled: bool
    summary: str
    place: str
    note: str
    organiser: str


def as_ics(invitation: Invitation) -> bytes:
    """The file: a request, or the cancellation of what was requested before."""
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "CANCEL" if invitation.cancelled else "REQUEST")
    calendar.add_component(_event(invitation))
    written: bytes = calendar.to_ical()
    return written


def _event(invitation: Invitation) -> Event:
    event = Event()
    event.add("UID", f"{invitation.appointment_id}@appointments.cloud-window")
    event.add("SEQUENCE", invitation.sequence)
    event.add("DTSTAMP", invitation.changed_at)
    event.add("DTSTART", invitation.at)
    event.add("DTEND", invitation.at + invitation.lasts)
    event.add("SUMMARY", invitation.summary)
    event.add("LOCATION", invitation.place)
    event.add("DESCRIPTION", invitation.note)
    event.add("STATUS", "CANCELLED" if invitation.cancelled else "CONFIRMED")
    organiser = vCalAddress(_NO_ADDRESS)
    organiser.params["CN"] = vText(invitation.organiser)
    event["ORGANIZER"] = organiser
    # RFC 5546 wants somebody to be invited; a request without it is no invitation to some calendars.
    event["ATTENDEE"] = vCalAddress(_NO_ADDRESS)
    return event
