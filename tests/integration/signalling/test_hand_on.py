"""Handing on over the whole service: the town accepts, the district decides, and point, town and resident learn it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from directory.store import queries
from directory.store.tables import SenderLinkRow, StaffRow
from document_relay.case_core.hand_on_acts import DECIDED
from document_relay.events import HandOnChanged
from tests.integration.signalling.test_findings import calendar, due
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.papers import Scene, photograph
from tests.support.served import Page

HANDED = {"site_id": "district", "department_id": "civil", "note": "请核对户籍。", "phone": "138 0013 8000"}


@dataclass
class District:
    """The town's call, and two clerks of the district."""

    call: Call
    first: Page
    second: Page
    supervisor: Page

    async def row(self, page: Page, **wanted: Any) -> dict[str, Any]:
        """The case in a page's inbox once it is as wanted."""
        while True:
            for row in page.lists.get("inbox", []):
                if row["case_id"] == self.call.case_id and all(row[name] == value for name, value in wanted.items()):
                    return dict(row)
            await page.receive()

    async def point(self, **wanted: Any) -> dict[str, Any]:
        """The case at the point once it is as wanted."""
        while True:
            for row in self.call.point.views.get("handed_on", {}).get("cases", []):
                if all(row[name] == value for name, value in wanted.items()):
                    return dict(row)
            await self.call.point.receive()


@pytest.fixture
async def district(call: Call) -> District:  # noqa: F811
    features = call.site.features
    features.directory.catalogue.calendar = calendar()
    known = await features.directory.catalogue.staff("staff-clerk002")
    async with features.ground.database.write() as session:
        await queries.set_passwords(session, {"clerk070": str(known.password_hash)})
    pages = [
        await Page.open(call.http, call.site, await call.site.sign_in(call.http, account))
        for account in ("clerk002", "clerk070", "supervisor001")
    ]
    return District(call, *pages)


async def test_from_the_town_over_the_district_to_the_point(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    path = f"{call.site.address}/api/v1/cases/{case_id}/hand-on-targets"
    async with call.http.get(path, headers=call.headers("window")) as response:
        targets = await response.json()
    assert (targets["sites"][0]["site_id"], targets["due_on"], targets["days"]) == ("district", due(5), 5)

    await call.window.do("hand_on", case_id=case_id, **HANDED)
    await call.leave("referred")
    row = await district.row(district.first, state="handed_on")
    assert (row["place"], row["due_on"], row["near"]) == ("ours", due(5), "in_time")
    assert (await district.row(call.window))["place"] == "away"
    assert (await district.point())["due_on"] == due(5)
    early = await call.window.ask("decide_case", case_id=case_id, outcome="approved", notice="同意。")
    assert early["code"] == "hand_on_stands"

    await district.first.do("watch", case_id=case_id)
    await district.first.do("take_handed_on", case_id=case_id)
    second = await district.second.ask("take_handed_on", case_id=case_id)
    name = call.site.features.directory.catalogue
    assert second["code"] == "hand_on_taken"
    assert await name.staff_name("staff-clerk002") in second["message"]

    await district.first.do("ask_back", case_id=case_id, question="户口簿是原件吗？")
    asked = await district.row(call.window, state="asked_back")
    assert (asked["place"], asked["due_on"]) == ("ours", due(10))
    material = (await call.material(1))["material_id"]
    await call.window.do("request_material", case_id=case_id, material_id=material, name="", note="请补拍")
    assert (await district.point(wanted=1))["outcome"] is None
    async with await call.upload(material, photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    await district.point(wanted=0)
    await call.window.do("answer_ask_back", case_id=case_id, text="已补拍原件。")
    await district.row(district.first, state="answered", yours=True)
    view = await district.first.see(f"hand_on:{case_id}", handed__case__state="answered")
    assert [one["answer"] for one in view["handed"]["exchanges"]] == ["已补拍原件。"]
    assert sorted(view["may"]) == ["ask_back", "decide", "return"]

    await district.first.do("decide_case", case_id=case_id, outcome="approved", notice="准予发放。")
    shown = await district.point(outcome="approved")
    async with call.http.get(call.site.address + shown["notice_url"], headers=call.headers("point")) as response:
        assert (await response.read()).startswith(b"%PDF")
    assert (await district.row(call.window, state="decided"))["outcome"] == "approved"
    assert "hand_on" not in str([name for name in call.point.views if name.startswith("hand_on:")])


async def test_who_has_handed_it_on_is_offered_no_asking_and_who_took_it_is(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    view = f"supplement:{case_id}"
    await call.window.see(view, may_ask=True)
    await call.window.do("hand_on", case_id=case_id, **HANDED)
    await call.window.see(view, may_ask=False)
    await district.first.do("watch", case_id=case_id)
    assert not (await district.first.see(view))["may_ask"]
    await district.first.do("take_handed_on", case_id=case_id)
    await district.first.see(view, may_ask=True)


async def test_the_resident_is_told_of_the_decision(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    wrong = await call.window.ask("hand_on", case_id=case_id, **HANDED | {"phone": "0574-87654321"})
    assert wrong["code"] == "field_invalid"
    unknown = await call.window.ask("hand_on", case_id=case_id, **HANDED | {"department_id": "magic"})
    assert unknown["code"] == "no_such_department"
    await call.window.do("hand_on", case_id=case_id, **HANDED | {"email": "wang@example.com", "language": "en"})
    await district.first.do("take_handed_on", case_id=case_id)
    await district.first.do("decide_case", case_id=case_id, outcome="approved", notice="准予发放。")
    await district.point(outcome="approved")
    notices = call.site.features.notices
    assert notices.simulator is not None
    async with asyncio.timeout(10):
        while len(notices.simulator.kept()) < 2:
            await notices.dispatcher.dispatch()
            await asyncio.sleep(0.05)
    told = {one.sending.address: one.sending.text for one in notices.simulator.kept()}
    assert told.keys() == {"13800138000", "wang@example.com"}
    assert all("is decided" in text for text in told.values())
    links = {re.search(r"/visit#([0-9A-Z]{28}) ", text) for text in told.values()}
    assert len({link and link[1] for link in links}) == 1
    secret = next(link[1] for link in links if link)
    # Heard once more, nobody is told again, and there is no other link.
    await call.site.features.ground.bus.publish(HandOnChanged(case_id=case_id, act=DECIDED))
    async with call.site.features.ground.database.read() as session:
        stored = list(await session.scalars(select(SenderLinkRow.link_hash)))
    assert stored == [hashlib.sha256(secret.encode()).hexdigest()]


async def result(call: Call, link: str, what: str = "") -> tuple[int, Any]:  # noqa: F811
    body = {"result_link": link.rpartition("#")[2]}
    async with call.http.post(f"{call.site.address}/api/v1/result{what}", json=body) as response:
        pdf = response.content_type == "application/pdf"
        return response.status, await response.read() if pdf else await response.json()


async def test_a_link_shows_the_result_and_opens_nothing_else(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    early = await call.point.ask("make_result_link", case_id=case_id)
    assert early["code"] == "not_decided_yet"
    await call.window.do("hand_on", case_id=case_id, **HANDED | {"phone": ""})
    await district.first.do("take_handed_on", case_id=case_id)
    early = await call.point.ask("make_result_link", case_id=case_id)
    assert early["code"] == "not_decided_yet"
    decided = {"outcome": "approved", "notice": "准予发放。", "notice_en": "Granted."}
    await district.first.do("decide_case", case_id=case_id, **decided)
    row = await district.point(outcome="approved")
    elsewhere = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "point002"))
    assert (await elsewhere.ask("make_result_link", case_id=case_id))["code"] == "not_your_case"
    made = await call.point.do("make_result_link", case_id=case_id)
    assert re.fullmatch(r"/visit#[0-9A-Z]{28}", made["link"])

    status, shown = await result(call, made["link"])
    assert (status, shown["number"], shown["outcome"]) == (200, row["number"], "approved")
    assert (shown["notice"], shown["notice_en"]) == ("准予发放。", "Granted.")
    assert "王秀英" not in str(shown)
    code = made["result_code"].lower()
    status, pdf = await result(call, f"{code[:4]}-{code[4:]}", "/pdf")
    assert (status, pdf[:5]) == (200, b"%PDF-")
    async with call.http.get(call.site.address + row["notice_url"], headers=call.headers("point")) as response:
        assert await response.read() == pdf, "the sealed one"
    for path in ("supplement-entrance", "visit-entrance"):
        async with call.http.post(f"{call.site.address}/api/v1/{path}", json={"link": made["result_code"]}) as response:
            assert response.status in (400, 401), path
    assert await result(call, "ACDEFGHJKM" * 2) == await result(call, "ACDEFGHJKM" * 2, "/pdf")
    assert (await result(call, "ACDEFGHJKM" * 2))[1]["code"] == "result_link_unknown"

    async with call.site.features.ground.database.write() as session:
        await session.execute(update(SenderLinkRow).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    for what in ("", "/pdf"):
        status, over = await result(call, made["link"], what)
        assert (status, over["code"]) == (401, "result_link_over")
    codes = [(await result(call, made["link"]))[1]["code"] for _ in range(40)]
    assert codes[-1] == "too_many_codes"
    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        rows = await queries.audit_after(session, 0, 1000)
        stored = str(list(await session.scalars(select(SenderLinkRow.link_hash))))
    read = [(one.account, one.what) for one in rows if one.act in ("result_read", "result_notice_read")]
    assert len(read) == 2
    assert all(account == "reader" and case_id in what for account, what in read)
    assert made["result_code"] not in stored + str(rows)


async def test_who_signs_out_gives_it_back_and_supervisors_see_what_lies_where(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    await call.window.do("hand_on", case_id=case_id, **HANDED)
    await district.first.do("take_handed_on", case_id=case_id)
    await district.row(district.second, state="taken")
    directory = call.site.features.directory
    async with call.site.features.ground.database.write() as session:
        ended = await directory.sessions.end_all(session, "staff-clerk002")
    directory.sessions.forget(ended)
    row = await district.row(district.second, state="handed_on")
    assert row["owner"] is None
    while not (rows := district.supervisor.views.get("overdue", {}).get("departments")):
        await district.supervisor.receive()
    assert [(one["open"], one["overdue"]) for one in rows] == [(1, 0)]
    assert "inbox" not in district.supervisor.views


async def test_it_is_returned_and_handed_on_to_another_department(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    await call.window.do("hand_on", case_id=case_id, **HANDED)
    await district.first.do("take_handed_on", case_id=case_id)
    await district.first.do("return_handed_on", case_id=case_id, reason="属于人社部门。")
    await district.row(call.window, state="returned", place="ours")
    view = await call.window.see(f"hand_on:{case_id}", handed__returned="属于人社部门。")
    assert view["may"] == ["hand_on", "decide"]
    # Another visit of the same case gives it to a colleague: who handed it on can take it back.
    await call.site.features.documents.case_files.assign_clerk(case_id, "staff-clerk003", "周窗口")
    await call.window.see(f"hand_on:{case_id}", may=["take"])
    await call.window.do("take_handed_on", case_id=case_id)
    await call.window.see(f"hand_on:{case_id}", may=["hand_on", "decide"])
    nobody = await call.window.ask("hand_on", case_id=case_id, **HANDED | {"site_id": "point-001"})
    assert nobody["code"] == "nobody_decides_there"
    await call.window.do("hand_on", case_id=case_id, **HANDED | {"department_id": "social"})
    await district.row(district.first, state="handed_on", place="ours")


async def test_who_has_it_in_another_department_is_told_what_came(district: District) -> None:
    call, case_id = district.call, district.call.case_id  # noqa: F811
    directory = call.site.features.directory
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(StaffRow).where(StaffRow.id == "staff-clerk070").values(skills={"social": 1}))
    second = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "clerk070"))
    await call.window.do("hand_on", case_id=case_id, **HANDED | {"department_id": "social"})
    await district.first.do("take_handed_on", case_id=case_id)
    missing = [{"material_id": None, "name": "监护人同意书", "todo": ""}]
    reach = {"days": None, "phone": "", "email": "", "language": "zh-CN"}
    asked = await district.first.do("ask_supplement", case_id=case_id, missing=missing, **reach)
    async with call.site.features.ground.database.write() as session:
        ended = await directory.sessions.end_all(session, "staff-clerk002")
    directory.sessions.forget(ended)
    await _inbox_of(second, case_id, "handed_on")
    await second.do("take_handed_on", case_id=case_id)
    await _received(second, "parked")
    file = await call.site.features.documents.case_files.whole(case_id)
    async with await call.upload(file.materials[-1].id, photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    await call.point.do("answer_supplement", supplement_id=asked["supplement_id"])
    await _received(second, "answered")


async def _inbox_of(page: Page, case_id: str, state: str) -> None:
    while (case_id, state) not in [(row["case_id"], row["state"]) for row in page.lists.get("inbox", [])]:
        await page.receive()


async def _received(page: Page, state: str) -> None:
    while [row["state"] for row in (await page.see("received_supplements"))["supplements"]] != [state]:
        await page.receive()
