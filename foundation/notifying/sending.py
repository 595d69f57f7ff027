"""What a channel has to do: a Protocol, what it is given, and how it says that it could not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from foundation.errors import Language

Channel = Literal["sms", "email", "webhook"]
AT_ONCE = 8
"""So many of a channel are under way at once, and in their time limit none outlasts its lease."""


class CalendarFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a mailbox is to take into its calendar: an iCalendar text (RFC 5545), and what it asks for (RFC 5546)."""

    method: Literal["REQUEST", "CANCEL"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One notice, opened, on its way out.

    `id` is the same at each attempt: a receiver that keeps it does nothing twice. `address` is empty for a webhook.
    """

    id: str
    kind: str
    address: str
    language: Language
    subject: str
    text: str
    values: Mapping[str, str]
    """What stands in the text, by name: gateways with texts of their own take these."""
    calendar: CalendarFile | None = None
    """Goes with an e-mail."""


class NotSent(Exception):
    """The receiver did not take it; `for_good` where trying again does not help. `code` holds nothing personal."""

    def __init__(self, code: str, *, for_good: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good


class Sender(Protocol):
    """Sends over one channel."""

    async def send(self, sending: Sending) -> None:
        """Returns when the receiver has taken it; raises `NotSent` or OSError. It may be cancelled at any time."""
        ...

    async def close(self) -> None:
        """Lets go of connections and threads."""
        ...
