"""The commands that show somebody what is personal, and what the audit log calls them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from signalling.protocol import commands as wire

ACCESSES: Mapping[type[wire.Command], str] = MappingProxyType(
    {
        wire.Watch: "case_watched",
        wire.CallNext: "ticket_called",
        wire.AcceptOffer: "offer_accepted",
        # People in a hall and in a room are seen without being asked each time.
        wire.WatchHall: "hall_watched",
        wire.LookIntoRoom: "room_looked_into",
        wire.AllowRoomCamera: "room_camera_allowed",
        wire.ListenTo: "session_listened",
    }
)
"""In the log once they are carried out; those of the page's own state are covered by `page_opened`."""


def touched(asked: wire.Command | wire.Result) -> dict[str, str]:
    """What a command or its result is about: its identifiers, empty for none, and what it switches."""
    named: dict[str, str] = {}
    for name in asked.__struct_fields__ if asked is not None else ():
        value = getattr(asked, name)
        if name.endswith("_id") and isinstance(value, str | None):
            named[name.removesuffix("_id")] = value or ""
        elif isinstance(value, bool):
            named[name] = "yes" if value else "no"
    return named
