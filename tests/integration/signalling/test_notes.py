"""A clerk's notes: in the case's history, for the offices alone."""

from __future__ import annotations

from typing import Any

from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.served import Page

TEXT = "申请人听力不好，请打字。"


async def test_a_note_is_kept_during_the_call_and_after_it_and_the_point_is_not_shown_it(
    call: Call,  # noqa: F811
) -> None:
    await call.window.do("write_note", case_id=call.case_id, text=f"  {TEXT} ")
    ticket_id = call.window.views["desk"]["ticket"]["ticket_id"]
    await call.window.do("finish_ticket", ticket_id=ticket_id, outcome="referred")
    await call.window.do("write_note", case_id=call.case_id, text="已转交医保窗口。")
    notes = [f"备注：{TEXT}", "结束本次办理：转其他部门或窗口", "备注：已转交医保窗口。"]
    assert (await _history(call, "window"))[-3:] == notes
    told = await _history(call, "point")
    assert told[-1] == notes[1]
    assert not [one for one in told if one.startswith("备注")]
    neighbour = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "clerk002"))
    assert (await neighbour.ask("write_note", case_id=call.case_id, text="x"))["code"] == "not_your_case"
    assert (await call.point.ask("write_note", case_id=call.case_id, text="x"))["code"] == "forbidden"


async def _history(call: Call, who: str) -> list[str]:  # noqa: F811
    page: Page = getattr(call, who)
    await page.do("unwatch", case_id=call.case_id)
    await page.do("watch", case_id=call.case_id)
    view: dict[str, Any] = page.views[f"case:{call.case_id}"]
    return [one["what"]["zh"] for one in view["history"]]
