"""What the scheduler needs to know of items, sites and skills; `directory` answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from directory.booked_visits import BookedVisit
from foundation.clock import Clock
from foundation.database import Database, Outbox, WriteSession
from foundation.errors import Words
from foundation.identifiers import Identifiers
from foundation.notifying import Notifier
from foundation.vault import Vault
from scheduler.presence import Presence
from scheduler.queue_core.slots import Unit
from scheduler.rules import Rules


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What queueing needs of a service item; `expected_minutes` is the usual length of its session."""

    id: str
    department_id: str
    expected_minutes: float


class SiteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A site's place in the tree: `path` is "/"-separated, from the district down to the site itself."""

    id: str
    path: str


class WindowFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A window, where it stands, and which departments' business it may do."""

    id: str
    name: str
    site: SiteFacts
    department_ids: frozenset[str]


class Catalogue(Protocol):
    """Answers of the directory; each raises the directory's own `NotFound` for an unknown identifier."""

    async def item(self, item_id: str) -> ItemFacts:
        """The service item."""
        ...

    async def home(self, site_id: str) -> SiteFacts:
        """The centre whose windows serve this site first: the town of an outreach point, a centre itself."""
        ...

    async def window(self, window_id: str) -> WindowFacts:
        """The window."""
        ...

    async def units(self, home_id: str, department_id: str) -> Sequence[Unit]:
        """The windows of a centre that may do this department's business, with their hours, in an order that stays."""
        ...

    async def booked_percent(self, department_id: str) -> int:
        """Of a centre's windows for this department, how many percent can be booked."""
        ...

    async def person_units(self, staff_id: str, department_id: str) -> Sequence[Unit]:
        """A person who can be booked for this department's business, once for each at a time; none otherwise."""
        ...

    async def site_of(self, staff_id: str) -> SiteFacts:
        """Where a person works."""
        ...

    async def windows_of(self, department_id: str) -> Sequence[WindowFacts]:
        """The windows anywhere that may do this department's business."""
        ...

    async def skills(self, clerk_id: str) -> Mapping[str, int]:
        """Department id → skill level (1 and up; more is better) of a clerk."""
        ...

    async def names(self, item_id: str, site_id: str) -> tuple[Words, Words]:
        """What people call the item and the site."""
        ...


class VisitLinks(Protocol):
    """Lets people in by a link, in the transaction of the appointment that it is for."""

    async def admit(self, session: WriteSession, visit: BookedVisit) -> tuple[str, str]:
        """The identifier of the visitor, and an address that lets them in.

        Who was let in for the appointment before is the same visitor, until then instead.
        """
        ...

    async def readmit(self, session: WriteSession, visitor_id: str, ends_at: datetime) -> str:
        """One more address for the visitor, whose visit ends then; those that were given before stay good."""
        ...

    async def prolong(self, session: WriteSession, appointment_id: str, ends_at: datetime) -> None:
        """Has the visit for the appointment, if there is one, end then."""
        ...

    async def dismiss(self, session: WriteSession, appointment_id: str) -> None:
        """Ends the visit for the appointment, if there is one."""
        ...

    async def forget(self, session: WriteSession, appointment_id: str) -> None:
        """As `dismiss`, and nobody knows any more whose it was."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that the scheduler stands on."""

    database: Database
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    vault: Vault
    catalogue: Catalogue
    presence: Presence
    rules: Rules
    notifier: Notifier
    visits: VisitLinks
