"""Calls: who is in the media session of a ticket, how they are connected, what their pages show of it."""

from __future__ import annotations

from signalling.slices.calls.commands import COMMANDS
from signalling.slices.calls.events import follow, restore
from signalling.slices.calls.http import ENDPOINTS, prepare
from signalling.slices.calls.messages import SlotsView
from signalling.slices.calls.parts import Parts
from signalling.slices.calls.views import show_slots
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "calls",
    commands=COMMANDS,
    topics=(Topic("slots", SlotsView, show_slots, faces=frozenset({"point", "window", "supervisor", "guest"})),),
    endpoints=ENDPOINTS,
    prepare=prepare,
    follow=follow,
    restore=restore,
)
