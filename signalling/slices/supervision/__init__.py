"""Supervisors see the calls of their sites, listen to them, whisper to the clerk and join: nobody is heard unawares."""

from __future__ import annotations

from signalling.identity.faces import Face
from signalling.slices.supervision.commands import COMMANDS
from signalling.slices.supervision.events import follow, show_calls_again
from signalling.slices.supervision.listening import ACTS
from signalling.slices.supervision.messages import CallsView, SupervisionView
from signalling.slices.supervision.parts import Parts
from signalling.slices.supervision.views import show_calls, show_supervision
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_SUPERVISOR: frozenset[Face] = frozenset({"supervisor"})

SLICE: Slice[Parts] = Slice(
    "supervision",
    commands=COMMANDS,
    topics=(
        Topic("supervision", SupervisionView, show_supervision, faces=_SUPERVISOR),
        Topic("calls", CallsView, show_calls, faces=_SUPERVISOR),
    ),
    acts=ACTS,
    follow=follow,
    work={"calls shown": show_calls_again},
)
