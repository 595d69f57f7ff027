"""A form that the point and the window fill in together over the whole service, to the document that is signed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from signalling.slices.forms.parts import CHANGES_AT_ONCE
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.served import Page

IDENTITY, PHONE, BANK = (f"item-001-{name}" for name in ("identity_number", "phone", "bank_name"))


@dataclass
class Together:
    """Both pages with the form of the case open."""

    call: Call
    form_id: str
    written: int = 0

    async def write(self, page: Page, field_id: str, value: str, change_id: str = "") -> dict[str, Any]:
        self.written += 1
        change = change_id or f"change-{self.written:03}"
        return await page.ask("change_field", form_id=self.form_id, change_id=change, field_id=field_id, value=value)

    def rows(self, page: Page) -> dict[str, dict[str, Any]]:
        return {row["field_id"]: row for row in page.lists.get(f"form:{self.call.case_id}", [])}

    async def stands(self, page: Page, field_id: str, **wanted: Any) -> dict[str, Any]:
        while not wanted.items() <= self.rows(page).get(field_id, {}).items():
            await page.receive()
        return self.rows(page)[field_id]


@pytest.fixture
async def together(call: Call) -> Together:  # noqa: F811
    await call.point.do("watch", case_id=call.case_id)
    layout = await call.point.see(f"form_layout:{call.case_id}", available=True)
    assert (layout["form_id"], layout["sections"]) == (None, [])
    form_id = (await call.window.do("open_form", case_id=call.case_id))["form_id"]
    for page, side in ((call.point, "applicant"), (call.window, "clerk")):
        layout = await page.see(f"form_layout:{call.case_id}", form_id=form_id)
        assert layout["side"] == side
        assert [section["title"]["en"] for section in layout["sections"]] == ["The applicant", "Payment and delivery"]
    fields = [one for section in layout["sections"] for one in section["fields"]]
    identity = next(one["schema"] for one in fields if one["field"]["field_id"] == IDENTITY)
    assert (identity["format"], identity["max_length"], identity["enum"]) == ("gb_11643", 18, None)
    return Together(call, form_id)


async def test_both_write_and_see_each_other(together: Together) -> None:
    point, window = together.call.point, together.call.window
    name = await together.stands(point, "item-001-applicant", side="case")
    assert name["value"] == "王秀英"
    await point.do("focus_field", form_id=together.form_id, field_id=BANK)
    while not window.views[f"form:{together.call.case_id}"]["focus"]:
        await window.receive()
    (focus,) = window.views[f"form:{together.call.case_id}"]["focus"]
    assert (focus["field_id"], focus["side"]) == (BANK, "applicant")
    assert (await together.write(point, BANK, "工商银行"))["result"]["sequence"] == 1
    seen = await together.stands(window, BANK, value="工商银行")
    assert (seen["side"], seen["yours"], seen["hidden"]) == ("applicant", False, False)
    await together.write(window, BANK, "农业银行", change_id="of-window-1")
    assert (await together.stands(point, BANK, value="农业银行"))["side"] == "clerk"
    # The acknowledgement was lost: sent again it changes nothing, whatever was written since.
    await together.write(point, BANK, "建设银行")
    again = await together.write(window, BANK, "农业银行", change_id="of-window-1")
    assert again["result"]["sequence"] == 2
    assert (await together.stands(window, BANK, sequence=3))["value"] == "建设银行"


async def test_personal_values_are_hidden_from_the_clerk_until_asked_for(together: Together) -> None:
    point, window = together.call.point, together.call.window
    await together.write(point, IDENTITY, "110105 19491231 002x")
    seen = await together.stands(window, IDENTITY, hidden=True)
    assert (seen["value"], seen["wrong"]) == ("••••002X", False)
    assert "11010519491231002X" not in str(window.views)
    assert (await together.stands(point, IDENTITY, hidden=False))["value"] == "11010519491231002X"
    refused = await together.write(window, IDENTITY, "x")
    assert refused["code"] == "form_field_masked"
    await window.do("see_field", form_id=together.form_id, field_id=IDENTITY)
    assert (await together.stands(window, IDENTITY, hidden=False))["value"] == "11010519491231002X"
    said = "Looked at the hidden field “公民身份号码” of the form"
    while said not in [one["what"]["en"] for one in window.views[f"case:{together.call.case_id}"]["history"]]:
        await window.receive()
    assert (await together.write(window, IDENTITY, "11010519491231002"))["type"] == "done"
    assert (await together.stands(point, IDENTITY, wrong=True))["side"] == "clerk"
    assert (await point.ask("see_field", form_id=together.form_id, field_id=IDENTITY))["code"] == "forbidden"


async def test_who_has_given_the_case_away_asks_anew_to_see_what_is_personal(together: Together) -> None:
    call = together.call  # noqa: F811
    case_files = call.site.features.documents.case_files
    clerk = await case_files.file(call.case_id)
    await together.write(call.point, IDENTITY, "11010519491231002X")
    await call.window.do("see_field", form_id=together.form_id, field_id=IDENTITY)
    await together.stands(call.window, IDENTITY, hidden=False)
    await case_files.assign_clerk(call.case_id, "somebody else", "李建国")
    # When it comes back they ask to see it anew, and the history says so.
    await case_files.assign_clerk(call.case_id, str(clerk.clerk_id), "张窗口")
    await call.window.see(f"form_layout:{call.case_id}", side="clerk")
    assert (await together.write(call.window, IDENTITY, "1"))["code"] == "form_field_masked"
    await together.stands(call.window, IDENTITY, hidden=True)


async def test_others_neither_see_nor_write(together: Together) -> None:
    site, http = together.call.site, together.call.http
    for account in ("point002", "clerk002"):
        other = await Page.open(http, site, await site.sign_in(http, account))
        assert (await together.write(other, BANK, "x"))["code"] == "not_your_case"
        focus = await other.ask("focus_field", form_id=together.form_id, field_id=BANK)
        assert focus["code"] == "not_your_case"
        assert (await other.ask("open_form", case_id=together.call.case_id))["code"] == "not_your_case"
    assert (await together.call.window.ask("finish_form", form_id="nothing"))["code"] == "no_such_form"
    unknown = await together.write(together.call.point, "nothing", "x")
    assert unknown["code"] == "form_value_invalid"


async def test_more_changes_than_hands_write_are_refused(together: Together) -> None:
    answers = [await together.write(together.call.point, BANK, str(step)) for step in range(int(CHANGES_AT_ONCE) + 20)]
    refused = [one["code"] for one in answers if one["type"] == "refused"]
    # A fast machine reaches the bound of the connection, too.
    assert {"form_too_fast"} <= set(refused) <= {"form_too_fast", "commands_too_fast"}
    assert len(answers) - len(refused) >= CHANGES_AT_ONCE


async def test_a_page_that_comes_back_sees_what_was_acknowledged(together: Together) -> None:
    call = together.call  # noqa: F811
    await together.write(call.point, BANK, "工商银行")
    await call.point.socket.close()
    back = await Page.open(call.http, call.site, call.tokens["point"])
    await back.do("watch", case_id=call.case_id)
    assert (await together.stands(back, BANK, sequence=1))["yours"]


async def test_a_page_that_turns_back_to_a_case_is_sent_its_form_whole(together: Together) -> None:
    call = together.call  # noqa: F811
    await together.write(call.point, BANK, "工商银行")
    await together.stands(call.point, BANK, value="工商银行")
    await call.point.do("unwatch", case_id=call.case_id)
    del call.point.views[f"form:{call.case_id}"], call.point.lists[f"form:{call.case_id}"]
    await call.point.do("watch", case_id=call.case_id)
    assert (await call.point.see(f"form:{call.case_id}", form_id=together.form_id))["whole"]
    assert (await together.stands(call.point, BANK, value="工商银行"))["yours"]


async def test_the_finished_form_is_the_document_that_is_signed(together: Together, tmp_path: Path) -> None:
    call = together.call  # noqa: F811
    early = await call.window.ask("finish_form", form_id=together.form_id)
    assert early["code"] == "form_incomplete"
    assert "公民身份号码" in early["message"]
    await together.write(call.point, IDENTITY, "11010519491231002X")
    await together.write(call.window, PHONE, "13812345678")
    document_id = (await call.window.do("finish_form", form_id=together.form_id))["document_id"]
    for page in (call.point, call.window):
        assert (await page.see(f"form_layout:{call.case_id}", state="finished"))["document_id"] == document_id
        await page.see(f"form:{call.case_id}", form_id=None)
    assert (await together.write(call.point, BANK, "x"))["code"] == "form_over"
    await call.window.do("request_signature", document_id=document_id)
    path = f"{call.site.address}/api/v1/documents/{document_id}/pdf"
    async with call.http.get(path, headers=call.headers("window")) as response:
        (tmp_path / "form.pdf").write_bytes(await response.read())
    said = subprocess.run(["pdftotext", tmp_path / "form.pdf", "-"], capture_output=True, text=True, check=True).stdout
    plain = "".join(said.split())
    assert all(words in plain for words in ("11010519491231002X", "13812345678", "王秀英", "申请人签名"))


async def test_a_discarded_form_is_followed_by_one_with_what_was_written(together: Together) -> None:
    call = together.call  # noqa: F811
    await together.write(call.point, BANK, "工商银行")
    assert (await call.point.ask("discard_form", form_id=together.form_id))["code"] == "forbidden"
    await call.window.do("discard_form", form_id=together.form_id)
    await call.point.see(f"form_layout:{call.case_id}", state="discarded")
    form_id = (await call.point.do("open_form", case_id=call.case_id))["form_id"]
    await call.window.see(f"form:{call.case_id}", form_id=form_id)
    assert (await together.stands(call.window, BANK, value="工商银行"))["side"] == "applicant"
