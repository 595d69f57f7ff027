"""A small district for scheduler tests: the real services on a real database, people by name.

Town 1 has points 1 and 2, town 2 has point 3; clerks ada and ben sit in town 1, cyd in town 2, dora in the district.
Everybody may do the business of department "civil"; ada is the better at it, ben also does "tax".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from directory.booked_visits import BookedVisit
from directory.principal import Principal, Role, Staff
from foundation.clock import Clock
from foundation.database import Database, Outbox, WriteSession
from foundation.errors import NotFound, Words
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.notifying import Notifier, Simulator
from foundation.vault import Vault
from scheduler.assembly import Scheduler, assemble
from scheduler.board import Board
from scheduler.places import Places
from scheduler.ports import ItemFacts, Ports, SiteFacts, WindowFacts
from scheduler.presence import InMemoryPresence
from scheduler.queue_core.slots import Hours, Span, Unit, person_unit
from scheduler.rules import Rules
from scheduler.views import DeskView, Place, TicketView

PATHS = {
    "district": "/district",
    "town-1": "/district/town-1",
    "town-2": "/district/town-2",
    "point-1": "/district/town-1/point-1",
    "point-2": "/district/town-1/point-2",
    "point-3": "/district/town-2/point-3",
}
HOMES = {"point-1": "town-1", "point-2": "town-1", "point-3": "town-2"}
ITEMS = {"allowance": "civil", "invoice": "tax"}
SKILLS: Mapping[str, Mapping[str, int]] = {
    "ada": {"civil": 3},
    "ben": {"civil": 1, "tax": 1},
    "cyd": {"civil": 1},
    "dora": {"civil": 1, "tax": 2},
}
WEEK = Hours({day: (Span(time(9), time(12)), Span(time(14), time(17))) for day in range(5)})
"""The hours of every window; two of a town's four can be booked."""
CLERK_SITES = {"ada": "town-1", "ben": "town-1", "cyd": "town-2", "dora": "district"}


class SmallDistrict:
    """A catalogue held in memory; `clerks` adds so many more clerks "c0", "c1" … to town 1."""

    def __init__(self, clerks: int = 0) -> None:
        self.windows = 4
        self.booked = dict.fromkeys(ITEMS.values(), 50)
        """Percent of the windows of each department."""
        self.person_hours: dict[str, Hours] = {}
        self.sites = dict(CLERK_SITES) | {f"c{number}": "town-1" for number in range(clerks)}
        self.skill_levels = dict(SKILLS) | {f"c{number}": {"civil": 1} for number in range(clerks)}

    async def item(self, item_id: str) -> ItemFacts:
        if item_id not in ITEMS:
            raise NotFound
        return ItemFacts(id=item_id, department_id=ITEMS[item_id], expected_minutes=10.0)

    async def home(self, site_id: str) -> SiteFacts:
        if site_id not in PATHS:
            raise NotFound
        home = HOMES.get(site_id, site_id)
        return SiteFacts(id=home, path=PATHS[home])

    async def window(self, window_id: str) -> WindowFacts:
        clerk = window_id.removeprefix("window-")
        if clerk not in self.sites:
            raise NotFound
        site = SiteFacts(id=self.sites[clerk], path=PATHS[self.sites[clerk]])
        departments = frozenset(ITEMS.values())
        return WindowFacts(id=window_id, name=f"{clerk}'s window", site=site, department_ids=departments)

    async def units(self, home_id: str, department_id: str) -> Sequence[Unit]:
        return [Unit(f"{home_id}-w{number}", WEEK) for number in range(1, self.windows + 1)]

    async def booked_percent(self, department_id: str) -> int:
        return self.booked[department_id]

    async def person_units(self, staff_id: str, department_id: str) -> Sequence[Unit]:
        hours = self.person_hours.get(staff_id) if department_id in self.skill_levels.get(staff_id, {}) else None
        return [] if hours is None else [Unit(person_unit(staff_id, number), hours) for number in (1, 2)]

    async def site_of(self, staff_id: str) -> SiteFacts:
        return SiteFacts(id=self.sites[staff_id], path=PATHS[self.sites[staff_id]])

    async def windows_of(self, department_id: str) -> Sequence[WindowFacts]:
        clerks = [one for one, known in self.skill_levels.items() if department_id in known]
        return [await self.window(f"window-{clerk}") for clerk in clerks]

    async def skills(self, clerk_id: str) -> Mapping[str, int]:
        return self.skill_levels.get(clerk_id, {})

    async def names(self, item_id: str, site_id: str) -> tuple[Words, Words]:
        await self.item(item_id)
        return Words(f"事项 {item_id}", item_id), Words(f"地点 {site_id}", site_id)


class LinkBook:
    """Links that are kept in memory: by visitor, when the visit ends, None once it is closed, and its addresses."""

    def __init__(self) -> None:
        self.ends: dict[str, datetime | None] = {}
        self.addresses: dict[str, list[str]] = {}
        self.booked: list[BookedVisit] = []
        self.visitors: dict[str, str] = {}
        """By appointment."""
        self.forgotten: set[str] = set()

    async def admit(self, _session: WriteSession, visit: BookedVisit) -> tuple[str, str]:
        if (known := self.visitors.get(visit.appointment_id)) is not None:
            return known, await self.readmit(_session, known, visit.ends_at)
        visitor_id = f"visitor-{len(self.ends) + 1}"
        self.booked.append(visit)
        self.addresses[visitor_id] = []
        self.visitors[visit.appointment_id] = visitor_id
        return visitor_id, await self.readmit(_session, visitor_id, visit.ends_at)

    async def readmit(self, _session: WriteSession, visitor_id: str, ends_at: datetime) -> str:
        self.ends[visitor_id] = ends_at
        self.addresses[visitor_id].append(f"https://here/visit#{visitor_id}.{len(self.addresses[visitor_id]) + 1}")
        return self.addresses[visitor_id][-1]

    async def prolong(self, _session: WriteSession, appointment_id: str, ends_at: datetime) -> None:
        if (known := self.visitors.get(appointment_id)) is not None:
            self.ends[known] = ends_at

    async def dismiss(self, _session: WriteSession, appointment_id: str) -> None:
        if (known := self.visitors.get(appointment_id)) is not None:
            self.ends[known] = None

    async def forget(self, session: WriteSession, appointment_id: str) -> None:
        await self.dismiss(session, appointment_id)
        self.forgotten.add(appointment_id)


class Hall:
    """The scheduler of the small district and the people who use it."""

    def __init__(self, database: Database, clock: Clock, rules: Rules | None = None, clerks: int = 0) -> None:
        self.database = database
        self.clock = clock
        self.bus = LocalBus()
        self.outbox = Outbox(database, self.bus, clock)
        self.rules = rules or Rules()
        self.presence = InMemoryPresence(clock)
        self.catalogue = SmallDistrict(clerks)
        self.links, self.simulator, identifiers = LinkBook(), Simulator(clock.now), SystemIdentifiers(clock)
        self.vault = Vault(bytes(32))
        self.senders = {"sms": self.simulator.sender("sms"), "webhook": self.simulator.sender("webhook")}
        self.ports = Ports(
            database=database,
            outbox=self.outbox,
            clock=clock,
            identifiers=identifiers,
            vault=self.vault,
            catalogue=self.catalogue,
            presence=self.presence,
            rules=self.rules,
            notifier=Notifier(self.vault, clock, identifiers, self.senders),
            visits=self.links,
        )
        self.scheduler: Scheduler = assemble(self.ports)
        self.reception = self.scheduler.reception
        self.appointments = self.scheduler.appointments
        self.waiting_list = self.scheduler.waiting_list
        self.desk = self.scheduler.desk
        self.transfers = self.scheduler.transfers
        self.callbacks = self.scheduler.callbacks
        self.timers = self.scheduler.timers

    def worker(self, point: str = "point-1", name: str = "wu") -> Principal:
        """A community worker at a point."""
        return _principal(name, Role.COMMUNITY_WORKER, point)

    def clerk(self, name: str) -> Principal:
        """A clerk at the clerk's own site."""
        return _principal(name, Role.CLERK, self.catalogue.sites[name])

    async def open(self, *names: str) -> None:
        """Opens the windows of these clerks, one after the other."""
        for name in names:
            await self.desk.open_window(self.clerk(name), f"window-{name}")

    async def board(self) -> Board:
        """The board as a service that starts now would have it."""
        board = Board(self.database, self.clock, self.rules)
        await board.load()
        return board

    async def seen(self, clerk: Principal) -> DeskView:
        """The clerk's desk as the page shows it; the clerk has one."""
        desk = await self.desk_of(clerk)
        assert desk is not None
        return desk

    async def desk_of(self, clerk: Principal) -> DeskView | None:
        """The clerk's desk, if a window was ever opened."""
        return (await self.board()).desk(clerk.person_id)

    async def current(self, worker: Principal) -> TicketView | None:
        """The worker's ticket that is not over."""
        return (await self.board()).current(worker.person_id)

    async def place(self, ticket_id: str) -> Place | None:
        """The ticket's place, worked out now."""
        places = Places(await self.board(), self.clock, self.rules)
        await places.work_out()
        return places.place(ticket_id)

    async def heartbeat(self, *pages: str) -> None:
        """Sends a heartbeat of each of these pages."""
        for page in pages:
            await self.presence.heartbeat(page)


def _principal(name: str, role: Role, site_id: str) -> Principal:
    return Staff(
        person_id=name,
        account=name,
        name=name,
        roles=frozenset({role}),
        site_id=site_id,
        site_path=PATHS[site_id],
        department_ids=frozenset(),
    )
