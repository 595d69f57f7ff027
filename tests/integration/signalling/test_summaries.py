"""The end of a visit: the summary with what was agreed, for who came, and the rating of who only asked."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pypdfium2

from directory.sessions import principal_of
from document_relay.summaries import Summary
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.served import Page

AGREED = "本周五前补交户口簿。\n补齐后三个工作日内办结，结果发短信。"


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return "".join(page.get_textpage().get_text_bounded() for page in opened)


async def end(call: Call, agreed: str) -> str:  # noqa: F811
    ticket_id: str = call.window.views["desk"]["ticket"]["ticket_id"]
    await call.window.do("finish_ticket", ticket_id=ticket_id, outcome="supplement", agreed=agreed)
    await call.point.see("point", ticket__state="completed")
    return ticket_id


async def watched(page: Page, case_id: str) -> dict[str, Any]:
    if f"case:{case_id}" in page.views:
        await page.do("unwatch", case_id=case_id)
    await page.do("watch", case_id=case_id)
    view: dict[str, Any] = page.views[f"case:{case_id}"]
    return view


async def test_what_was_agreed_is_a_sealed_paper_of_the_case(call: Call) -> None:  # noqa: F811
    await call.window.do("decide_case", case_id=call.case_id, outcome="supplement", notice="请补交户口簿。")
    await end(call, AGREED)
    view = await watched(call.point, call.case_id)
    (summary,) = [one for one in view["documents"] if one["kind"] == "summary"]
    assert summary["state"] == "sealed"
    said = f"出具办事小结，商定：{AGREED}"
    assert said in [one["what"]["zh"] for one in view["history"]]
    async with call.http.get(call.site.address + summary["pdf_url"], headers=call.headers("point")) as response:
        assert response.status == 200
        pdf = await response.read()
    assert b"/ETSI.CAdES.detached" in pdf
    words = words_of(pdf)
    for part in (
        view["number"],
        "王秀英",
        "办事小结",
        "需补充材料",
        "决定",
        "居民身份证",
        "户口簿",
        "三个工作日内办结",
    ):
        assert part in words, part
    # Nobody else's business.
    stranger = {"Authorization": f"Bearer {await call.site.sign_in(call.http, 'clerk002')}"}
    async with call.http.get(call.site.address + summary["pdf_url"], headers=stranger) as response:
        assert response.status == 403
    evidence = (await watched(call.window, call.case_id))["evidence_url"]
    async with call.http.get(call.site.address + evidence, headers=call.headers("window")) as response:
        names = zipfile.ZipFile(io.BytesIO(await response.read())).namelist()
    assert any(name.endswith(f"{summary['document_id']}.sealed.pdf") for name in names)


async def test_what_cannot_be_printed_is_worded_anew_before_the_visit_ends(call: Call) -> None:  # noqa: F811
    ticket_id = call.window.views["desk"]["ticket"]["ticket_id"]
    refused = await call.window.ask("finish_ticket", ticket_id=ticket_id, agreed="\U000f0000")
    assert refused["code"] == "characters_not_printable"
    assert call.window.views["desk"]["ticket"]["state"] == "serving"
    await end(call, "")
    assert not [one for one in (await watched(call.point, call.case_id))["documents"] if one["kind"] == "summary"]


async def test_asked_for_again_it_is_the_paper_that_was_made(call: Call) -> None:  # noqa: F811
    site = call.site.features
    clerk = principal_of(await site.directory.catalogue.staff("staff-clerk001"), site.directory.catalogue)
    summary = Summary(outcome=("已办结", "Settled"), agreed=AGREED)
    first = await site.documents.summaries.make(clerk, call.case_id, summary)
    assert await site.documents.summaries.make(clerk, call.case_id, summary) == first
    other = Summary(outcome=("已办结", "Settled"), agreed="下周再来。")
    assert await site.documents.summaries.make(clerk, call.case_id, other) != first


async def test_who_only_asked_rates_once_when_the_visit_is_over(call: Call) -> None:  # noqa: F811
    rating = {"case_id": call.case_id, "level": 4, "remark": ""}
    assert (await call.point.ask("rate_case", **rating))["code"] == "wrong_case_state", "still in the call"
    await end(call, "")
    await call.point.do("rate_case", **rating)
    assert (await call.point.ask("rate_case", **rating))["code"] == "wrong_case_state"
    assert (await watched(call.window, call.case_id))["rating"] == 4
