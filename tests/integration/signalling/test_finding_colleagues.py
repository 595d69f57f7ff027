"""Finding a colleague by rota and bookable hours, and the rota of a department that is not the ticket's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from directory.records import OpeningException, PersonHours
from tests.integration.signalling.test_consultations import COLLEAGUE, colleague_of
from tests.support.hours import ZONE, today
from tests.support.recorded_call import recorded_call
from tests.support.served import Page, Served, served

EXPERT, SECOND, THIRD = "staff-expert001", f"staff-{COLLEAGUE}", "staff-clerk003"
ALL_WEEK = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "begins": "00:00", "ends": "00:00", "place": 1}
Search = Callable[..., Awaitable[Any]]


def searcher(http: aiohttp.ClientSession, site: Served, token: str) -> Search:
    async def search(status: int = 200, **wanted: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        path = f"{site.address}/api/v1/colleagues"
        async with http.get(path, params=wanted, headers=headers) as response:
            assert response.status == status, await response.text()
            return await response.json()

    return search


def hours_on(day: date, staff_id: str, opens: time, closes: time) -> PersonHours:
    """Bookable on this day alone."""
    return PersonHours(
        id=staff_id,
        hours=[],
        exceptions=[OpeningException(day=day, opens=opens, closes=closes)],
        capacity=1,
    )


async def test_colleagues_are_found_by_rota_and_by_bookable_hours(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as http:
        search = searcher(http, site, await site.sign_in(http, "clerk001"))
        await Page.open(http, site, await site.sign_in(http, "expert001"))
        note, day = site.features.directory.catalogue.note_hours, today()
        note(hours_on(day, SECOND, time(0), time(0)))
        note(hours_on(day + timedelta(days=1), THIRD, time(9, 30), time(12)))

        found = await search(query="")
        by_id = {one["staff_id"]: one for one in found["colleagues"]}
        assert {one["zh"] for one in by_id[EXPERT]["on_duty"]} == {"民政局", "人力资源和社会保障局"}
        assert {one["department_id"]: one["names"][0] for one in found["on_duty"]} == dict.fromkeys(
            ("civil", "social"), by_id[EXPERT]["name"]
        )
        assert (by_id[EXPERT]["bookable_now"], by_id[EXPERT]["bookable_next"]) == (False, None)

        on_duty = await search(only="on_duty")
        assert [one["staff_id"] for one in on_duty["colleagues"]] == [EXPERT, SECOND], "who is there comes first"
        bookable = {one["staff_id"]: one for one in (await search(only="bookable_now"))["colleagues"]}
        assert SECOND in bookable
        assert THIRD not in bookable
        assert bookable[SECOND]["bookable_next"] is None
        third = await search(query=await site.features.directory.catalogue.staff_name(THIRD))
        (shown,) = [one for one in third["colleagues"] if one["staff_id"] == THIRD]
        opens = datetime.combine(day + timedelta(days=1), time(9, 30), ZONE)
        assert datetime.fromisoformat(shown["bookable_next"]) == opens
        assert not shown["bookable_now"]
        assert not shown["on_duty"]
        assert (await search(400, only="sleeping"))["code"] == "invalid"


async def test_another_departments_rota_is_asked_and_in_place_of_who_does_not_come(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        keeper = await Page.open(call.http, site, await site.sign_in(call.http, "supervisor001"))
        departments = site.features.directory.catalogue.department_ids - {"civil", "social"}
        person = await site.features.directory.catalogue.staff(SECOND)
        (other, *_) = sorted(departments & person.skills.keys())
        wish = {"ticket_id": call.session_id, "question": "是否需要联合验收"}
        assert (await call.window.page.ask("ask_on_duty", **wish, department_id="moon"))["code"] == "no_such_department"
        assert (await call.window.page.ask("ask_on_duty", **wish, department_id=other))["code"] == "rota_empty"
        await keeper.do("add_duty_turn", department_id=other, staff_id=SECOND, **ALL_WEEK)
        expert = await Page.open(call.http, site, await site.sign_in(call.http, "expert001"))
        async with colleague_of(call) as second:
            await call.window.page.do("ask_on_duty", **wish, department_id=other)
            assert (await second.page.see("consultation", invited__state="ringing"))["invited"]["question"]
            await second.answer(accept=False)
            await call.window.page.see("consultation", nobody_on_duty=True)

            # The one whom the clerk has chosen does not come: those on duty for their department are offered.
            await call.window.page.do("ask_colleague", **wish, staff_id=EXPERT)
            view = await expert.see("consultation", invited__state="ringing")
            await expert.do("answer_consultation", consultation_id=view["invited"]["consultation_id"], accept=False)
            page = call.window.page
            while (last := page.views["consultation"]["asked"][-1])["instead"] is None:
                await page.receive()
            assert last["question"] == wish["question"]
            department = last["instead"]["department_id"]
            assert department in ("civil", "social")
            await page.do("ask_on_duty", **wish, department_id=department)
            # Who has declined a moment ago is asked last.
            again = await second.page.see("consultation", invited__state="ringing")
            assert again["invited"]["question"] == wish["question"]


async def test_the_next_on_duty_has_the_question_in_view_and_it_is_written_down_once(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        expert = await Page.open(call.http, site, await site.sign_in(call.http, "expert001"))
        async with colleague_of(call) as second:
            await call.window.page.do("ask_on_duty", ticket_id=call.session_id, question="标准如何认定")
            view = await expert.see("consultation", invited__state="ringing")
            await expert.do("answer_consultation", consultation_id=view["invited"]["consultation_id"], accept=False)
            asked = await second.page.see("consultation", invited__state="ringing")
            assert asked["invited"]["question"] == "标准如何认定"
            await second.answer(accept=False)
        case = await site.features.documents.case_files.whole(await call.case_id())
        assert [one.act for one in case.history].count("note_written") == 1
