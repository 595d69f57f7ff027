"""Mandates: somebody acts for the applicant under a paper that both sides see and that may be revoked at once."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from signalling.identity.faces import Face
from signalling.slices.mandates.commands import COMMANDS
from signalling.slices.mandates.events import expire_for_ever, follow
from signalling.slices.mandates.messages import MandatesView
from signalling.slices.mandates.parts import Parts
from signalling.slices.mandates.views import show_mandates
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_FACES: frozenset[Face] = frozenset({"point", "window", "supervisor"})

SLICE: Slice[Parts] = Slice(
    "mandates",
    commands=COMMANDS,
    topics=(
        Topic(
            "mandates",
            MandatesView,
            show_mandates,
            faces=_FACES,
            permission=Permission.READ_CASE,
            refusals=CASE_READ | {CaseDamaged},
            with_case=True,
        ),
    ),
    follow=follow,
    work={"mandates that end": expire_for_ever},
)
