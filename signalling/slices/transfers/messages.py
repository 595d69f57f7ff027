"""Giving a ticket on."""

from __future__ import annotations

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, ShortText, Value


class TransferToClerk(Command, frozen=True, kw_only=True):
    """Gives the ticket in hand to another clerk; unless they take it soon, it waits in the queue of their centre.

    `note` is shown to the next clerk, and not at the point.
    """

    ticket_id: Identifier
    clerk_id: Identifier
    note: ShortText = ""


class TransferToQueue(Command, frozen=True, kw_only=True):
    """Gives the ticket in hand to the queue of a department at the centre of a site; `note` as in `TransferToClerk`."""

    ticket_id: Identifier
    site_id: Identifier
    department_id: Identifier
    note: ShortText = ""


class ClerkTarget(Value, frozen=True, kw_only=True):
    """A clerk at an open window who does this business; `busy` with somebody else now."""

    clerk_id: str
    name: str
    window_name: Bilingual
    site_name: Bilingual
    busy: bool


class QueueTarget(Value, frozen=True, kw_only=True):
    """A queue that others serve now, and how many wait in it."""

    site_id: str
    site_name: Bilingual
    department_id: str
    department_name: Bilingual
    waiting: int


class TransferTargetsBody(Value, frozen=True, kw_only=True):
    """To whom the ticket can be given on now: who is free first, the queues of its own department first."""

    clerks: list[ClerkTarget]
    queues: list[QueueTarget]
