"""What goes on after its visit, over the whole service: whose turn it is, and a colleague for a clerk who is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from directory.store.tables import StaffRow
from document_relay.store.tables import CaseRow
from tests.integration.signalling.test_findings import Three, due, three  # noqa: F401 - a fixture
from tests.integration.signalling.test_papers import call  # noqa: F401 - a fixture
from tests.integration.signalling.test_supplements import _colleague
from tests.support.served import Page


async def test_a_colleague_takes_over_a_joint_acceptance_whose_clerk_is_gone(three: Three) -> None:  # noqa: F811
    call, case_id = three.call, three.call.case_id  # noqa: F811
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["police"])
    while not three.other.views.get("asked_findings", {}).get("cases"):
        await three.other.receive()
    waits = three.other.views["asked_findings"]["cases"][0]["due"]
    assert (waits["turn"], waits["due_on"], waits["near"]) == ("departments", due(5), "in_time")
    await three.say(call.window, "civil", "缺少照片")
    await call.leave("settled")
    while not (listed := call.window.views["left_cases"]["cases"]):
        await call.window.receive()
    assert (listed[0]["case_id"], listed[0]["yours"], listed[0]["due"]["turn"]) == (case_id, True, "departments")
    supervisor = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "supervisor001"))
    while not (counted := (await supervisor.see("overdue"))["departments"]):
        await supervisor.receive()
    assert [(one["open"], one["overdue"]) for one in counted] == [(1, 0)]

    async with call.site.features.ground.database.write() as session:
        await session.execute(update(CaseRow).values(left_at=datetime.now(UTC) - timedelta(days=7)))
    colleague = await _colleague(call)
    assert (await colleague.see("left_cases"))["cases"] == []
    assert (await colleague.ask("take_left_case", case_id=case_id))["code"] == "not_your_case"
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(StaffRow).where(StaffRow.id == "staff-clerk001").values(disabled=True))
    while not (await colleague.see("left_cases"))["cases"]:
        await colleague.receive()
    await colleague.do("take_left_case", case_id=case_id)
    await colleague.do("watch", case_id=case_id)
    await colleague.do("release_department", case_id=case_id, department_id="police")
    await colleague.do("tell_findings", case_id=case_id)
    while not (mine := colleague.views["left_cases"]["cases"]) or mine[0]["due"]["turn"] != "applicant":
        await colleague.receive()
    assert (mine[0]["yours"], mine[0]["due"]["due_on"]) == (True, due(10))
