"""The clerk's desk: its window, the queue that it may serve, the ticket in hand."""

from __future__ import annotations

from signalling.identity.faces import Face
from signalling.slices.desks.acts import VISIT_FINISHED
from signalling.slices.desks.commands import COMMANDS
from signalling.slices.desks.events import follow, show_queues
from signalling.slices.desks.messages import DeskView, QueueView
from signalling.slices.desks.parts import Parts
from signalling.slices.desks.views import show_desk, show_queue
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_WINDOW: frozenset[Face] = frozenset({"window"})

SLICE: Slice[Parts] = Slice(
    "desks",
    commands=COMMANDS,
    topics=(
        Topic("desk", DeskView, show_desk, faces=_WINDOW),
        Topic("queue", QueueView, show_queue, faces=_WINDOW),
    ),
    acts=(VISIT_FINISHED,),
    follow=follow,
    work={"queues shown": show_queues},
)
