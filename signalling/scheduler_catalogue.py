"""What the scheduler asks of the directory, in the scheduler's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time

from directory.catalogue import Catalogue
from directory.records import PersonHours, Site, Window
from foundation.errors import Words
from scheduler.ports import ItemFacts, SiteFacts, WindowFacts
from scheduler.queue_core.slots import Hours, Span, Unit, person_unit


class SchedulerCatalogue:
    """The scheduler's `Catalogue` port over the directory."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    async def item(self, item_id: str) -> ItemFacts:
        """The service item."""
        item = self._catalogue.item(item_id)
        return ItemFacts(id=item.id, department_id=item.department_id, expected_minutes=item.expected_minutes)

    async def home(self, site_id: str) -> SiteFacts:
        """The centre whose windows serve this site first."""
        return _site(self._catalogue.home(site_id))

    async def window(self, window_id: str) -> WindowFacts:
        """The window."""
        return self._window(self._catalogue.window(window_id))

    async def windows_of(self, department_id: str) -> list[WindowFacts]:
        """The windows anywhere that may do this department's business."""
        return [self._window(one) for one in self._catalogue.windows_of(department_id)]

    async def skills(self, clerk_id: str) -> Mapping[str, int]:
        """Department id → skill level of a clerk."""
        return await self._catalogue.skills(clerk_id)

    async def names(self, item_id: str, site_id: str) -> tuple[Words, Words]:
        """What people call the item and the site."""
        item, site = self._catalogue.item(item_id), self._catalogue.site(site_id)
        return Words(item.name_zh, item.name_en), Words(site.name_zh, site.name_en)

    def _window(self, window: Window) -> WindowFacts:
        return WindowFacts(
            id=window.id,
            name=window.name_zh,
            site=_site(self._catalogue.site(window.site_id)),
            department_ids=frozenset(window.department_ids),
        )

    async def units(self, home_id: str, department_id: str) -> Sequence[Unit]:
        """The windows of a centre for a department, by identifier."""
        return [Unit(one.id, hours_of(one)) for one in self._catalogue.windows_for(home_id, {department_id})]

    async def booked_percent(self, department_id: str) -> int:
        """As the department says."""
        return self._catalogue.department(department_id).booked_percent

    async def person_units(self, staff_id: str, department_id: str) -> Sequence[Unit]:
        """The person once for each who can be booked at a time; none who cannot be, or not for this business."""
        hours = self._catalogue.person_hours(staff_id)
        if hours is None or not await self._catalogue.is_bookable(staff_id, department_id):
            return []
        return [Unit(person_unit(staff_id, number), hours_of(hours)) for number in range(1, hours.capacity + 1)]

    async def site_of(self, staff_id: str) -> SiteFacts:
        """Where the person works."""
        return _site(self._catalogue.site((await self._catalogue.staff(staff_id)).site_id))


def hours_of(window: Window | PersonHours) -> Hours:
    """The hours of a window or person, as slots are found in them."""
    week: defaultdict[int, list[Span]] = defaultdict(list)
    for hours in window.hours:
        week[hours.weekday].append(Span(hours.opens, hours.closes))
    differing: defaultdict[date, list[Span]] = defaultdict(list)
    for one in window.exceptions:
        differing[one.day] += _spans(one.opens, one.closes)
    return Hours(week, differing)


def _spans(opens: time | None, closes: time | None) -> list[Span]:
    return [] if opens is None or closes is None else [Span(opens, closes)]


def _site(site: Site) -> SiteFacts:
    return SiteFacts(id=site.id, path=site.path)
