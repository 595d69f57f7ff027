"""Visitors without an account: a clerk invites, the link opens the visitor's page."""

from __future__ import annotations

from directory.principal import Permission
from signalling.slices.visitors.commands import COMMANDS
from signalling.slices.visitors.events import follow, follow_visits
from signalling.slices.visitors.http import ENDPOINTS
from signalling.slices.visitors.messages import InvitationsView
from signalling.slices.visitors.parts import Parts
from signalling.slices.visitors.views import show_invitations
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "visitors",
    commands=COMMANDS,
    topics=(
        Topic(
            "invitations",
            InvitationsView,
            show_invitations,
            faces=frozenset({"window"}),
            permission=Permission.SERVE,
        ),
    ),
    endpoints=ENDPOINTS,
    follow=follow,
    work={"visits": follow_visits},
)
