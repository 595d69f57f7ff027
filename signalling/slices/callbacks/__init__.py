"""Callbacks: whoever waits is called back instead, at the point or at the visitor's own page."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.case_core.history import Act
from signalling.slices.callbacks.commands import ANSWERED, ASKED, COMMANDS, POSTPONED, WITHDRAWN
from signalling.slices.callbacks.events import follow
from signalling.slices.callbacks.messages import CallbacksView
from signalling.slices.callbacks.parts import Parts
from signalling.slices.callbacks.views import show_callbacks
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "callbacks",
    commands=COMMANDS,
    topics=(
        Topic(
            "callbacks",
            CallbacksView,
            show_callbacks,
            faces=frozenset({"point"}),
            permission=Permission.TAKE_TICKET,
        ),
    ),
    acts=(
        Act(ASKED, "约定由窗口回拨", "Asked to be called back"),
        Act(ANSWERED, "接听窗口回拨", "Answered the callback"),
        Act(POSTPONED, "请窗口稍后再回拨", "Asked to be called back later"),
        Act(WITHDRAWN, "取消回拨，回到队列", "Gave the callback up and waited in the queue again"),
    ),
    follow=follow,
)
