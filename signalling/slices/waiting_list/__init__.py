"""Waiting for a time where none is free."""

from __future__ import annotations

from directory.principal import Permission
from signalling.slices.waiting_list.commands import COMMANDS
from signalling.slices.waiting_list.events import follow, watch_the_time
from signalling.slices.waiting_list.messages import WaitingListView
from signalling.slices.waiting_list.parts import Parts
from signalling.slices.waiting_list.views import show_waiting_list
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "waiting_list",
    commands=COMMANDS,
    topics=(
        Topic(
            "waiting_list",
            WaitingListView,
            show_waiting_list,
            faces=frozenset({"point"}),
            permission=Permission.BOOK_APPOINTMENTS,
        ),
    ),
    follow=follow,
    work={"waiting list watched": watch_the_time},
)
