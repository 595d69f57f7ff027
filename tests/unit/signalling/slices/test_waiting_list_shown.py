"""The waiting list is shown again at the points of the centre whose places have changed, and at no other."""

from __future__ import annotations

from directory.catalogue import Catalogue
from foundation.clock import ManualClock
from foundation.database import Database
from scheduler.events import WishChanged
from signalling.slices import waiting_list
from signalling.transport.bound import Bound
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry
from tests.support.hall import Hall
from tests.unit.signalling.transport.websocket.test_registry import Recorded


async def test_a_change_is_shown_at_every_point_of_its_centre(database: Database, clock: ManualClock) -> None:
    hall = Hall(database, clock)
    registry, readers = Registry(), Readers()
    pages = [Recorded(name, "point") for name in ("wu", "wang", "xu")]
    for page, home in zip(pages, ("town-1", "town-1", "town-2"), strict=True):
        registry.join(page)
        readers.note(page.person_id, home)
    parts = waiting_list.Parts(
        bus=hall.bus,
        waiting_list=hall.waiting_list,
        catalogue=Catalogue(database),
        registry=registry,
        readers=readers,
    )
    Bound(waiting_list.SLICE, parts).follow()
    await hall.bus.publish(WishChanged(wish_id="1", version=1, state="waiting", site_id="point-1", home_id="town-1"))
    assert [page.topics for page in pages] == [["waiting_list"], ["waiting_list"], []]
