"""A joint acceptance over the whole service: three departments, one list told at once, one answer sealed by each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from directory.records import CalendarYear
from directory.working_days import WorkCalendar
from document_relay.signing.verifying import verify_pdf
from document_relay.store.joint_tables import JointRow
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.hours import today, working_day
from tests.support.papers import Scene, photograph
from tests.support.served import Page

HOLIDAY = next(day for ahead in range(2, 9) if (day := today() + timedelta(days=ahead)).weekday() < 5)


def calendar() -> WorkCalendar:
    """Of the days around the test, whenever it runs, with one holiday in the next days."""
    years = range(today().year, today().year + 3)
    return WorkCalendar(
        CalendarYear(id=str(year), holidays=[HOLIDAY] if HOLIDAY.year == year else [], worked=[]) for year in years
    )


def due(days: int) -> str:
    """Counted plainly."""
    return working_day(today(), days, {HOLIDAY}).isoformat()


@dataclass
class Three:
    """The clerk of the case, an expert, a clerk elsewhere, and the point."""

    call: Call
    expert: Page
    other: Page

    async def finding(self, page: Page, department: str, text: str, **changes: Any) -> str:
        fields = {"severity": "must", "todo": "", "material_id": None, "mark": None} | changes
        made = await page.do("add_finding", case_id=self.call.case_id, department_id=department, text=text, **fields)
        return str(made["finding_id"])

    async def say(self, page: Page, department: str, *texts: str) -> list[str]:
        made = [await self.finding(page, department, text) for text in texts]
        await page.do("finish_findings", case_id=self.call.case_id, department_id=department)
        return made

    async def told(self) -> dict[str, Any]:
        view = f"told_findings:{self.call.case_id}"
        while not self.call.point.views.get(view, {}).get("due_on"):
            await self.call.point.receive()
        return self.call.point.views[view]


@pytest.fixture
async def three(call: Call) -> Three:  # noqa: F811
    call.site.features.directory.catalogue.calendar = calendar()
    pages = [
        await Page.open(call.http, call.site, await call.site.sign_in(call.http, account))
        for account in ("expert001", "clerk002")
    ]
    await call.point.do("watch", case_id=call.case_id)
    return Three(call, *pages)


async def test_three_departments_from_their_findings_to_one_sealed_answer(three: Three) -> None:
    call, case_id = three.call, three.call.case_id  # noqa: F811
    assert (await three.other.ask("watch", case_id=case_id))["code"] == "reason_needed"
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["social", "police"])
    while not three.other.views.get("asked_findings", {}).get("cases"):
        await three.other.receive()
    assert three.other.views["asked_findings"]["cases"][0]["case_id"] == case_id
    # Whose findings are asked for reads the case: that is the reason.
    await three.other.do("watch", case_id=case_id)
    await three.expert.do("watch", case_id=case_id)

    material = (await call.material(0))["material_id"]
    (civil,) = await three.say(call.window, "civil", "缺少监护人签字")
    social = await three.finding(three.expert, "social", "身份证背面看不清", material_id=material)
    await three.expert.do("finish_findings", case_id=case_id, department_id="social")
    early = await call.window.ask("tell_findings", case_id=case_id)
    assert early["code"] == "departments_unheard"
    police = await three.finding(three.other, "police", "身份证背面看不清。", material_id=material)
    await three.other.do("finish_findings", case_id=case_id, department_id="police")
    # The point was told nothing of it, neither in the list nor in the history.
    before = await call.point.see(f"told_findings:{case_id}", overdue=False)
    assert (before["due_on"], before["findings"]) == (None, [])
    assert "身份证背面" not in str(call.point.views)
    assert f"findings:{case_id}" not in call.point.views

    await call.window.do("tell_findings", case_id=case_id)
    told = await three.told()
    assert told["due_on"] == due(10)
    assert told["days_left"] == 10
    assert [(one["number"], one["text"], len(one["departments"])) for one in told["findings"]] == [
        (1, "缺少监护人签字", 1),
        (2, "身份证背面看不清", 2),
    ]

    async with await call.upload(material, photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    while not (pages := (await call.material(0))["pages"]):
        await call.window.receive()
    answer = {"case_id": case_id, "number": 2, "text": "已补拍", "page_ids": [pages[0]["page_id"]]}
    await call.point.do("answer_finding", **answer)
    second = await call.point.ask("answer_finding", **answer | {"text": "又一份"})
    assert second["code"] == "finding_already_answered"
    assert "第2条" in second["message"]
    await call.point.do("answer_finding", case_id=case_id, number=1, text="已补签", page_ids=[])

    assert (await three.other.ask("strike_finding", finding_id=social))["code"] == "not_your_finding"
    for page, finding in ((call.window, civil), (three.expert, social), (three.other, police)):
        await page.do("strike_finding", finding_id=finding)
    for page, department, opinion in (
        (call.window, "civil", "agreed"),
        (three.expert, "social", "agreed"),
        (three.other, "police", "conditional"),
    ):
        said = {"department_id": department, "opinion": opinion, "text": "见系统记录"}
        await page.do("decide_for_department", case_id=case_id, **said)
    undecided = await call.window.ask("decide_case", case_id=case_id, outcome="approved", notice="同意。")
    assert undecided["code"] == "joint_acceptance_stands"
    made = await call.window.do("conclude_joint_acceptance", case_id=case_id)
    path = f"{call.site.address}/api/v1/documents/{made['document_id']}/pdf"
    async with call.http.get(path, headers=call.headers("point")) as response:
        verdict = await verify_pdf(await response.read(), call.site.features.documents.authority.public_certificate)
    assert (verdict.intact, verdict.trusted) == (True, True)
    assert verdict.name.count("（") == 3
    while (shown := call.window.views[f"findings:{case_id}"]["joint"])["state"] != "concluded":
        await call.window.receive()
    assert not any(one["yours"] for one in (*shown["departments"], *shown["findings"]))
    await call.window.do("decide_case", case_id=case_id, outcome="approved", notice="同意。")


async def test_without_the_days_the_applicant_is_told_nothing_and_nothing_is_lost(three: Three) -> None:
    call, case_id = three.call, three.call.case_id  # noqa: F811
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=[])
    await three.say(call.window, "civil", "缺少照片")
    call.site.features.directory.catalogue.calendar = WorkCalendar([])
    refused = await call.window.ask("tell_findings", case_id=case_id)
    assert refused["code"] == "calendar_too_short"
    call.site.features.directory.catalogue.calendar = calendar()
    await call.window.do("tell_findings", case_id=case_id)
    assert [one["text"] for one in (await three.told())["findings"]] == ["缺少照片"]


async def test_what_makes_no_sense_is_refused_with_a_code(three: Three) -> None:
    call, case_id = three.call, three.call.case_id  # noqa: F811
    assert (await call.window.ask("tell_findings", case_id=case_id))["code"] == "no_joint_acceptance"
    unknown = await call.window.ask("open_joint_acceptance", case_id=case_id, department_ids=["moon"])
    assert unknown["code"] == "no_such_department"
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["social"])
    again = await call.window.ask("open_joint_acceptance", case_id=case_id, department_ids=[])
    assert again["code"] == "joint_acceptance_stands"
    fields = {"severity": "must", "text": "x", "todo": "", "material_id": None, "mark": None}
    not_asked = await three.other.ask("add_finding", case_id=case_id, department_id="police", **fields)
    assert not_asked["code"] == "not_your_department"
    worker = await call.point.ask("add_finding", case_id=case_id, department_id="social", **fields)
    assert worker["code"] == "forbidden"
    (draft,) = await three.say(three.expert, "social", "草稿")
    assert (await three.expert.ask("strike_finding", finding_id=draft))["code"] == "findings_not_told"
    assert (await three.expert.ask("return_finding", finding_id="none", text="x"))["code"] == "no_such_finding"
    missing = await call.point.ask("answer_finding", case_id=case_id, number=1, text="x", page_ids=[])
    assert missing["code"] == "no_such_finding"


async def test_a_visit_may_end_while_departments_look_at_its_case(three: Three) -> None:
    call, case_id = three.call, three.call.case_id  # noqa: F811
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["social"])
    await call.leave("settled")
    await three.expert.do("watch", case_id=case_id)
    await three.say(three.expert, "social", "缺少证明")
    assert (await call.site.features.documents.case_files.file(case_id)).state == "open"


async def test_after_the_visit_the_point_answers_without_a_new_number_until_the_day_is_over(three: Three) -> None:
    call, case_id = three.call, three.call.case_id  # noqa: F811
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["social"])
    await three.say(call.window, "civil", "缺少照片")
    await three.expert.do("watch", case_id=case_id)
    await three.say(three.expert, "social", "缺少证明", "缺少照片")
    await call.window.do("tell_findings", case_id=case_id)
    await three.told()
    await call.leave("settled")
    while call.point.views["point"]["ticket"] is not None or not call.point.views["supplements"]["cases"]:
        await call.point.receive()
    (waits,) = call.point.views["supplements"]["cases"]
    assert (waits["case_id"], waits["waiting"], waits["overdue"]) == (case_id, 2, False)
    assert waits["due_on"] == due(10)
    async with await call.upload((await call.material(0))["material_id"], photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    await call.point.do("answer_finding", case_id=case_id, number=1, text="已补照片", page_ids=[])
    # The clerk who asked sees it at once, in the case that is still theirs.
    view = f"findings:{case_id}"
    while not any(one["answer"] for one in call.window.views[view]["joint"]["findings"]):
        await call.window.receive()
    # A neighbour's point is not told of it.
    neighbour = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "point002"))
    assert (await neighbour.see("supplements"))["cases"] == []
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(JointRow).values(due_on="2020-01-01"))
    refused = await call.point.ask("answer_finding", case_id=case_id, number=2, text="晚了", page_ids=[])
    assert refused["code"] == "findings_overdue"
    assert "2020-01-01" in refused["message"]
