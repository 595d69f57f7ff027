"""What handing on needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date

from directory.catalogue import Catalogue
from directory.people import People
from document_relay.case_files import CaseFiles
from document_relay.hand_on import HandOns, Reckoning
from document_relay.left_cases import Days, LeftCases
from document_relay.results import Results
from foundation.clock import Clock
from foundation.database import Database
from foundation.events import Bus
from foundation.notifying import Notifier
from foundation.tasks import Tasks
from signalling.transport.http.link_attempts import LinkAttempts
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    tasks: Tasks
    database: Database
    notifier: Notifier
    clock: Clock
    case_files: CaseFiles
    hand_ons: HandOns
    left: LeftCases
    results: Results
    link_attempts: LinkAttempts
    catalogue: Catalogue
    people: People
    signed_in: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    registry: Registry
    door: str
    """The address of the page that a link's secret is added to."""
    today: Callable[[], date]
    """The date on the wall of the district."""
    days: Callable[[], Days]

    def reckoning(self) -> Reckoning:
        """What due dates are counted with."""
        return Reckoning(self.catalogue.calendar, self.today())
