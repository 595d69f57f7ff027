"""Taking a ticket at the point, and waiting with it."""

from __future__ import annotations

from signalling.slices.tickets.acts import CALL_LEFT, WAITING_TOLD
from signalling.slices.tickets.commands import COMMANDS
from signalling.slices.tickets.events import follow, restore, show_places
from signalling.slices.tickets.http import ENDPOINTS
from signalling.slices.tickets.messages import PointView
from signalling.slices.tickets.parts import Parts
from signalling.slices.tickets.views import show_point
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "tickets",
    commands=COMMANDS,
    topics=(Topic("point", PointView, show_point, faces=frozenset({"point"})),),
    endpoints=ENDPOINTS,
    acts=(WAITING_TOLD, CALL_LEFT),
    follow=follow,
    restore=restore,
    work={"places shown": show_places},
)
