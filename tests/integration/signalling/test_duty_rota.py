"""The duty rota over real sockets: kept by who may, shown as a week, asked by the next consultation."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from directory.store import queries
from tests.support.recorded_call import recorded_call
from tests.support.served import Page, Served, served

EXPERT, SECOND = "staff-expert001", "staff-clerk002"
Read = Callable[..., Awaitable[Any]]


def reader(http: aiohttp.ClientSession, site: Served, token: str) -> Read:
    async def read(query: str = "", status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        async with http.get(f"{site.address}/api/v1/duty-rota{query}", headers=headers) as response:
            assert response.status == status, await response.text()
            return await response.json()

    return read


async def test_a_supervisor_keeps_the_rota_and_reads_its_week(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as http:
        token = await site.sign_in(http, "supervisor001")
        page, read = await Page.open(http, site, token), reader(http, site, token)
        shown = await read()
        assert [one["staff_id"] for one in shown["on_duty"]] == [EXPERT, SECOND]
        assert [[shift["asked"] for shift in day["shifts"]] for day in shown["week"]] == [
            [one["name"] for one in shown["on_duty"]]
        ] * 7
        assert {one["department_id"]: one["turns"] for one in shown["departments"] if one["turns"]} == {
            "civil": 2,
            "social": 2,
        }
        department = shown["department_id"]
        assert shown["people"][0]["staff_id"] == EXPERT
        wish = {"department_id": department, "staff_id": "staff-clerk003", "weekdays": [0, 1, 2, 3, 4, 5, 6]}
        wish |= {"begins": "00:00", "ends": "00:00", "place": 1}
        await page.do("add_duty_turn", **wish)
        after = await read(f"?department={department}")
        assert [one["staff_id"] for one in after["on_duty"]] == ["staff-clerk003", EXPERT, SECOND]
        added = after["turns"][0]["turn_id"]
        of_expert = {"department_id": department, "day": after["today"], "staff_id": EXPERT}
        await page.do("add_duty_exception", **of_expert, stand_in_id=SECOND)
        await page.do("change_duty_turn", **wish | {"turn_id": added, "place": 3})
        swapped = await read(f"?department={department}&day={after['today']}")
        assert [one["staff_id"] for one in swapped["on_duty"]] == [SECOND, "staff-clerk003"]
        (exception,) = swapped["exceptions"]
        assert exception["stand_in"]["staff_id"] == SECOND
        await page.do("remove_duty_exception", department_id=department, exception_id=exception["exception_id"])
        await page.do("remove_duty_turn", department_id=department, turn_id=added)
        assert (await read(f"?department={department}"))["turns"] == shown["turns"]
        assert (await read("?department=moon", 404))["code"] == "no_such_department"
        for day in ("2026-02-30", "1999-01-01", "9999-12-31"):
            assert (await read(f"?day={day}", 400))["code"] == "duty_day_invalid"
        assert (await page.ask("add_duty_turn", **wish | {"ends": "00:00", "begins": "09:00", "weekdays": []}))[
            "code"
        ] == "invalid"
        assert (await page.ask("add_duty_turn", **wish | {"begins": "09:00", "ends": "08:00"}))["code"] == (
            "hours_invalid"
        )
        assert (await page.ask("add_duty_exception", **of_expert | {"day": "2026-02-30"}, stand_in_id=None))[
            "code"
        ] == "duty_day_invalid"
        await _is_logged(site, department)


async def _is_logged(site: Served, department: str) -> None:
    await site.features.directory.intake.flush()
    async with site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 200)
    acts = [(one.act, one.outcome) for one in entries if one.account == "supervisor001" and "duty" in one.act]
    assert [act for act, outcome in acts if outcome == "done"] == [
        "duty_turn_added",
        "duty_exception_added",
        "duty_turn_changed",
        "duty_exception_removed",
        "duty_turn_removed",
    ]
    assert ("duty_turn_added", "hours_invalid") in acts
    what = json.loads(next(one.what for one in entries if one.act == "duty_turn_added"))
    assert (what["staff"], what["department"]) == ("staff-clerk003", department)
    assert what["turn"]


async def test_nobody_else_keeps_or_reads_it(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as http:
        for account in ("clerk001", "expert001", "point001"):
            token = await site.sign_in(http, account)
            page = await Page.open(http, site, token)
            refused = await page.ask("remove_duty_turn", department_id="civil", turn_id="duty-civil-1")
            assert refused["code"] == "forbidden"
            assert (await reader(http, site, token)(status=403))["code"] == "forbidden"


async def test_a_change_holds_for_the_next_consultation_and_an_empty_rota_says_so(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        token = await site.sign_in(call.http, "supervisor001")
        page, read = await Page.open(call.http, site, token), reader(call.http, site, token)
        expert = await Page.open(call.http, site, await site.sign_in(call.http, "expert001"))
        await expert.see("consultation", invited=None)
        wish = {"ticket_id": call.session_id, "question": ""}
        ticket = site.features.scheduler.board.ticket(call.session_id)
        assert ticket is not None
        department = ticket.department_id
        turns = (await read(f"?department={department}"))["turns"]
        today = {"department_id": department, "day": (await read())["today"], "stand_in_id": None}
        for one in turns:
            await page.do("add_duty_exception", **today, staff_id=one["person"]["staff_id"])
        assert (await call.window.page.ask("ask_on_duty", **wish))["code"] == "no_duty_now"
        for one in turns:
            await page.do("remove_duty_turn", department_id=department, turn_id=one["turn_id"])
        refused = await call.window.page.ask("ask_on_duty", **wish)
        assert refused["code"] == "rota_empty"
        assert "还没有排值班表" in refused["message"]
        for one in (await read(f"?department={department}"))["exceptions"]:
            await page.do("remove_duty_exception", department_id=department, exception_id=one["exception_id"])
        anew = {"department_id": department, "staff_id": EXPERT, "weekdays": [0, 1, 2, 3, 4, 5, 6]}
        await page.do("add_duty_turn", **anew, begins="00:00", ends="00:00", place=1)
        await call.window.page.do("ask_on_duty", **wish)
        await expert.see("consultation", invited__state="ringing")
