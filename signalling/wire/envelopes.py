"""What the server sends over the WebSocket: answers to commands, and events that carry views."""

from __future__ import annotations

import msgspec

from signalling.wire.views import View


class Done(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """A command was carried out."""

    id: int
    result: object


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="refused"):
    """A command was not carried out, and nothing has changed.

    Only with the code `internal_error` part of it may have been done; `reference` finds what happened in the log then.
    """

    id: int
    code: str
    message: str
    reference: str | None = None


class ViewFailed(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="failed"):
    """A topic's view cannot be made, by a fault of the server; it is tried again when the view changes."""

    topic: str
    code: str
    message: str
    reference: str


class ViewEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """A view has changed; `sequence` grows by one for each event of a connection."""

    topic: str
    sequence: int
    data: View


ServerMessage = Done | Refused | ViewEvent | ViewFailed
