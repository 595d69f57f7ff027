"""A head of department's hours over real sockets: kept by who may, booked from a point."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from tests.integration.signalling.test_appointments import opened, wish
from tests.support.asker import ITEM
from tests.support.served import Served

HEAD = "staff-clerk002"


async def reader(http: aiohttp.ClientSession, site: Served) -> Callable[[str, str], Awaitable[Any]]:
    """Reads a path below `/api/v1/` as one of three who are signed in."""
    tokens = {name: await site.sign_in(http, name) for name in ("point001", "clerk001", "supervisor001")}

    async def read(account: str, path: str) -> Any:
        headers = {"Authorization": f"Bearer {tokens[account]}"}
        async with http.get(f"{site.address}/api/v1/{path}", headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    return read


async def test_hours_are_kept_by_who_may_and_booked_from_a_point(site: Served) -> None:
    async with aiohttp.ClientSession() as http:
        read = await reader(http, site)
        people = (await read("point001", f"bookable-people?item={ITEM}"))["people"]
        assert [one["staff_id"] for one in people] == [HEAD]
        shown = (await read("supervisor001", "bookable-hours"))["people"]
        assert (shown[0]["staff_id"], shown[0]["hours"]) == (
            HEAD,
            [{"weekday": 1, "opens": "17:30", "closes": "19:30"}],
        )
        assert len(shown) > 60
        assert [one["staff_id"] for one in (await read("clerk001", "bookable-hours"))["people"]] == ["staff-clerk001"]
        always = [{"weekday": day, "opens": "00:00", "closes": "23:45"} for day in range(7)]
        kept = {"staff_id": HEAD, "hours": always, "exceptions": [], "capacity": 2}
        clerk, supervisor = await opened(http, site, "clerk001"), await opened(http, site, "supervisor001")
        assert (await clerk.ask("keep_bookable_hours", **kept))["code"] == "forbidden"
        wrong = kept | {"hours": [*always, {"weekday": 1, "opens": "09:00", "closes": "10:00"}]}
        assert (await supervisor.ask("keep_bookable_hours", **wrong))["code"] == "hours_overlap"
        expert = kept | {"staff_id": "staff-expert001"}
        assert (await supervisor.ask("keep_bookable_hours", **expert))["code"] == "not_a_clerk"
        await supervisor.do("keep_bookable_hours", **kept)
        point = await opened(http, site, "point001")
        days = (await read("point001", f"appointment-slots?item={ITEM}&with={HEAD}"))["days"]
        free = [slot for day in days for slot in day["slots"]]
        assert {slot["places"] for slot in free} == {2}
        await point.do("book_appointment", **wish(free[40]["starts"]), with_id=HEAD)
        while not point.views.get("appointments", {}).get("appointments"):
            await point.receive()
        (booked,) = point.views["appointments"]["appointments"]
        assert booked["window_name"]["zh"] == people[0]["name"]
        assert booked["with_id"] == HEAD
        of_person = f"appointment-slots?item={ITEM}&with={booked['with_id']}"
        later = [slot for day in (await read("point001", of_person))["days"] for slot in day["slots"]]
        await point.do("move_appointment", appointment_id=booked["appointment_id"], starts=later[44]["starts"])


async def test_a_departments_share_is_kept_by_who_supervises_the_district(site: Served) -> None:
    async with aiohttp.ClientSession() as http:
        read = await reader(http, site)

        async def places() -> int:
            days = (await read("point001", f"appointment-slots?item={ITEM}"))["days"]
            return max((slot["places"] for day in days for slot in day["slots"]), default=0)

        department = site.features.directory.catalogue.item(ITEM).department_id
        assert (await read("clerk001", "bookable-hours"))["departments"] == []
        shares = (await read("supervisor001", "bookable-hours"))["departments"]
        assert {one["percent"] for one in shares} == {50}
        half = await places()
        clerk, supervisor = await opened(http, site, "clerk001"), await opened(http, site, "supervisor001")
        share = {"department_id": department, "percent": 100}
        assert (await clerk.ask("keep_booked_share", **share))["code"] == "forbidden"
        assert (await supervisor.ask("keep_booked_share", **share | {"department_id": "moon"}))["code"] == (
            "no_such_department"
        )
        assert (await supervisor.ask("keep_booked_share", **share | {"percent": 101}))["code"] == "invalid"
        await supervisor.do("keep_booked_share", **share)
        assert await places() > half
        await site.features.directory.catalogue.load()
        assert site.features.directory.catalogue.department(department).booked_percent == 100, "it is stored"
        await supervisor.do("keep_booked_share", **share | {"percent": 0})
        assert await places() == 0
        shares = (await read("supervisor001", "bookable-hours"))["departments"]
        others = {one["department_id"]: one["percent"] for one in shares}
        assert others.pop(department) == 0
        assert set(others.values()) == {50}
