"""Guests from outside: a clerk makes a link into the call, sees them wait and lets them in; they see nothing else."""

from __future__ import annotations

from directory.principal import Permission
from signalling.slices.guests.acts import ACTS
from signalling.slices.guests.commands import COMMANDS
from signalling.slices.guests.events import follow
from signalling.slices.guests.http import ENDPOINTS
from signalling.slices.guests.messages import InviteesView, OutsideView
from signalling.slices.guests.parts import Parts
from signalling.slices.guests.views import show_guests, show_outside
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "guests",
    commands=COMMANDS,
    topics=(
        Topic("guests", InviteesView, show_guests, faces=frozenset({"window"}), permission=Permission.SERVE),
        Topic("guest", OutsideView, show_outside, faces=frozenset({"guest"})),
    ),
    endpoints=ENDPOINTS,
    acts=ACTS,
    follow=follow,
)
