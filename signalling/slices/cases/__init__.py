"""Case files: opened by their tickets, their materials asked for, delivered and reviewed, read by who may."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from signalling.slices.cases.commands import COMMANDS
from signalling.slices.cases.events import follow
from signalling.slices.cases.http import ENDPOINTS
from signalling.slices.cases.messages import CaseView
from signalling.slices.cases.parts import Parts
from signalling.slices.cases.searching import ENDPOINTS as SEARCH
from signalling.slices.cases.views import show_case
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "cases",
    commands=COMMANDS,
    topics=(
        Topic(
            "case",
            CaseView,
            show_case,
            permission=Permission.READ_CASE,
            refusals=CASE_READ | {CaseDamaged},
            access="case_watched",
        ),
    ),
    endpoints=(*ENDPOINTS, *SEARCH),
    follow=follow,
)
