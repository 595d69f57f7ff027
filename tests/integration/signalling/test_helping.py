"""The applicant's side asks for a supervisor, and ends the call."""

from __future__ import annotations

from pathlib import Path

from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import Page, served

OF_A_CALL = ("help_asked", "help_answered", "call_left")


async def test_who_asks_for_help_is_told_who_comes(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 10.0) as call:
        await call.begin(consent=False)
        point = call.point.page
        elsewhere = await Page.open(call.http, site, await site.sign_in(call.http, "point002"))
        supervisor = await Page.open(call.http, site, await site.sign_in(call.http, "supervisor001"))
        await supervisor.see("help", requests=[])
        assert (await elsewhere.ask("ask_for_help", ticket_id=call.session_id))["code"] == "not_your_ticket"
        assert (await call.window.page.ask("ask_for_help", ticket_id=call.session_id))["code"] == "forbidden"
        await point.do("ask_for_help", ticket_id=call.session_id)
        await point.do("ask_for_help", ticket_id=call.session_id)
        for page in (point, supervisor):
            assert await _asked(page) == [(call.session_id, None)]
        assert (await point.ask("answer_help", ticket_id=call.session_id))["code"] == "forbidden"
        await supervisor.do("answer_help", ticket_id=call.session_id)
        name = (await supervisor.see("supervision"))["staff"]["name"]
        while await _asked(point) != [(call.session_id, name)]:
            await point.receive()
        await point.do("withdraw_help", ticket_id=call.session_id)
        await supervisor.see("help", requests=[])
        assert elsewhere.views["help"]["requests"] == []
        assert await _written(call) == ["help_asked", "help_answered"]


async def test_the_applicants_side_ends_the_call(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=60.0) as site, recorded_call(site, 10.0) as call:
        await call.begin(consent=False)
        point, window = call.point.page, call.window.page
        elsewhere = await Page.open(call.http, site, await site.sign_in(call.http, "point002"))
        assert (await elsewhere.ask("end_call", ticket_id=call.session_id))["code"] == "not_your_ticket"
        await point.do("ask_for_help", ticket_id=call.session_id)
        await point.do("end_call", ticket_id=call.session_id)
        await point.see("point", ticket__state="completed")
        await point.see("help", requests=[])
        desk = await window.see("desk", state="wrap_up", applicant_left=True)
        assert desk["served_today"] == 0
        assert (await point.ask("end_call", ticket_id=call.session_id))["code"] == "not_in_this_state"
        assert (await point.ask("ask_for_help", ticket_id=call.session_id))["code"] == "not_in_this_state"
        await window.do("end_wrap_up")
        await window.see("desk", state="idle", applicant_left=False)
        assert await _written(call) == ["help_asked", "call_left"]


async def _asked(page: Page) -> list[tuple[str, str | None]]:
    """Each request that the page shows, once it shows one, with who comes."""
    while not page.views.get("help", {}).get("requests"):
        await page.receive()
    return [(one["ticket_id"], one["answered_by"]) for one in page.views["help"]["requests"]]


async def _written(call: RecordedCall) -> list[str]:
    case = await call.site.features.documents.case_files.whole(await call.case_id())
    return [entry.act for entry in case.history if entry.act in OF_A_CALL]
