"""Chat beside a call: text both ways, how far the others have read, phrases of one's own; the case keeps it."""

from __future__ import annotations

from document_relay.case_core.history import Act
from signalling.slices.chat.commands import COMMANDS
from signalling.slices.chat.conversations import SAID
from signalling.slices.chat.events import follow, restore
from signalling.slices.chat.http import ENDPOINTS
from signalling.slices.chat.messages import ChatView
from signalling.slices.chat.parts import Parts
from signalling.slices.chat.views import show_chat
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "chat",
    commands=COMMANDS,
    topics=(Topic("chat", ChatView, show_chat, faces=frozenset({"point", "window", "supervisor"})),),
    endpoints=ENDPOINTS,
    acts=(Act(SAID, "文字消息：{text}", "Wrote: {text}"),),
    follow=follow,
    restore=restore,
)
