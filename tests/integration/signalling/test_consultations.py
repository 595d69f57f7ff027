"""A clerk asks a colleague into the call: they see, hear and read until they leave, and may take the ticket over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from directory.store import queries
from rtc_server.sessions.interface import MemberRole
from signalling.slices.consultations import consulting, events
from tests.integration.signalling.test_guests import come_in, invite
from tests.support.caller import until
from tests.support.media_client import Identity
from tests.support.recorded_call import RecordedCall, negotiate, recorded_call
from tests.support.served import Page, served
from tests.support.speaker import Speaker

COLLEAGUE = "clerk002"
"""At a window of the district."""


class Colleague:
    """A clerk at another window, with the page and the media open."""

    def __init__(self, page: Page, party: Speaker, token: str) -> None:
        self.page = page
        self.party = party
        self.token = token
        self._there = True

    def close(self) -> None:
        """Closes the media as a page does that is left."""
        if self._there:
            self.party.close()
        self._there = False

    async def answer(self, *, accept: bool) -> str:
        """Answers what rings; the consultation's identifier."""
        view = await self.page.see("consultation", invited__state="ringing")
        identifier = str(view["invited"]["consultation_id"])
        await self.page.do("answer_consultation", consultation_id=identifier, accept=accept)
        return identifier


@asynccontextmanager
async def colleague_of(call: RecordedCall, *, window: bool = True) -> AsyncIterator[Colleague]:
    token = await call.site.sign_in(call.http, COLLEAGUE)
    page = await Page.open(call.http, call.site, token)
    desk = await page.see("desk", window_id=None)
    if window:
        await page.do("open_window", window_id=desk["windows"][-1]["window_id"])
        await page.see("desk", state="idle")
    party = Speaker(COLLEAGUE, Identity(), 0x3000)
    await party.connect(partial(negotiate, call.http, call.site, token))
    colleague = Colleague(page, party, token)
    try:
        yield colleague
    finally:
        colleague.close()


async def search(call: RecordedCall, query: str) -> list[dict[str, Any]]:
    async with await call.get(f"/api/v1/colleagues?query={query}", call.window) as response:
        assert response.status == 200, await response.text()
        return list((await response.json())["colleagues"])


async def asked_is(call: RecordedCall, state: str) -> dict[str, Any]:
    """The one colleague whom the clerk has asked, once it has come so far."""
    page = call.window.page
    while [one["state"] for one in page.views.get("consultation", {}).get("asked", [])] != [state]:
        await page.receive()
    return dict(page.views["consultation"]["asked"][0])


async def joins_first(page: Page) -> str:
    """Accepts; of what comes then, the page is told first that it is in the call: with that it shows pictures."""
    view = await page.see("consultation", invited__state="ringing")
    identifier = str(view["invited"]["consultation_id"])
    # Whatever was sent a moment ago rests before it is sent again.
    await asyncio.sleep(0.3)
    while not page._messages.empty():
        await page.receive()
    await page.socket.send_json(
        {"type": "answer_consultation", "id": 900, "consultation_id": identifier, "accept": True}
    )
    told = [await page.receive() for _ in range(2)]
    first = next(one for one in told if one.get("topic") in ("consultation", "slots"))
    assert first["topic"] == "consultation"
    assert first["data"]["invited"]["state"] == "joined"
    return identifier


def roles_in(call: RecordedCall) -> dict[str, str]:
    roles = call.site.features.media._sessions.roles()[call.session_id]  # type: ignore[attr-defined]
    return {name.removeprefix("staff-"): role.value for name, role in roles.items()}


async def test_a_consulted_colleague_adds_a_finding_in_the_call(tmp_path: Path) -> None:
    """A joint acceptance at once: while all see each other, each department says what it finds."""
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        case_id = await call.case_id()
        async with colleague_of(call) as other:
            ask = {"ticket_id": call.session_id, "staff_id": f"staff-{COLLEAGUE}", "question": "户籍页是否有效"}
            await call.window.page.do("ask_colleague", **ask)
            await other.answer(accept=True)
            await other.page.see("consultation", invited__case_id=case_id)
            await call.window.page.do("open_joint_acceptance", case_id=case_id, department_ids=["police"])
            await other.page.do("watch", case_id=case_id)
            said = {"severity": "must", "text": "户籍页印章模糊", "todo": "重新拍摄", "material_id": None, "mark": None}
            await other.page.do("add_finding", case_id=case_id, department_id="police", **said)
            await other.page.do("finish_findings", case_id=case_id, department_id="police")
            await call.window.page.do("finish_findings", case_id=case_id, department_id="civil")
            await call.point.page.do("watch", case_id=case_id)
            await call.window.page.do("tell_findings", case_id=case_id)
            view = f"told_findings:{case_id}"
            while not (call.point.page.views.get(view) or {}).get("due_on"):
                await call.point.page.receive()
            assert [one["text"] for one in call.point.page.views[view]["findings"]] == ["户籍页印章模糊"]
            assert roles_in(call)[f"{COLLEAGUE}:window"] == "party", "all are in the call still"


async def test_a_colleague_joins_reads_talks_and_leaves(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            name = await site.features.directory.catalogue.staff_name(f"staff-{COLLEAGUE}")
            found = await search(call, name)
            assert [(one["name"], one["presence"]) for one in found if one["staff_id"] == f"staff-{COLLEAGUE}"] == [
                (name, "at_desk")
            ]
            ask = {"ticket_id": call.session_id, "staff_id": f"staff-{COLLEAGUE}", "question": "津贴标准如何认定"}
            await call.window.page.do("ask_colleague", **ask)
            view = await other.page.see("consultation", invited__state="ringing")
            assert view["invited"]["question"] == "津贴标准如何认定"
            assert view["invited"]["ticket"]["ticket_id"] == call.session_id
            assert view["invited"]["case_id"] is None
            case_id = await call.case_id()
            assert (await other.page.ask("watch", case_id=case_id))["code"] in ("not_your_case", "reason_needed")
            identifier = await joins_first(other.page)
            await other.page.see("consultation", invited__case_id=case_id)
            for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
                await side.see(topic, session__guests=[{"name": name, "kind": "colleague"}])
            heard = other.party.received
            await until(lambda: other.party.received >= heard + 50)
            assert roles_in(call)[f"{COLLEAGUE}:window"] == "party"
            await other.page.see("desk", state="reserved")
            await other.page.do("watch", case_id=case_id)
            await other.page.see(f"case:{case_id}", in_hand=False)
            assert (await other.page.ask("decide_case", case_id=case_id, outcome="approved", notice="好"))[
                "code"
            ] == "not_your_case"

            # On hold the two clerks are by themselves, and nothing of it is recorded.
            await call.window.page.do("hold_ticket", ticket_id=call.session_id)
            await call.window.page.see("desk", ticket__state="on_hold")
            await until(lambda: set(roles_in(call)) == {"clerk001:window", f"{COLLEAGUE}:window"})
            assert set(roles_in(call).values()) == {MemberRole.ASIDE.value}
            await call.window.page.do("resume_ticket", ticket_id=call.session_id)
            await until(lambda: set(roles_in(call).values()) == {"party"} and len(roles_in(call)) == 3)

            await other.page.do("leave_consultation", consultation_id=identifier)
            for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
                await side.see(topic, session__guests=[])
            await other.page.see("desk", state="idle")
            assert f"{COLLEAGUE}:window" not in roles_in(call)
            assert (await other.page.ask("watch", case_id=case_id))["code"] in ("not_your_case", "reason_needed")
            await _is_logged(call, name)


async def _is_logged(call: RecordedCall, name: str) -> None:
    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 200)
    done = [(one.account, one.act) for one in entries if one.outcome == "done"]
    assert ("clerk001", "consultation_asked") in done
    assert (COLLEAGUE, "consultation_answered") in done
    assert (COLLEAGUE, "case_watched") in done
    asked = next(one for one in entries if one.act == "consultation_asked")
    assert json.loads(asked.what)["staff"] == f"staff-{COLLEAGUE}"
    case = await call.site.features.documents.case_files.whole(await call.case_id())
    acts = [(one.act, one.sentence[0]) for one in case.history if one.act.startswith(("consultation", "note"))]
    assert acts == [
        ("consultation_asked", f"邀请{name}参加会商"),
        ("note_written", "备注：津贴标准如何认定"),
        ("consultation_joined", "加入会商"),
        ("consultation_left", "离开会商"),
    ]


async def test_who_is_on_duty_is_asked_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consulting, "RINGS_ON_DUTY", timedelta(seconds=1.5))
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        wish = {"ticket_id": call.session_id, "question": "津贴标准如何认定"}
        assert (await call.window.page.ask("ask_on_duty", **wish))["code"] == "nobody_on_duty"
        expert = await Page.open(call.http, site, await site.sign_in(call.http, "expert001"))
        async with colleague_of(call) as second:
            await call.window.page.do("ask_on_duty", **wish)
            await expert.see("consultation", invited__state="ringing")
            # Who does not answer in time makes way for the next of the rota; who declines too.
            await expert.see("consultation", invited=None)
            assert (await second.page.see("consultation", invited__state="ringing"))["invited"]["until"]
            await second.answer(accept=False)
            await second.page.see("consultation", invited=None)
            await call.window.page.see("consultation", nobody_on_duty=True)
            states = [one["state"] for one in call.window.page.views["consultation"]["asked"]]
            assert states == ["unanswered", "declined"]
            await call.window.page.do("ask_on_duty", **wish)
            await call.window.page.see("consultation", nobody_on_duty=False)
            view = await expert.see("consultation", invited__state="ringing")
            await expert.do("answer_consultation", consultation_id=view["invited"]["consultation_id"], accept=False)
            await second.answer(accept=True)
            await call.window.page.see("desk", session__guests=[{"name": await _name(call), "kind": "colleague"}])
        case = await site.features.documents.case_files.whole(await call.case_id())
        assert "consultation_nobody" in [one.act for one in case.history]


async def test_the_clerk_is_told_that_nobody_comes_where_others_have_taken_the_seats(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        expert = await Page.open(call.http, site, await site.sign_in(call.http, "expert001"))
        async with colleague_of(call):
            await call.window.page.do("ask_on_duty", ticket_id=call.session_id, question="")
            view = await expert.see("consultation", invited__state="ringing")
            for number in range(3):
                guest_id, link = await invite(call)
                guest, _ = await come_in(call, link, str(number) * 32)
                await guest.do("ask_to_join")
                await call.window.page.do("admit_guest", guest_id=guest_id)
            await expert.do("answer_consultation", consultation_id=view["invited"]["consultation_id"], accept=False)
            await call.window.page.see("consultation", nobody_on_duty=True)


async def _name(call: RecordedCall) -> str:
    return await call.site.features.directory.catalogue.staff_name(f"staff-{COLLEAGUE}")


OF_CASE = ("case_id", "number", "applicant_name", "item_name", "answers", "materials")


async def case_in_hand(page: Page, case_id: str) -> dict[str, Any]:
    """The case as the page that has it in hand reads it."""
    await page.do("watch", case_id=case_id)
    return dict(await page.see(f"case:{case_id}", in_hand=True))


async def test_the_ticket_is_handed_over_within_the_call(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            ask = {"ticket_id": call.session_id, "staff_id": f"staff-{COLLEAGUE}"}
            await call.window.page.do("ask_colleague", **ask)
            identifier = await other.answer(accept=True)
            view = await asked_is(call, "joined")
            assert view["may_take_over"]
            before = call.point.party.received
            held = await case_in_hand(call.window.page, await call.case_id())
            await call.window.page.do("hand_over", consultation_id=identifier)
            desk = await other.page.see("desk", ticket__ticket_id=call.session_id, state="serving")
            while desk["case_id"] is None:
                await other.page.receive()
                desk = other.page.views["desk"]
            await call.window.page.see("desk", ticket=None, state="reserved")
            # At another site, with the case as it is: its papers, its answers, and the right to go on with it.
            assert desk["staff"]["site_id"] != call.window.page.views["desk"]["staff"]["site_id"]
            taken = await case_in_hand(other.page, desk["case_id"])
            assert {name: taken[name] for name in OF_CASE} == {name: held[name] for name in OF_CASE}
            assert taken["materials"]
            wanted = {
                "case_id": desk["case_id"],
                "material_id": taken["materials"][0]["material_id"],
                "name": "",
                "note": "请补拍",
            }
            await other.page.do("request_material", **wanted)
            former = (await call.window.page.see("consultation", invited__state="joined"))["invited"]
            assert set(roles_in(call)) == {"point001:point", "clerk001:window", f"{COLLEAGUE}:window"}
            await until(lambda: call.point.party.received >= before + 50)
            await call.point.page.see(
                "point", ticket__state="serving", session__guests=[{"name": former_name(call), "kind": "colleague"}]
            )
            await call.window.page.do("leave_consultation", consultation_id=former["consultation_id"])
            await call.window.page.see("desk", state="wrap_up")
            assert set(roles_in(call)) == {"point001:point", f"{COLLEAGUE}:window"}
            await other.page.do("finish_ticket", ticket_id=call.session_id)
            await other.page.see("desk", ticket=None)


async def test_who_is_gone_leaves_and_a_page_that_comes_back_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "RELOAD_SECONDS", 1.0)
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            ask = {"ticket_id": call.session_id, "staff_id": f"staff-{COLLEAGUE}"}
            await call.window.page.do("ask_colleague", **ask)
            await other.answer(accept=True)
            await asked_is(call, "joined")
            other.close()
            again = Speaker(COLLEAGUE, Identity(), 0x3000)
            await again.connect(partial(negotiate, call.http, call.site, other.token))
            await asyncio.sleep(1.5)
            assert f"{COLLEAGUE}:window" in roles_in(call)
            again.close()
            await other.page.see("consultation", invited=None)
            assert f"{COLLEAGUE}:window" not in roles_in(call)
            await other.page.see("desk", state="idle")


def former_name(call: RecordedCall) -> str:
    return str(call.window.page.views["desk"]["staff"]["name"])


async def test_the_clerk_is_told_who_does_not_come_and_the_call_ends_it_all(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 40.0) as call:
        await call.begin(consent=False)
        ask = {"ticket_id": call.session_id, "staff_id": f"staff-{COLLEAGUE}"}
        assert (await call.window.page.ask("ask_colleague", **ask))["code"] == "colleague_away"
        assert (await call.point.page.ask("ask_colleague", **ask))["code"] == "forbidden"
        async with colleague_of(call, window=False) as other:
            await call.window.page.do("ask_colleague", **ask)
            assert (await call.window.page.ask("ask_colleague", **ask))["code"] == "colleague_busy"
            await other.answer(accept=False)
            await asked_is(call, "declined")
            await other.page.see("consultation", invited=None)
            await call.window.page.do("ask_colleague", **ask)
            identifier = await other.answer(accept=True)
            again = {"consultation_id": identifier, "accept": True}
            assert (await other.page.ask("answer_consultation", **again))["code"] == "consultation_over"
            view = await asked_is(call, "joined")
            assert not view["may_take_over"], "no window is open there"
            assert (await call.window.page.ask("hand_over", consultation_id=identifier))["code"] == "target_closed"
            assert "clerk001:window" in roles_in(call)
            await call.finish()
            await other.page.see("consultation", invited=None)
            assert (await other.page.ask("leave_consultation", consultation_id=identifier))[
                "code"
            ] == "consultation_over"
