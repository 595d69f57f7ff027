"""Supplements 补正: what is missing of a case is sent later, by a link or at the point, until a deadline."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from document_relay.supplement_errors import NoSuchSupplement
from signalling.identity.faces import Face
from signalling.slices.supplements.commands import COMMANDS
from signalling.slices.supplements.events import follow, keep_deadlines
from signalling.slices.supplements.http import ENDPOINTS
from signalling.slices.supplements.messages import (
    CaseSupplementView,
    FoundSupplementsView,
    ReceivedSupplementsView,
    WantedPapersView,
)
from signalling.slices.supplements.parts import Parts
from signalling.slices.supplements.views import show_found, show_of_case, show_received, show_wanted
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_WINDOW: frozenset[Face] = frozenset({"window"})
_POINT: frozenset[Face] = frozenset({"point"})
_SENDER: frozenset[Face] = frozenset({"sender"})

SLICE: Slice[Parts] = Slice(
    "supplements",
    commands=COMMANDS,
    topics=(
        Topic(
            "supplement",
            CaseSupplementView,
            show_of_case,
            faces=frozenset({"window", "point"}),
            permission=Permission.READ_CASE,
            refusals=CASE_READ | {CaseDamaged},
            with_case=True,
        ),
        Topic(
            "received_supplements", ReceivedSupplementsView, show_received, faces=_WINDOW, permission=Permission.SERVE
        ),
        Topic(
            "found_supplements",
            FoundSupplementsView,
            show_found,
            faces=_POINT,
            permission=Permission.FIND_SUPPLEMENTS,
        ),
        Topic(
            "wanted_papers",
            WantedPapersView,
            show_wanted,
            faces=_SENDER,
            permission=Permission.DELIVER,
            refusals=CASE_READ | {CaseDamaged, NoSuchSupplement},
        ),
    ),
    endpoints=ENDPOINTS,
    follow=follow,
    work={"supplements": keep_deadlines},
)
