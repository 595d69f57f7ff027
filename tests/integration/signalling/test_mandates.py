"""Somebody acts for the applicant, over the whole service: a mandate made, signed, used, revoked, and refused after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from document_relay.store.mandate_tables import MandateRow
from tests.integration.signalling.test_call import APPLICANT
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.papers import Scene, photograph
from tests.support.served import Page

ACTING = {
    "principal_number": "11010519491231002x",
    "actor_name": "陈小明",
    "relation": "relative",
    "scope": ["hand_in", "sign", "receive"],
}
STROKES = [[{"x": x / 40, "y": 0.5 + 0.2 * (x % 5 - 2) / 5, "p": 0.5, "t": x * 9.0} for x in range(2, 38)]]


async def mandate(page: Page, call: Call, **wanted: Any) -> dict[str, Any]:  # noqa: F811
    """The last mandate as this page sees it, once it is as wanted."""
    topic = f"mandates:{call.case_id}"
    while True:
        view = page.views.get(topic)
        if view and view["mandates"] and wanted.items() <= view["mandates"][-1].items():
            found: dict[str, Any] = view["mandates"][-1]
            return found
        await page.receive()


async def sign(call: Call, document_id: str) -> tuple[int, dict[str, Any]]:  # noqa: F811
    """Shows the document at the point and signs it there."""
    await call.point.do("show_document", document_id=document_id)
    return await only_sign(call, document_id)


async def only_sign(call: Call, document_id: str) -> tuple[int, dict[str, Any]]:  # noqa: F811
    case = await call.site.features.documents.case_files.whole(call.case_id)
    body = {"strokes": STROKES, "width": 600, "height": 200, "device": "pen"}
    body |= {"shown_pages": case.document(document_id).page_hashes}
    path = f"{call.site.address}/api/v1/documents/{document_id}/signature"
    async with call.http.post(path, headers=call.headers("point"), json=body) as response:
        return response.status, await response.json()


async def test_made_and_signed_in_the_call_used_revoked_and_refused_after(call: Call) -> None:  # noqa: F811
    case_id = call.case_id
    await call.point.do("watch", case_id=case_id)
    wrong = await call.point.ask(
        "draft_mandate", case_id=case_id, principal_name="王秀英", acting=ACTING | {"principal_number": "123"}
    )
    assert (wrong["code"], wrong["message"]) == ("mandate_incomplete", "委托书填写有误：委托人的身份证号有误。")
    late = await call.point.ask(
        "draft_mandate", case_id=case_id, principal_name="王秀英", acting=ACTING | {"until": "2099-01-01"}
    )
    assert late["code"] == "mandate_incomplete"
    made = await call.point.do("draft_mandate", case_id=case_id, principal_name="王秀英", acting=ACTING)
    seen = await mandate(call.window, call, state="drafted")
    assert (seen["principal_number"], seen["actor_name"]) == ("110105**********2X", "陈小明")

    form = (await call.window.do("make_form", case_id=case_id))["document_id"]
    refused = await call.window.ask("request_signature", document_id=form)
    assert refused["code"] == "mandate_needed"
    assert "委托书" in refused["message"]

    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    for page in (call.window, call.point):
        await mandate(page, call, state="in_force")
    await call.window.do("request_signature", document_id=form)
    assert (await sign(call, form))[0] == 200

    second = (await call.window.do("make_form", case_id=case_id))["document_id"]
    await call.window.do("request_signature", document_id=second)
    await call.point.do("show_document", document_id=second)
    neighbour = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "point002"))
    words = {"mandate_id": made["mandate_id"], "reason": "委托人不再委托"}
    assert (await neighbour.ask("revoke_mandate", **words))["code"] == "not_your_case"
    await call.point.do("revoke_mandate", **words)
    # Both sides are told at once.
    for page in (call.window, call.point):
        assert (await mandate(page, call, state="revoked"))["reason"] == "委托人不再委托"
    status, problem = await only_sign(call, second)
    assert (status, problem["code"]) == (409, "mandate_ended")
    async with await call.upload((await call.material(0))["material_id"], photograph(Scene(seed=1)).jpeg) as response:
        assert (response.status, (await response.json())["code"]) == (409, "mandate_ended")
    decided = await call.window.ask("decide_case", case_id=case_id, outcome="approved", notice="同意。")
    assert decided["code"] == "mandate_ended"
    # What was done before stays.
    documents = (await call.site.features.documents.case_files.whole(case_id)).documents
    assert {one.id: one.state for one in documents}[form] == "sealed"
    assert "陈小明" in str(next(one.signed_by for one in documents if one.id == form))


async def test_a_ticket_for_somebody_begins_with_a_draft_that_an_earlier_mandate_may_fill(call: Call) -> None:  # noqa: F811
    made = await call.window.do("draft_mandate", case_id=call.case_id, principal_name="李大爷", acting=ACTING)
    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    await mandate(call.window, call, state="in_force")
    await call.leave("settled")

    applicant = {"applicant": APPLICANT | {"name": "李大爷"}, "consent_to_recording": False}
    bad = ACTING | {"actor_name": "李大爷"}
    same = await call.point.ask("take_ticket", item_id="item-001", options=[], acting=bad, **applicant)
    assert same["code"] == "mandate_incomplete"
    await call.point.do("take_ticket", item_id="item-001", options=[], acting=ACTING, **applicant)
    desk = await call.window.see("desk", state="ringing")
    await call.window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    while (case_id := call.window.views["desk"]["case_id"]) in (None, call.case_id):
        await call.window.receive()
    call.case_id = case_id
    await call.window.do("watch", case_id=case_id)
    await call.point.do("watch", case_id=case_id)
    draft = await mandate(call.window, call, state="drafted")
    (former,) = call.window.views[f"mandates:{case_id}"]["former"]
    assert former["mandate_id"] == made["mandate_id"]
    await mandate(call.point, call, state="drafted")
    # The point is not told what the principal has signed elsewhere.
    assert call.point.views[f"mandates:{case_id}"]["former"] == []
    words = {"mandate_id": draft["mandate_id"], "former_id": former["mandate_id"]}
    assert (await call.point.ask("confirm_former_mandate", **words))["code"] == "forbidden"
    await call.window.do("confirm_former_mandate", **words)
    assert (await mandate(call.point, call, state="in_force"))["way"] == "former"


async def test_a_supervisor_revokes_and_the_audit_log_says_so(call: Call) -> None:  # noqa: F811
    made = await call.window.do("draft_mandate", case_id=call.case_id, principal_name="王秀英", acting=ACTING)
    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    await mandate(call.window, call, state="in_force")
    supervisor = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "supervisor001"))
    await supervisor.do("revoke_mandate", mandate_id=made["mandate_id"], reason="核查发现问题")
    await mandate(call.window, call, state="revoked")


async def test_a_mandate_that_ends_during_the_call_is_told_to_both_pages(call: Call) -> None:  # noqa: F811
    case_id = call.case_id
    await call.point.do("watch", case_id=case_id)
    made = await call.window.do("draft_mandate", case_id=case_id, principal_name="王秀英", acting=ACTING)
    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    for page in (call.window, call.point):
        number = (await mandate(page, call, state="in_force"))["number"]
    form = (await call.window.do("make_form", case_id=case_id))["document_id"]
    await call.window.do("request_signature", document_id=form)
    await call.point.do("show_document", document_id=form)
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(MandateRow).values(ends_at=datetime.now(UTC)))
    # Nobody does anything: the clock ends it.
    for page in (call.window, call.point):
        await mandate(page, call, state="expired")
    sentence = f"委托书 {number} 已撤销或已到期，之后的代办不再有效。"
    status, problem = await only_sign(call, form)
    assert (status, problem["code"]) == (409, "mandate_ended")
    assert sentence in str(problem)
    decided = await call.window.ask("decide_case", case_id=case_id, outcome="approved", notice="同意。")
    assert (decided["code"], decided["message"]) == ("mandate_ended", sentence)


@pytest.mark.parametrize("place", ["桃园社区 3 栋", ""])
async def test_the_clerk_sees_a_visit_at_home(call: Call, place: str) -> None:  # noqa: F811
    await call.point.do("mark_home_visit", case_id=call.case_id, place="先前的地方")
    await call.point.do("mark_home_visit", case_id=call.case_id, place=place)
    topic = f"mandates:{call.case_id}"
    while call.window.views.get(topic, {}).get("home_place") != place:
        await call.window.receive()


async def standing(page: Page, call: Call, wanted: str) -> dict[str, Any]:  # noqa: F811
    """What this page sees of the mandates, once the acting stands as wanted."""
    topic = f"mandates:{call.case_id}"
    while page.views.get(topic, {}).get("standing") != wanted:
        await page.receive()
    view: dict[str, Any] = page.views[topic]
    return view


async def test_suspended_continued_and_completed_by_forms_that_both_sides_read(call: Call) -> None:  # noqa: F811
    case_id = call.case_id
    await call.point.do("watch", case_id=case_id)
    made = await call.window.do("draft_mandate", case_id=case_id, principal_name="王秀英", acting=ACTING)
    early = await call.window.ask("terminate_acting", case_id=case_id, reason="还没有生效")
    assert (early["code"], early["message"]) == (
        "not_this_form_now",
        "现在不能出具“代办终止单”：没有生效过的委托书。",
    )
    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    assert (await standing(call.window, call, "going"))["may_make"] == ["suspension", "termination"]
    assert (await standing(call.point, call, "going"))["may_make"] == []

    until = (await mandate(call.window, call, state="in_force"))["until"]
    words = {"case_id": case_id, "reason": "等待证明"}
    assert (await call.point.ask("suspend_acting", until=until, **words))["code"] == "forbidden"
    assert (await call.window.ask("suspend_acting", until="2099-01-01", **words))["code"] == "resume_day_wrong"
    suspension = (await call.window.do("suspend_acting", until=until, **words))["document_id"]
    (form,) = (await standing(call.point, call, "suspended"))["forms"]
    assert (form["form"], form["reason"], form["until"]) == ("suspension", "等待证明", until)
    # The point reads and prints it.
    path = f"{call.site.address}/api/v1/documents/{suspension}"
    for piece, kind in (("pdf", "application/pdf"), ("pages/1", "image/jpeg")):
        async with call.http.get(f"{path}/{piece}", headers=call.headers("point")) as response:
            assert (response.status, response.content_type) == (200, kind)
    form_id = (await call.window.do("make_form", case_id=case_id))["document_id"]
    assert (await call.window.ask("request_signature", document_id=form_id))["code"] == "acting_suspended"

    asked = (await call.window.do("ask_to_continue_acting", case_id=case_id, reason="证明已到"))["document_id"]
    assert (await sign(call, asked))[0] == 200
    await standing(call.point, call, "going")
    await call.window.do("decide_case", case_id=case_id, outcome="approved", notice="同意。")
    assert (await standing(call.window, call, "done"))["may_make"] == ["completion", "termination"]
    await call.window.do("complete_acting", case_id=case_id, handed_over="通知书一份")
    view = await standing(call.point, call, "completed")
    assert [one["form"] for one in view["forms"]] == ["suspension", "continuation", "completion"]
    assert (await call.window.ask("terminate_acting", case_id=case_id, reason="再终止"))["code"] == "not_this_form_now"


async def test_terminated_the_mandate_is_over(call: Call) -> None:  # noqa: F811
    await call.point.do("watch", case_id=call.case_id)
    made = await call.window.do("draft_mandate", case_id=call.case_id, principal_name="王秀英", acting=ACTING)
    paper = (await call.window.do("ask_for_mandate", mandate_id=made["mandate_id"]))["document_id"]
    assert (await sign(call, paper))[0] == 200
    page = {"case_id": call.case_id, "page_id": "none"}
    refused = await call.window.ask("accept_continuation", reason="家人带来", **page)
    assert refused["code"] == "not_this_form_now"
    await call.window.do("terminate_acting", case_id=call.case_id, reason="申请人搬离")
    await standing(call.point, call, "terminated")
    assert (await mandate(call.point, call, state="revoked"))["reason"] == "申请人搬离"
