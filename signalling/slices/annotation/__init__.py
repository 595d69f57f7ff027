"""Drawing together on what is seen in a call: videos, frozen pictures, pages of the case."""

from __future__ import annotations

from signalling.slices.annotation.acts import ACTS
from signalling.slices.annotation.commands import COMMANDS
from signalling.slices.annotation.drawing_members import FACES, TOPIC
from signalling.slices.annotation.events import follow
from signalling.slices.annotation.http import ENDPOINTS
from signalling.slices.annotation.messages import AnnotationsView
from signalling.slices.annotation.parts import Parts
from signalling.slices.annotation.views import show_annotations
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "annotation",
    commands=COMMANDS,
    topics=(Topic(TOPIC, AnnotationsView, show_annotations, faces=frozenset(FACES), rest_seconds=0.04),),
    endpoints=ENDPOINTS,
    acts=ACTS,
    follow=follow,
)
