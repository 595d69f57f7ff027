"""Sixteen people in a call: who is listed for whom, who is kept in view, and who is one too many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from signalling.slices.calls.ports import GUESTS_AT_MOST
from tests.integration.signalling.test_guests import come_in, members
from tests.support.caller import until
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import Page, served

PARTS = ["sign_interpreter", "interpreter", *["helper"] * (GUESTS_AT_MOST - 2)]


async def test_sixteen_are_in_a_call_and_one_more_is_refused(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 8.0) as call:
        assert (await call.window.page.ask("pin_person", member="point"))["code"] == "no_such_person", "in no call"
        await call.begin(consent=False)
        guests = [await _admitted(call, f"来宾{number}", part) for number, part in enumerate(PARTS)]
        await until(lambda: len(members(call)) == GUESTS_AT_MOST + 2)
        for page, named in ((call.window.page, 1), (call.point.page, 1), (guests[5], 1)):
            people = await _people(page, GUESTS_AT_MOST + 1)
            assert len({one["member"] for one in people}) == GUESTS_AT_MOST + 1
            parties = [one for one in people if one["guest"] is None]
            assert sum(one["name"] is not None for one in parties) == named, "no guest reads the applicant's name"
        window = await _people(call.window.page, GUESTS_AT_MOST + 1)
        assert [one["guest"] for one in window] == [None, *PARTS]
        assert window[0]["member"] == "point"

        session = site.features.media._sessions.open(call.session_id)  # type: ignore[attr-defined]
        kept = list(session.admitted)
        assert session.held == {*kept[:2], *kept[2:4]}, "the parties, who signs, and who interprets"
        assert session.pins[kept[0]] == (kept[2],)

        full = await call.window.page.ask("invite_guest", ticket_id=call.session_id, name="多余", part="helper")
        assert full["code"] == "too_many_guests"

        ninth = window[9]["member"]
        await call.window.page.do("pin_person", member=ninth)
        while (await _people(call.window.page, GUESTS_AT_MOST + 1))[9]["pinned"] is not True:
            await call.window.page.receive()
        assert session.pins[kept[1]] == (kept[2], kept[10])
        await call.window.page.do("pin_person", member=None)
        assert session.pins[kept[1]] == (kept[2],)
        assert (await call.window.page.ask("pin_person", member="window"))["code"] == "no_such_person", (
            "nobody pins oneself"
        )
        assert (await call.window.page.ask("pin_person", member="guest-0"))["code"] == "no_such_person"
        await guests[0].do("pin_person", member="point")
        assert session.pins[kept[2]] == (kept[0],)

        await guests[4].do("leave_call")
        await _people(call.window.page, GUESTS_AT_MOST)
        await call.window.page.do("hold_ticket", ticket_id=call.session_id)
        await call.window.page.do("resume_ticket", ticket_id=call.session_id)
        await until(lambda: len(members(call)) == GUESTS_AT_MOST + 1)
        assert (session.held, session.pins[kept[2]]) == ({*kept[:4]}, (kept[0],)), "a hold changes nothing of it"


async def _admitted(call: RecordedCall, name: str, part: str) -> Page:
    invited = await call.window.page.do("invite_guest", ticket_id=call.session_id, name=name, part=part)
    page, _ = await come_in(call, str(invited["link"]))
    await page.do("ask_to_join")
    await call.window.page.do("admit_guest", guest_id=invited["guest_id"])
    await page.see("guest", state="admitted")
    return page


async def _people(page: Page, many: int) -> list[dict[str, Any]]:
    """The others in the page's call, once there are so many."""
    while len(people := page.views.get("slots", {}).get("people", [])) != many:
        await page.receive()
    found: list[dict[str, Any]] = people
    return found
