"""Guiding a paper under the camera: the clerk's hints, shown on an outline and spoken by the page that photographs."""

from __future__ import annotations

from directory.principal import Permission
from signalling.slices.guidance.acts import ACTS
from signalling.slices.guidance.commands import COMMANDS
from signalling.slices.guidance.events import follow
from signalling.slices.guidance.messages import PaperGuideView
from signalling.slices.guidance.parts import Parts
from signalling.slices.guidance.views import TOPIC, show_guide
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "guidance",
    commands=COMMANDS,
    topics=(Topic(TOPIC, PaperGuideView, show_guide, faces=frozenset({"point"}), permission=Permission.SHOW_PAPERS),),
    acts=ACTS,
    follow=follow,
)
