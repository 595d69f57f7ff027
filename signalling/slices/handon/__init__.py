"""Handing on: a department of another level decides a case later, and its owner and due date are seen at any time."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from signalling.identity.faces import Face
from signalling.slices.handon.commands import COMMANDS
from signalling.slices.handon.events import follow, watch
from signalling.slices.handon.messages import HandedOnView, HandOnView, InboxView, OverdueView
from signalling.slices.handon.parts import Parts
from signalling.slices.handon.results import RESULT_ENDPOINTS
from signalling.slices.handon.targets import ENDPOINTS
from signalling.slices.handon.views import show_hand_on, show_handed_on, show_inbox, show_overdue
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_COUNTED_SECONDS = 5.0
"""Every case that goes on after its visit is looked at for the counts."""
_WINDOW: frozenset[Face] = frozenset({"window"})

SLICE: Slice[Parts] = Slice(
    "handon",
    commands=COMMANDS,
    topics=(
        Topic("inbox", InboxView, show_inbox, faces=_WINDOW, permission=Permission.SERVE),
        Topic(
            "hand_on",
            HandOnView,
            show_hand_on,
            faces=_WINDOW,
            permission=Permission.SERVE,
            refusals=CASE_READ | {CaseDamaged},
            with_case=True,
        ),
        Topic(
            "handed_on", HandedOnView, show_handed_on, faces=frozenset({"point"}), permission=Permission.FOLLOW_CASES
        ),
        Topic(
            "overdue",
            OverdueView,
            show_overdue,
            faces=frozenset({"supervisor"}),
            permission=Permission.WATCH_QUEUE,
            rest_seconds=_COUNTED_SECONDS,
        ),
    ),
    endpoints=(*ENDPOINTS, *RESULT_ENDPOINTS),
    follow=follow,
    work={"due dates": watch},
)
