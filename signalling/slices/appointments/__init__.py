"""Booking a time, and coming to it."""

from __future__ import annotations

from directory.principal import Permission
from signalling.slices.appointments.commands import COMMANDS
from signalling.slices.appointments.events import follow, watch_the_time
from signalling.slices.appointments.http import ENDPOINTS
from signalling.slices.appointments.messages import AppointmentsView
from signalling.slices.appointments.parts import Parts
from signalling.slices.appointments.views import show_appointments
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "appointments",
    commands=COMMANDS,
    topics=(
        Topic(
            "appointments",
            AppointmentsView,
            show_appointments,
            faces=frozenset({"point", "window"}),
            permission=Permission.KEEP_APPOINTMENTS,
        ),
    ),
    endpoints=ENDPOINTS,
    follow=follow,
    work={"appointments watched": watch_the_time},
)
