"""Consultations: a clerk asks a colleague into the call, who sees, hears and reads the case for as long as it lasts."""

from __future__ import annotations

from signalling.identity.faces import Face
from signalling.slices.consultations.acts import ACTS
from signalling.slices.consultations.commands import COMMANDS
from signalling.slices.consultations.events import follow, restore
from signalling.slices.consultations.http import ENDPOINTS
from signalling.slices.consultations.messages import ConsultationView
from signalling.slices.consultations.parts import Parts
from signalling.slices.consultations.views import show_consultation
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_WINDOW: frozenset[Face] = frozenset({"window"})

SLICE: Slice[Parts] = Slice(
    "consultations",
    commands=COMMANDS,
    topics=(Topic("consultation", ConsultationView, show_consultation, faces=_WINDOW),),
    endpoints=ENDPOINTS,
    acts=ACTS,
    follow=follow,
    restore=restore,
)
