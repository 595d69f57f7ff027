"""Lists of appointments are shown again to those whom a change concerns, and to everybody on a new day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from directory.catalogue import Catalogue
from foundation.clock import ManualClock
from foundation.database import Database
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.records import Appointment
from scheduler.views import BookAppointment
from signalling.slices import appointments
from signalling.slices.appointments.events import look
from signalling.transport.bound import Bound
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry
from tests.support.hall import WEEK, Hall
from tests.unit.signalling.transport.websocket.test_registry import Recorded

MONDAY = date(2026, 11, 23)


class Shown:
    """The hall, and four people who have been shown their list."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.hall = Hall(database, clock)
        registry, readers = Registry(), Readers()
        self.connections = {
            "wu": Recorded("wu", "point"),
            "xu": Recorded("xu", "point"),
            "ada": Recorded("ada", "window"),
            "cyd": Recorded("cyd", "window"),
        }
        for connection in self.connections.values():
            registry.join(connection)
        for name, site in (("wu", "point-1"), ("xu", "point-2"), ("ada", "town-1"), ("cyd", "town-2")):
            readers.note(name, site)
        self.parts = appointments.Parts(
            bus=self.hall.bus,
            appointments=self.hall.appointments,
            catalogue=Catalogue(database),
            registry=registry,
            readers=readers,
            channels=frozenset(),
            today=lambda: self.hall.rules.day(clock.now()),
        )
        Bound(appointments.SLICE, self.parts).follow()

    async def book(self, person_id: str | None = None) -> Appointment:
        starts = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001
        request = BookAppointment(item_id="allowance", starts=starts, phone="13800000001", person_id=person_id)
        return (await self.hall.appointments.book(self.hall.worker(), request)).appointment

    async def told(self) -> set[str]:
        """Who is to be shown the list again, since this was asked last."""
        await self.hall.outbox.deliver()
        told = {name for name, one in self.connections.items() if one.topics}
        for connection in self.connections.values():
            connection.topics = []
        return told


@pytest.fixture
def shown(database: Database, clock: ManualClock) -> Shown:
    return Shown(database, clock)


async def test_a_change_is_shown_at_its_point_and_its_centre(shown: Shown) -> None:
    booked = await shown.book()
    assert await shown.told() == {"wu", "ada"}
    await shown.hall.appointments.cancel(shown.hall.worker(), booked.id)
    assert await shown.told() == {"wu", "ada"}
    assert await shown.told() == set()


async def test_a_change_is_shown_to_who_is_booked_elsewhere(shown: Shown) -> None:
    shown.hall.catalogue.person_hours["cyd"] = WEEK
    await shown.book(person_id="cyd")
    assert await shown.told() == {"wu", "ada", "cyd"}


async def test_who_does_not_come_is_counted_and_a_new_day_is_shown_to_everybody(
    shown: Shown, clock: ManualClock
) -> None:
    booked = await shown.book()
    await shown.told()
    assert await look(shown.parts, MONDAY) == MONDAY
    assert await shown.told() == set()
    clock.set_wall(booked.at + timedelta(minutes=16))
    assert await look(shown.parts, MONDAY) == MONDAY
    assert await shown.told() == {"wu", "ada"}
    (now,) = await shown.hall.appointments.of_site("point-1")
    assert now.state is AppointmentState.MISSED
    clock.advance(86_400)
    assert await look(shown.parts, MONDAY) == MONDAY + timedelta(days=1)
    assert await shown.told() == {"wu", "xu", "ada", "cyd"}
