"""Findings answered from home: by a link, one by one, with words or a file, until the due date."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from directory.store.tables import SenderLinkRow
from document_relay.store.joint_tables import JointRow
from tests.integration.signalling.test_findings import Three, due, three  # noqa: F401 - a fixture
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.integration.signalling.test_supplements import entrance, send
from tests.support.served import Page


async def come_in(call: Call, link: str) -> tuple[Page, str]:  # noqa: F811
    status, body = await entrance(call, link)
    assert (status, body["face"]) == (200, "answerer")
    return await Page.open(call.http, call.site, body["access_token"]), body["access_token"]


async def told(three: Three) -> dict[str, str]:  # noqa: F811
    """Three findings: one of two departments about a paper, one about none."""
    call, case_id = three.call, three.call.case_id  # noqa: F811
    await call.window.do("open_joint_acceptance", case_id=case_id, department_ids=["social"])
    material = (await call.material(0))["material_id"]
    await three.finding(call.window, "civil", "身份证背面看不清", material_id=material)
    await call.window.do("finish_findings", case_id=case_id, department_id="civil")
    await three.expert.do("watch", case_id=case_id)
    await three.finding(three.expert, "social", "身份证背面看不清", material_id=material)
    await three.finding(three.expert, "social", "缺少参保证明")
    await three.expert.do("finish_findings", case_id=case_id, department_id="social")
    made: dict[str, str] = await call.window.do("tell_findings", case_id=case_id)
    return made


async def test_a_link_shows_the_one_list_and_takes_words_and_files(three: Three) -> None:  # noqa: F811
    call, case_id = three.call, three.call.case_id  # noqa: F811
    made = await told(three)
    assert made["due_on"] == due(10)
    assert made["link"] == f"/visit#{made['supplement_code']}"
    await call.leave("settled")
    phone, token = await come_in(call, made["link"])
    view = await phone.see("findings_to_answer")
    assert (view["state"], view["due_on"], view["days_left"]) == ("open", due(10), 10)
    assert [(one["number"], one["text"], len(one["departments"])) for one in view["findings"]] == [
        (1, "身份证背面看不清", 2),
        (2, "缺少参保证明", 1),
    ]
    assert set(phone.views) <= {"findings_to_answer"}, "nothing else of the case, and nothing of the site"
    assert "王秀英" not in str(phone.views)
    about_paper, about_none = view["findings"]
    assert (about_paper["material"]["zh"], about_none["material"]) == ("居民身份证", None)

    # Only what a finding asks for is taken; a page of before is none that came by the link.
    assert (await send(call, token, (await call.material(1))["material_id"], 9))[0] == 404
    assert (await send(call, token, about_none["material_id"], 1))[0] == 204
    while not (pages := phone.views["findings_to_answer"]["findings"][1]["pages"]):
        await phone.receive()
    answer = {"case_id": case_id, "number": 2, "text": "见附页", "page_ids": [pages[0]["page_id"]]}
    await phone.do("answer_finding", **answer)
    twice = await phone.ask("answer_finding", **answer)
    assert (twice["code"], "第2条" in twice["message"]) == ("finding_already_answered", True)
    foreign = await phone.ask("answer_finding", case_id=case_id, number=1, text="x", page_ids=["page-of-nobody"])
    assert foreign["code"] == "no_such_page"
    # What is answered takes no more pages.
    assert (await send(call, token, about_none["material_id"], 2))[0] == 404
    await phone.do("answer_finding", case_id=case_id, number=1, text="已重新拍摄", page_ids=[])
    while any(one["state"] == "open" for one in phone.views["findings_to_answer"]["findings"]):
        await phone.receive()
    assert (await phone.ask("watch", case_id=case_id))["code"] in ("forbidden", "not_your_case")
    assert (await call.window.ask("answer_finding", case_id=case_id, number=1, text="x", page_ids=[]))["code"] == (
        "not_your_case"
    )


async def test_a_late_a_forged_and_a_foreign_link_are_refused_with_a_code(three: Three) -> None:  # noqa: F811
    call, case_id = three.call, three.call.case_id  # noqa: F811
    early = await call.point.ask("make_findings_link", case_id=case_id)
    assert early["code"] == "no_joint_acceptance"
    made = await told(three)
    printed = await call.point.do("make_findings_link", case_id=case_id)
    assert printed["link"] != made["link"]
    phone, token = await come_in(call, printed["link"])
    status, body = await entrance(call, made["link"][:-1] + ("A" if made["link"][-1] != "A" else "C"))
    assert (status, body["code"]) == (401, "supplement_link_unknown")
    other = await phone.ask("answer_supplement", supplement_id="none")
    assert other["code"] == "no_such_supplement"
    material = (await phone.see("findings_to_answer"))["findings"][0]["material_id"]
    async with call.site.features.ground.database.write() as session:
        past = datetime(2020, 1, 1, tzinfo=UTC)
        await session.execute(update(JointRow).values(due_on="2020-01-01", ends_at=past))
    late = await phone.ask("answer_finding", case_id=case_id, number=1, text="晚了", page_ids=[])
    assert (late["code"], "2020-01-01" in late["message"]) == ("findings_overdue", True)
    status, body = await send(call, token, material, 3)
    assert (status, body["code"]) == (410, "findings_overdue")
    assert (await call.point.ask("make_findings_link", case_id=case_id))["code"] == "findings_overdue"
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(SenderLinkRow).values(ends_at=past))
    status, body = await entrance(call, made["link"])
    assert (status, body["code"]) == (401, "supplement_link_over")


async def test_who_tries_links_is_held_back_by_address(three: Three) -> None:  # noqa: F811
    call = three.call  # noqa: F811
    codes = [(await entrance(call, f"/visit#{'ACDEFGHJKM' * 2}"))[1]["code"] for _ in range(40)]
    assert codes[0] == "supplement_link_unknown"
    assert codes[-1] == "too_many_codes"


async def test_an_answer_that_is_not_enough_is_asked_for_once_more(three: Three) -> None:  # noqa: F811
    call, case_id = three.call, three.call.case_id  # noqa: F811
    phone, _ = await come_in(call, (await told(three))["link"])
    await phone.do("answer_finding", case_id=case_id, number=1, text="已拍", page_ids=[])
    view = f"findings:{case_id}"
    while not (answered := [one for one in call.window.views[view]["joint"]["findings"] if one["answer"]]):
        await call.window.receive()
    own = next(one["finding_id"] for one in answered if one["department_id"] == "civil")
    await call.window.do("return_finding", finding_id=own, text="还是看不清")
    while not phone.views["findings_to_answer"]["findings"][0]["returned"]:
        await phone.receive()
    await phone.do("answer_finding", case_id=case_id, number=1, text="再拍一次", page_ids=[])
