"""Missing papers over the whole service: asked at the window, sent by a link, looked at by the clerk, or ended."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from directory.store import queries
from directory.store.tables import SenderLinkRow, StaffRow
from document_relay.store.supplement_tables import SupplementRow
from foundation.notifying.tables import NoticeRow
from scheduler.store.tables import CallbackRow
from signalling.transport.websocket.client_connection import CLOSE_REPLACED
from tests.integration.signalling.test_findings import calendar, due
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.papers import Scene, photograph
from tests.support.served import Page
from tests.support.tus import upload_metadata
from tests.unit.signalling.transport.websocket.test_registry import Recorded

NOBODY = {"days": None, "phone": "", "email": "", "language": "zh-CN"}


@pytest.fixture(autouse=True)
def working_days(call: Call) -> None:  # noqa: F811
    call.site.features.directory.catalogue.calendar = calendar()


async def ask(call: Call, **changes: Any) -> dict[str, Any]:  # noqa: F811
    """The first material is missing, and one in the clerk's own words."""
    first = (await call.material(0))["material_id"]
    missing = [
        {"material_id": first, "name": "", "todo": "正反面都要"},
        {"material_id": None, "name": "监护人同意书", "todo": "签字后拍照"},
    ]
    asked: dict[str, Any] = await call.window.do(
        "ask_supplement", case_id=call.case_id, **{"missing": missing} | NOBODY | changes
    )
    return asked


async def entrance(call: Call, link: str) -> tuple[int, dict[str, Any]]:  # noqa: F811
    body = {"link": link.rpartition("#")[2]}
    async with call.http.post(f"{call.site.address}/api/v1/supplement-entrance", json=body) as response:
        return response.status, await response.json()


async def come_in(call: Call, link: str) -> tuple[Page, str]:  # noqa: F811
    status, body = await entrance(call, link)
    assert (status, body["face"], body["staff"]["roles"]) == (200, "sender", ["sender"])
    return await Page.open(call.http, call.site, body["access_token"]), body["access_token"]


async def send(call: Call, token: str, material_id: str, seed: int) -> tuple[int, dict[str, Any]]:  # noqa: F811
    data = photograph(Scene(seed=seed)).jpeg
    said = {"case_id": call.case_id, "material_id": material_id, "sha256": hashlib.sha256(data).hexdigest()}
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    create = headers | {"Upload-Length": str(len(data)), "Upload-Metadata": upload_metadata(**said, capture="file")}
    async with call.http.post(f"{call.site.address}/api/v1/uploads", headers=create) as response:
        if response.status != 201:
            return response.status, await response.json()
        location = response.headers["Location"]
    more = headers | {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with call.http.patch(call.site.address + location, headers=more, data=data) as response:
        return response.status, {}


async def papers(page: Page, *counts: int) -> dict[str, Any]:
    """What the sender sees once so many pages came of each."""
    view = await page.see("wanted_papers")
    while [len(one["pages"]) for one in view["papers"]] != list(counts):
        await page.receive()
        view = page.views["wanted_papers"]
    return view


async def test_asked_at_the_window_sent_by_the_link_and_accepted(call: Call) -> None:  # noqa: F811
    made = await ask(call, phone="13800000001")
    assert made["due_on"] == due(10)
    assert made["link"] == f"/visit#{made['supplement_code']}"
    await call.leave("supplement")
    while not call.point.views["supplements"]["cases"]:
        await call.point.receive()
    assert call.point.views["supplements"]["cases"][0]["waiting"] == 2
    undecided = await call.window.ask("decide_case", case_id=call.case_id, outcome="approved", notice="同意。")
    assert undecided["code"] == "supplement_stands"

    sender, token = await come_in(call, made["link"])
    view = await papers(sender, 0, 0)
    assert [one["name"]["zh"] for one in view["papers"]] == ["居民身份证", "监护人同意书"]
    assert set(sender.views) <= {"wanted_papers"}, "nothing else of the case, and nothing of the site"
    assert "王秀英" not in str(sender.views)
    for kind, fields in (
        ("watch", {"case_id": call.case_id}),
        ("accept_supplement", {"supplement_id": made["supplement_id"]}),
        (
            "take_ticket",
            {
                "item_id": "item-001",
                "options": [],
                "applicant": {"name": "x", "over_70": False, "disabled": False},
                "consent_to_recording": False,
            },
        ),
    ):
        assert (await sender.ask(kind, **fields))["code"] in ("forbidden", "not_your_case"), kind
    async with call.http.get(
        f"{call.site.address}/api/v1/cases/{call.case_id}/pdf", headers={"Authorization": f"Bearer {token}"}
    ) as response:
        assert response.status == 403
    other = (await call.material(1))["material_id"]
    assert (await send(call, token, other, 9))[0] == 404
    first, second = (one["material_id"] for one in view["papers"])
    assert (await send(call, token, first, 1))[0] == 204
    view = await papers(sender, 1, 0)
    assert view["papers"][0]["pages"][0]["verdict"] in ("good", "usable", "poor")
    early = await sender.ask("answer_supplement", supplement_id=made["supplement_id"])
    assert early["code"] == "supplement_incomplete"
    assert "监护人同意书" in early["message"]
    assert (await send(call, token, second, 2))[0] == 204
    await papers(sender, 1, 1)
    await sender.do("answer_supplement", supplement_id=made["supplement_id"])
    await sender.see("wanted_papers", state="answered")

    while (
        not (rows := (await call.window.see("received_supplements"))["supplements"]) or rows[0]["state"] != "answered"
    ):
        await call.window.receive()
    assert rows[0]["yours"]
    await call.window.do("accept_supplement", supplement_id=made["supplement_id"])
    await sender.see("wanted_papers", state="accepted")
    await call.window.do("decide_case", case_id=call.case_id, outcome="refused", notice="不予办理。")
    await call.window.see(f"case:{call.case_id}", state="closed")


async def look_for(call: Call, token: str, number: str, name: str = "王秀英") -> tuple[int, dict[str, Any]]:  # noqa: F811
    body, headers = {"number": number, "applicant_name": name}, {"Authorization": f"Bearer {token}"}
    async with call.http.post(f"{call.site.address}/api/v1/supplement-search", json=body, headers=headers) as response:
        return response.status, await response.json()


async def found(page: Page, *counts: int) -> dict[str, Any]:
    """As `papers`, of what a worker has found."""
    while True:
        rows = (await page.see("found_supplements"))["supplements"]
        if rows and [len(one["pages"]) for one in rows[0]["papers"]] == list(counts):
            first: dict[str, Any] = rows[0]
            return first
        await page.receive()


async def test_at_another_point_the_number_and_the_name_open_what_is_missing(call: Call) -> None:  # noqa: F811
    made = await ask(call)
    await call.leave("supplement")
    number = call.window.views[f"case:{call.case_id}"]["number"]
    token = await call.site.sign_in(call.http, "point002")
    other = await Page.open(call.http, call.site, token)
    assert (await other.see("found_supplements"))["supplements"] == []
    wrong = [await look_for(call, token, number, "王秀"), await look_for(call, token, "20261130-ABCDEF")]
    assert [(status, body["code"]) for status, body in wrong] == [(404, "supplement_not_found")] * 2
    assert wrong[0][1] == wrong[1][1]
    status, body = await look_for(call, token, number.lower())
    assert (status, body) == (200, {"supplement_id": made["supplement_id"]})
    view = await found(other, 0, 0)
    assert (view["number"], view["applicant_name"], view["state"]) == (number, "王秀英", "parked")
    assert (await other.ask("watch", case_id=call.case_id))["code"] == "not_your_case"
    first, second = (one["material_id"] for one in view["papers"])
    assert (await send(call, token, (await call.material(1))["material_id"], 9))[0] == 404
    for seed, material_id in enumerate((first, second), 1):
        assert (await send(call, token, material_id, seed))[0] == 204
    await found(other, 1, 1)
    printed = await other.do("make_supplement_link", supplement_id=made["supplement_id"])
    assert printed["link"].startswith("/visit#")
    await other.do("answer_supplement", supplement_id=made["supplement_id"])
    while (await other.see("found_supplements"))["supplements"][0]["state"] != "answered":
        await other.receive()
    while not (rows := (await call.window.see("received_supplements"))["supplements"]) or rows[0]["state"] == "parked":
        await call.window.receive()

    # Neither a clerk nor a sender looks for anything by it, and nobody for long.
    _, sent = await entrance(call, printed["link"])
    for who in (call.tokens["window"], sent["access_token"]):
        assert (await look_for(call, who, number))[0] == 403
    assert (await look_for(call, token, "王秀英"))[1]["code"] == "supplement_not_found", "a name where the number goes"
    codes = [(await look_for(call, token, f"20261130-{one:06}"))[1]["code"] for one in range(12)]
    assert (codes[0], codes[-1]) == ("supplement_not_found", "too_many_supplement_searches")
    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        rows = await queries.audit_after(session, 0, 1000)
    log = [(one.account, one.outcome, json.loads(one.what)) for one in rows if one.act == "supplement_found"]
    done = next(what for account, outcome, what in log if (account, outcome) == ("point002", "done"))
    assert (done["number"], done["case"]) == (number, call.case_id)
    assert "王秀" not in str(log)
    assert sum(what.get("number") == number for _, _, what in log) >= 2, "the wrong name stands there, too"


async def test_a_link_opened_twice_replaces_itself_and_a_wrong_one_opens_nothing(call: Call) -> None:  # noqa: F811
    made = await ask(call)
    first, _ = await come_in(call, made["link"])
    # As somebody types it.
    code = made["supplement_code"].lower()
    second, _ = await come_in(call, f"#{code[:4]}-{code[4:8]} {code[8:]}")
    assert await first.ended() == CLOSE_REPLACED
    await second.see("wanted_papers")
    printed = await call.point.do("make_supplement_link", supplement_id=made["supplement_id"])
    third, _ = await come_in(call, printed["link"])
    assert await second.ended() == CLOSE_REPLACED
    await third.see("wanted_papers")
    status, body = await entrance(call, "#ACDEFGHJKMACDEFGHJKM")
    assert (status, body["code"]) == (401, "supplement_link_unknown")
    visit = {"link": made["supplement_code"]}
    async with call.http.post(f"{call.site.address}/api/v1/visit-entrance", json=visit) as response:
        assert response.status == 400
    codes = [(await entrance(call, "#ACDEFGHJKMACDEFGHJKM"))[1]["code"] for _ in range(40)]
    assert codes[-1] == "too_many_codes"
    async with call.site.features.ground.database.read() as session:
        stored = list(await session.scalars(select(SenderLinkRow.link_hash)))
    assert len(stored) == 2
    assert made["supplement_code"] not in str(stored)


async def test_after_the_deadline_everybody_is_told_and_nothing_is_taken(call: Call) -> None:  # noqa: F811
    made = await ask(call, phone="13800000001")
    await call.leave("supplement")
    sender, token = await come_in(call, made["link"])
    first = (await papers(sender, 0, 0))["papers"][0]["material_id"]
    assert (await send(call, token, first, 1))[0] == 204
    past = datetime.now(UTC) - timedelta(seconds=1)
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(SupplementRow).values(ends_at=past))
        await session.execute(update(SenderLinkRow).values(ends_at=past))
    # Before the clock has looked at it, late is late.
    late = await call.point.ask("answer_supplement", supplement_id=made["supplement_id"])
    assert late["code"] == "supplement_too_late"
    await call.site.features.documents.supplements.end_due()
    assert await sender.ended() is not None
    status, body = await entrance(call, made["link"])
    assert (status, body["code"]) == (401, "supplement_link_over")
    assert "重新办理" in str(body)
    while not any(one["overdue"] for one in call.point.views["supplements"]["cases"]):
        await call.point.receive()
    while not any(one["state"] == "ended" for one in (await call.window.see("received_supplements"))["supplements"]):
        await call.window.receive()
    async with await call.create(first, photograph(Scene(seed=4)).jpeg) as response:
        assert (response.status, (await response.json())["code"]) == (410, "supplement_too_late")
    case = await call.site.features.documents.case_files.whole(call.case_id)
    assert len(case.pages_of(first)) == 1, "what was sent before is kept"
    async with call.site.features.ground.database.read() as session:
        kinds = {row.kind: row.state for row in await session.scalars(select(NoticeRow))}
    assert "supplement_ended" in kinds
    assert kinds["supplement_last_day"] == "withdrawn"


@pytest.mark.parametrize("asked", [True, False], ids=["asked", "not asked"])
async def test_a_case_that_is_waited_for_alone_changes_the_lists_of_desks(call: Call, asked: bool) -> None:  # noqa: F811
    case = await call.site.features.documents.case_files.file(call.case_id)
    elsewhere = Recorded("staff-elsewhere", "window", departments=[case.department_id], site_id="town-17")
    call.site.application.registry.join(elsewhere)
    call.site.application.registry.watch(elsewhere, call.case_id)
    if asked:
        await ask(call)
    await call.leave("supplement")
    await call.site.features.ground.outbox.deliver()
    assert ("received_supplements" in elsewhere.topics) is asked
    assert f"supplement:{call.case_id}" in elsewhere.topics, "who watches it is shown that nobody leads it any more"


async def test_colleagues_see_what_was_sent_once_the_clerk_is_away(call: Call) -> None:  # noqa: F811
    made = await ask(call)
    await call.leave("supplement")
    sender, token = await come_in(call, made["link"])
    for seed, one in enumerate((await papers(sender, 0, 0))["papers"], 1):
        assert (await send(call, token, one["material_id"], seed))[0] == 204
    await papers(sender, 1, 1)
    await sender.do("answer_supplement", supplement_id=made["supplement_id"])
    colleague = await _colleague(call)
    assert (await colleague.see("received_supplements"))["supplements"] == []
    refused = await colleague.ask("take_supplement", supplement_id=made["supplement_id"])
    assert refused["code"] == "not_your_supplement"
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(SupplementRow).values(answered_at=datetime.now(UTC) - timedelta(days=7)))
    # At a window they are told first, however long it has waited.
    refused = await colleague.ask("take_supplement", supplement_id=made["supplement_id"])
    assert refused["code"] == "not_your_supplement"
    await call.window.do("close_window")
    while not (await colleague.see("received_supplements"))["supplements"]:
        await colleague.receive()
    assert not colleague.views["received_supplements"]["supplements"][0]["yours"]
    await colleague.do("take_supplement", supplement_id=made["supplement_id"])
    await colleague.do("watch", case_id=call.case_id)
    again = {"material_ids": [(await call.material(0))["material_id"]], "text": "看不清", "days": 5}
    await colleague.do("ask_supplement_again", supplement_id=made["supplement_id"], **again)
    view = await sender.see("wanted_papers", returned="看不清")
    assert (view["returned"], view["due_on"]) == ("看不清", due(5))
    assert [one["open"] for one in view["papers"]] == [True, False]


async def test_colleagues_see_what_is_parked_once_the_clerk_is_signed_in_nowhere(call: Call) -> None:  # noqa: F811
    made = await ask(call)
    await call.leave("supplement")
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(SupplementRow).values(since=datetime.now(UTC) - timedelta(days=7)))
    colleague = await _colleague(call)
    await call.window.do("close_window")
    refused = await colleague.ask("take_supplement", supplement_id=made["supplement_id"])
    assert refused["code"] == "not_your_supplement", "who is away from the window for a while keeps what waits"
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(StaffRow).where(StaffRow.id == "staff-clerk001").values(disabled=True))
    while not (await colleague.see("received_supplements"))["supplements"]:
        await colleague.receive()
    await colleague.do("take_supplement", supplement_id=made["supplement_id"])
    await colleague.do("withdraw_supplement", supplement_id=made["supplement_id"])
    while colleague.views["received_supplements"]["supplements"][0]["state"] != "withdrawn":
        await colleague.receive()


async def _colleague(call: Call) -> Page:  # noqa: F811
    """Somebody else of the same site and business, with the password that the demonstration's others have."""
    catalogue = call.site.features.directory.catalogue
    first = await catalogue.staff("staff-clerk001")
    account = "clerk003"
    colleague = await catalogue.staff(f"staff-{account}")
    assert (colleague.site_id, "civil" in colleague.skills) == (first.site_id, True)
    async with call.site.features.ground.database.write() as session:
        known = update(StaffRow).where(StaffRow.id == colleague.id)
        await session.execute(known.values(password_hash=first.password_hash, demonstration=first.demonstration))
    return await Page.open(call.http, call.site, await call.site.sign_in(call.http, account))


async def test_a_visitor_whose_link_has_ended_is_not_called_back(call: Call) -> None:  # noqa: F811
    invited = {"name": "周敏", "organisation": "", "wish": "", "item_id": "item-001", "days": 1}
    made = await call.window.do("invite_visitor", **invited)
    async with call.http.post(
        f"{call.site.address}/api/v1/visit-entrance", json={"link": made["link"].partition("#")[2]}
    ) as response:
        token = (await response.json())["access_token"]
    visitor = await Page.open(call.http, call.site, token)
    applicant = {"name": "周敏", "over_70": False, "disabled": False}
    taken = await visitor.do(
        "take_ticket", item_id="item-001", options=[], applicant=applicant, consent_to_recording=False
    )
    await visitor.do("request_callback", ticket_id=taken["ticket_id"], until=None)
    await call.window.do("end_invitation", visitor_id=made["visitor_id"])
    reception = call.site.features.scheduler.reception
    while (await reception.ticket(taken["ticket_id"])).state != "cancelled":
        await call.window.receive()
    async with call.site.features.ground.database.read() as session:
        assert list(await session.scalars(select(CallbackRow.state))) == ["cancelled"]


async def test_it_is_offered_to_ask_where_it_is_not_refused(call: Call) -> None:  # noqa: F811
    view = f"supplement:{call.case_id}"
    await call.window.see(view, may_ask=True)
    made = await ask(call)
    await call.window.see(view, may_ask=False)
    await call.window.do("withdraw_supplement", supplement_id=made["supplement_id"])
    await call.window.see(view, may_ask=True)
    await call.window.do("open_joint_acceptance", case_id=call.case_id, department_ids=[])
    await call.window.see(view, may_ask=False)
