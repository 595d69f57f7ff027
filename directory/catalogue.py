"""What the counters need to know: items and their papers, sites, windows, people."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec

from directory.errors import NoSuchDepartment, NoSuchItem, NoSuchSite, NoSuchStaff, NoSuchWindow
from directory.principal import Permission, roles_permit
from directory.published_days import PUBLISHED
from directory.records import (
    CalendarYear,
    Department,
    LifeEvent,
    OpeningException,
    PersonHours,
    Referral,
    RequiredMaterial,
    ServiceItem,
    Site,
    SiteKind,
    StaffMember,
    Window,
)
from directory.search import Found, ItemIndex
from directory.store import queries
from directory.working_days import WorkCalendar, with_calendar
from foundation.database import Database


class Catalogue:
    """Reads of the directory.

    Sites, departments, items and windows change by the day, and are asked for at every step: they are read once into
    memory by `load`, which is called at the start and whenever they were changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sites: dict[str, Site] = {}
        self._by_path: dict[str, Site] = {}
        self._departments: dict[str, Department] = {}
        self._life_events: dict[str, LifeEvent] = {}
        self._items: dict[str, ServiceItem] = {}
        self._windows: dict[str, Window] = {}
        self._person_hours: dict[str, PersonHours] = {}
        self._index = ItemIndex([])
        self.calendar = WorkCalendar(PUBLISHED)
        """The working days of the district."""
        self._names: dict[str, str] = {}

    async def load(self) -> None:
        """Reads everything anew."""
        async with self._database.read() as session:
            sites = await queries.every(session, Site)
            departments = await queries.every(session, Department)
            life_events = await queries.every(session, LifeEvent)
            referrals = await queries.every(session, Referral)
            items = await queries.every(session, ServiceItem)
            windows = await queries.every(session, Window)
            years = await queries.every(session, CalendarYear)
            people = await queries.every(session, PersonHours)
        self.calendar = WorkCalendar((*PUBLISHED, *years))
        self._sites = {site.id: site for site in sites}
        self._by_path = {site.path: site for site in sites}
        self._departments = {department.id: department for department in departments}
        self._life_events = {event.id: event for event in sorted(life_events, key=lambda event: event.place)}
        whole = [one for one in items if self._known("service_items", one.id, self._whole_item(one))]
        self._items = {one.id: self._grouped(one) for one in whole}
        sited = [one for one in windows if self._known("windows", one.id, one.site_id in self._sites)]
        self._person_hours = {one.id: one for one in people}
        self._windows = {one.id: with_calendar(one, self.calendar) for one in sited}
        self._index = ItemIndex(self._items.values(), referrals)

    def _known(self, kind: str, identifier: str, whole: bool) -> bool:
        if not whole:
            self._database.damaged(kind, identifier, "names_unknown")
        return whole

    def _whole_item(self, item: ServiceItem) -> bool:
        """Whether the departments that the item names are there."""
        named = {item.department_id, *(one.held_by for one in item.materials if one.held_by)}
        return named <= self._departments.keys()

    def _grouped(self, item: ServiceItem) -> ServiceItem:
        """The item, without its group where that is not there: it can be asked for all the same."""
        group = item.life_event_id
        if group is None or self._known("service_items", item.id, group in self._life_events):
            return item
        return msgspec.structs.replace(item, life_event_id=None)

    async def prepare_search(self) -> None:
        """Makes the search ready in a thread, so that the first word typed need not wait."""
        await asyncio.to_thread(self._index.prepare)

    def search(self, words: str) -> Found:
        """The items that fit the words, best first; without words, those most asked for."""
        return self._index.find(words)

    @property
    def any_matter(self) -> list[ServiceItem]:
        """The items for those who do not know which item theirs is; to be offered when nothing fits."""
        return [item for item in self._items.values() if item.any_matter]

    @property
    def life_events(self) -> list[LifeEvent]:
        """The groups of items in the order of the home page."""
        return list(self._life_events.values())

    @property
    def sites(self) -> list[Site]:
        """All of them, by their place in the tree."""
        return sorted(self._sites.values(), key=lambda one: one.path)

    def items_of(self, life_event_id: str) -> list[ServiceItem]:
        """The items of a group, those most asked for first; none for a group that is not there."""
        return _most_asked_first(item for item in self._items.values() if item.life_event_id == life_event_id)

    @property
    def departments(self) -> list[Department]:
        """The departments that have items, those with the most asked for first."""
        asked: Counter[str] = Counter()
        for item in self._items.values():
            asked[item.department_id] += item.asked_for
        return [self._departments[department_id] for department_id, _ in asked.most_common()]

    def items_by(self, department_id: str) -> list[ServiceItem]:
        """The items of a department, those most asked for first; none for a department that is not there."""
        return _most_asked_first(item for item in self._items.values() if item.department_id == department_id)

    def item(self, item_id: str) -> ServiceItem:
        """The item; raises `NoSuchItem`."""
        if (item := self._items.get(item_id)) is None:
            raise NoSuchItem
        return item

    def department(self, department_id: str) -> Department:
        """The department of an item or a window; raises `NoSuchDepartment` where its row is damaged."""
        return self.named_department(department_id)

    def named_department(self, department_id: str) -> Department:
        """The department that somebody names; raises `NoSuchDepartment`."""
        if department_id not in self._departments:
            raise NoSuchDepartment(department=department_id)
        return self._departments[department_id]

    def note_department(self, department: Department) -> None:
        """Follows a change that was stored."""
        self._departments[department.id] = department

    def life_event(self, life_event_id: str) -> LifeEvent:
        """The group of an item."""
        return self._life_events[life_event_id]

    @property
    def department_ids(self) -> frozenset[str]:
        """The identifiers of all departments."""
        return frozenset(self._departments)

    @property
    def empty(self) -> bool:
        """Whether there is no site: nobody can be added, and nobody signs in."""
        return not self._sites

    def site(self, site_id: str) -> Site:
        """The site; raises `NoSuchSite`."""
        if (site := self._sites.get(site_id)) is None:
            raise NoSuchSite
        return site

    @property
    def district(self) -> Site:
        """The centre of the district, below which every site is; raises `NoSuchSite`."""
        for site in self._sites.values():
            if site.kind is SiteKind.DISTRICT_CENTRE:
                return site
        raise NoSuchSite

    def home(self, site_id: str) -> Site:
        """The centre whose windows serve this site first: the town of a point, a centre itself; raises `NoSuchSite`."""
        site = self.site(site_id)
        if site.kind is not SiteKind.OUTREACH_POINT:
            return site
        if (home := self._by_path.get(site.path.rpartition("/")[0])) is None:
            # Its row is damaged, and was told at the start.
            raise NoSuchSite
        return home

    def window(self, window_id: str) -> Window:
        """The window; raises `NoSuchWindow`."""
        if (window := self._windows.get(window_id)) is None:
            raise NoSuchWindow
        return window

    def windows_for(self, site_id: str, department_ids: Collection[str]) -> list[Window]:
        """The windows at a site where somebody with these departments may work."""
        fits = [
            window
            for window in self._windows.values()
            if window.site_id == site_id and set(window.department_ids) & set(department_ids)
        ]
        return sorted(fits, key=lambda window: window.id)

    def windows_of(self, department_id: str) -> list[Window]:
        """The windows anywhere that may do this department's business."""
        return [window for window in self._windows.values() if department_id in window.department_ids]

    def person_hours(self, staff_id: str) -> PersonHours | None:
        """When the person can be booked: never on holidays; None where that is not known."""
        if (found := self._person_hours.get(staff_id)) is None:
            return None
        own = {one.day for one in found.exceptions}
        closed = [
            OpeningException(day=day, opens=None, closes=None)
            for day in sorted(self.calendar.holidays)
            if day not in own
        ]
        return msgspec.structs.replace(found, exceptions=[*found.exceptions, *closed])

    def stored_hours(self, staff_id: str) -> PersonHours | None:
        """As they were kept, without what the calendar adds."""
        return self._person_hours.get(staff_id)

    def note_hours(self, hours: PersonHours) -> None:
        """Follows a change that was stored; without hours the person cannot be booked."""
        self._person_hours[hours.id] = hours

    async def bookable_people(self, department_id: str) -> list[StaffMember]:
        """Who has hours, serves, and knows the department's business, by identifier."""
        people = [await self.staff(one) for one in sorted(self._person_hours) if self._person_hours[one].hours]
        return [one for one in people if _books(one, department_id)]

    async def is_bookable(self, staff_id: str, department_id: str) -> bool:
        """Whether somebody is one of the `bookable_people`."""
        hours = self._person_hours.get(staff_id)
        return hours is not None and bool(hours.hours) and _books(await self.staff(staff_id), department_id)

    async def clerks(self) -> list[StaffMember]:
        """Everybody who serves at a window and may sign in."""
        async with self._database.read() as session:
            people = await queries.every(session, StaffMember)
        return [one for one in people if not one.disabled and serves(one)]

    async def staff(self, staff_id: str) -> StaffMember:
        """The person; raises `NoSuchStaff`."""
        async with self._database.read() as session:
            found = await queries.one(session, StaffMember, staff_id)
        if found is None:
            raise NoSuchStaff
        return found

    async def colleagues(self) -> list[StaffMember]:
        """Everybody who may be asked into a colleague's call."""
        async with self._database.read() as session:
            people = await queries.every(session, StaffMember)
        return [one for one in people if not one.disabled and roles_permit(one.roles, Permission.CONSULT)]

    async def staff_name(self, staff_id: str) -> str:
        """The person's name, read once; raises `NoSuchStaff`."""
        if staff_id not in self._names:
            self._names[staff_id] = (await self.staff(staff_id)).name
        return self._names[staff_id]

    async def skills(self, staff_id: str) -> Mapping[str, int]:
        """Department → level of a clerk; raises `NoSuchStaff`."""
        return (await self.staff(staff_id)).skills


def serves(person: StaffMember) -> bool:
    """Whether somebody answers at a window."""
    return roles_permit(person.roles, Permission.SERVE)


def _books(person: StaffMember, department_id: str) -> bool:
    return not person.disabled and serves(person) and department_id in person.skills


def _most_asked_first(items: Iterable[ServiceItem]) -> list[ServiceItem]:
    return sorted(items, key=lambda item: -item.asked_for)


def required_materials(item: ServiceItem, option_ids: Collection[str]) -> list[RequiredMaterial]:
    """The papers of an item under the chosen answers, in the item's order; answers of other items change nothing."""
    chosen = [option for one in item.situations for option in one.options if option.id in option_ids]
    added = {material for option in chosen for material in option.adds}
    removed = {material for option in chosen for material in option.removes}
    return [one for one in item.materials if (one.always or one.id in added) and one.id not in removed]


def answers(item: ServiceItem, option_ids: Collection[str]) -> list[tuple[str, str, str, str]]:
    """The questions and the chosen answers, each in both languages: question zh, en, answer zh, en."""
    return [
        (one.question_zh, one.question_en, option.label_zh, option.label_en)
        for one in item.situations
        for option in one.options
        if option.id in option_ids
    ]
