"""Whether any window is open for those who wait, and when the next one opens by its hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from directory.catalogue import Catalogue
from directory.errors import NoSuchSite
from directory.opening import next_opening
from directory.records import Window
from foundation.clock import Clock
from scheduler.queue_core.overflow import tier
from scheduler.views import TicketView
from signalling.slices.tickets.messages import ClosedView


class Hours:
    """The hours of the windows that may serve a ticket."""

    def __init__(self, catalogue: Catalogue, clock: Clock, time_zone: str) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._time_zone = time_zone

    def opens_at(self, ticket: TicketView) -> datetime | None:
        """When the first of them opens; None also while hours say that one is open: somebody may come any minute.

        None as well for a ticket of a centre whose row is damaged: the places of all others are shown on.
        """
        try:
            home = self._catalogue.site(ticket.home_id).path
        except NoSuchSite:
            return None
        windows = [one for one in self._catalogue.windows_of(ticket.department_id) if self._reaches(home, one)]
        return next_opening(windows, self._clock.now(), self._time_zone)

    def _reaches(self, home: str, window: Window) -> bool:
        return tier(home, self._catalogue.site(window.site_id).path) is not None


class Openings:
    """What those who wait are told; `is_reached` says of a ticket whether a window is open that may serve it."""

    def __init__(self, is_reached: Callable[[str], bool], opens_at: Callable[[TicketView], datetime | None]) -> None:
        self._is_reached = is_reached
        self._opens_at = opens_at
        self._told: dict[str, ClosedView | None] = {}

    def tell(self, ticket: TicketView) -> ClosedView | None:
        """What the ticket's resident is told while no window that may serve it is open; None while one is."""
        self._told[ticket.id] = closed = self._closed(ticket)
        return closed

    def moved(self, waiting: Sequence[TicketView]) -> list[TicketView]:
        """Those of `waiting`, who are all, that have to be told something else than they were."""
        self._told = {one.id: self._told[one.id] for one in waiting if one.id in self._told}
        return [one for one in waiting if one.id in self._told and self._closed(one) != self._told[one.id]]

    def _closed(self, ticket: TicketView) -> ClosedView | None:
        return None if self._is_reached(ticket.id) else ClosedView(opens_at=self._opens_at(ticket))
