"""Asking for a supervisor from a call."""

from __future__ import annotations

from signalling.slices.helping.acts import ANSWERED, ASKED
from signalling.slices.helping.commands import COMMANDS
from signalling.slices.helping.events import follow
from signalling.slices.helping.messages import HelpView
from signalling.slices.helping.parts import Parts
from signalling.slices.helping.views import show_help
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "helping",
    commands=COMMANDS,
    topics=(Topic("help", HelpView, show_help, faces=frozenset({"point", "supervisor"})),),
    acts=(ASKED, ANSWERED),
    follow=follow,
)
