"""Visitors: invited by a clerk, let in by a link, with a ticket and a case of their own and nobody else's."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signalling.transport.websocket.client_connection import CLOSE_REPLACED, CLOSE_SIGNED_OUT
from tests.support.papers import Scene, photograph
from tests.support.served import Page, Served, served
from tests.support.tus import upload_metadata

OFFERS = Path(__file__).parents[2] / "unit" / "rtc_server" / "offers"
APPLICANT = {"name": "周敏", "over_70": False, "disabled": False}
INVITED = {
    "name": "周敏",
    "organisation": "云杉食品有限公司",
    "wish": "咨询食品经营许可",
    "item_id": "item-001",
    "days": 7,
}


@pytest.fixture
async def window(site: Served, http: aiohttp.ClientSession) -> Page:
    return await Page.open(http, site, await site.sign_in(http, "clerk001"))


async def entrance(http: aiohttp.ClientSession, site: Served, link: str) -> tuple[int, dict[str, Any]]:
    body = {"link": link.partition("#")[2]}
    async with http.post(f"{site.address}/api/v1/visit-entrance", json=body) as response:
        return response.status, await response.json()


async def come_in(http: aiohttp.ClientSession, site: Served, window: Page, **changes: Any) -> tuple[Page, str, str]:
    """The page of a visitor who has just been invited, its access token, and the link."""
    invited = await window.do("invite_visitor", **INVITED | changes)
    status, body = await entrance(http, site, invited["link"])
    assert (status, body["face"]) == (200, "point")
    return await Page.open(http, site, body["access_token"]), body["access_token"], invited["link"]


def announced(case_id: str, material_id: str, data: bytes, token: str) -> dict[str, str]:
    """The headers that announce a photograph (tus 1.0)."""
    said = {"case_id": case_id, "material_id": material_id, "sha256": hashlib.sha256(data).hexdigest()}
    return {
        "Authorization": f"Bearer {token}",
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": upload_metadata(**said, capture="file"),
    }


async def take(page: Page, **changes: Any) -> str:
    wanted = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}
    taken = await page.do("take_ticket", **wanted | {"wish": "想问需要哪些材料"} | changes)
    return str(taken["ticket_id"])


async def test_a_visitor_waits_is_answered_and_shows_a_paper(
    site: Served, http: aiohttp.ClientSession, window: Page
) -> None:
    visitor, token, _ = await come_in(http, site, window)
    headers = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{site.address}/api/v1/visit", headers=headers) as response:
        visit = await response.json()
    assert (visit["name"], visit["organisation"], visit["item_id"]) == ("周敏", "云杉食品有限公司", "item-001")
    assert not visit["begun"]
    ticket_id = await take(visitor)
    async with http.get(f"{site.address}/api/v1/visit", headers=headers) as response:
        assert (await response.json())["begun"]
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    shown = {"organisation": "云杉食品有限公司", "wish": "想问需要哪些材料"}
    assert desk["offer"]["ticket"]["visitor"] == shown
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await visitor.do("enter_call", ticket_id=ticket_id)
    desk = await window.see("desk", ticket__state="serving")
    while (await window.see("invitations"))["invitations"][0]["ticket_state"] != "serving":
        await window.receive()
    case = await site.features.documents.case_files.of_ticket(ticket_id)
    assert case is not None
    whole = await site.features.documents.case_files.whole(case.id)
    assert whole.history[0].who == "周敏"
    await visitor.do("watch", case_id=case.id)
    view = await visitor.see(f"case:{case.id}", in_hand=False)
    sent = photograph(Scene(seed=1)).jpeg
    announcement = announced(case.id, view["materials"][0]["material_id"], sent, token)
    async with http.post(f"{site.address}/api/v1/uploads", headers=announcement) as response:
        assert response.status == 201, await response.text()
    await visitor.do("say_in_chat", text="您好")
    await window.do("finish_ticket", ticket_id=ticket_id, agreed="材料齐全后再来一次。")
    await visitor.see("point", ticket__state="completed")
    # What was agreed is theirs to take along, and the visit theirs to rate.
    await visitor.do("unwatch", case_id=case.id)
    await visitor.do("watch", case_id=case.id)
    (summary,) = [one for one in visitor.views[f"case:{case.id}"]["documents"] if one["kind"] == "summary"]
    async with http.get(site.address + summary["pdf_url"], headers=headers) as response:
        assert (await response.read()).startswith(b"%PDF")
    _, others, _ = await come_in(http, site, window, name="吴磊")
    async with http.get(site.address + summary["pdf_url"], headers={"Authorization": f"Bearer {others}"}) as response:
        assert response.status == 403
    await visitor.do("rate_case", case_id=case.id, level=5, remark="")


async def test_a_file_sent_while_on_hold_is_kept(site: Served, http: aiohttp.ClientSession, window: Page) -> None:
    visitor, token, _ = await come_in(http, site, window)
    ticket_id = await take(visitor)
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await visitor.do("enter_call", ticket_id=ticket_id)
    await window.see("desk", ticket__state="serving")
    case_id = (await window.see("desk", ticket__state="serving"))["case_id"]
    while case_id is None:
        await window.receive()
        case_id = window.views["desk"]["case_id"]
    await window.do("watch", case_id=case_id)
    await window.do("hold_ticket", ticket_id=ticket_id)
    await visitor.see("point", ticket__state="on_hold")
    sent = photograph(Scene(seed=1)).jpeg
    material_id = window.views[f"case:{case_id}"]["materials"][0]["material_id"]
    headers = announced(case_id, material_id, sent, token)
    async with http.post(f"{site.address}/api/v1/uploads", headers=headers) as response:
        assert response.status == 201, await response.text()
        location = response.headers["Location"]
    headers |= {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with http.patch(site.address + location, headers=headers, data=sent) as response:
        assert response.status == 204, await response.text()
    await window.do("resume_ticket", ticket_id=ticket_id)
    await window.do("unwatch", case_id=case_id)
    await window.do("watch", case_id=case_id)
    (page,) = window.views[f"case:{case_id}"]["materials"][0]["pages"]
    async with http.get(site.address + page["image_url"], headers={"Authorization": f"Bearer {token}"}) as response:
        assert response.status == 200


async def test_a_visitor_acts_for_nobody_else(site: Served, http: aiohttp.ClientSession, window: Page) -> None:
    visitor, _, _ = await come_in(http, site, window)
    other, token, _ = await come_in(http, site, window, name="吴磊")
    ticket_id = await take(visitor)
    case_id = (await visitor.see("point", ticket__ticket_id=ticket_id))["case_id"]
    while case_id is None:
        await visitor.receive()
        case_id = visitor.views["point"]["case_id"]
    for kind, fields in (
        ("cancel_ticket", {"ticket_id": ticket_id}),
        ("enter_call", {"ticket_id": ticket_id}),
        ("reinstate_ticket", {"ticket_id": ticket_id}),
        ("finish_visit", {"ticket_id": ticket_id}),
    ):
        assert (await other.ask(kind, **fields))["code"] == "not_your_ticket", kind
    assert (await other.ask("watch", case_id=case_id))["code"] == "not_your_case"
    case = await site.features.documents.case_files.whole(case_id)
    sent = photograph(Scene(seed=1)).jpeg
    announcement = announced(case_id, case.materials[0].id, sent, token)
    async with http.post(f"{site.address}/api/v1/uploads", headers=announcement) as response:
        assert (response.status, (await response.json())["code"]) == (403, "not_your_case")
    assert (await other.ask("invite_visitor", **INVITED))["code"] == "forbidden"
    booked = {"item_id": "item-001", "starts": "2026-12-01T09:00", "phone": "13812345678"}
    booked |= {"applicant": APPLICANT, "options": [], "consent_to_recording": False}
    assert (await other.ask("book_appointment", **booked))["code"] == "forbidden"
    for kind in ("check_in_appointment", "cancel_appointment"):
        assert (await other.ask(kind, appointment_id="any"))["code"] == "forbidden"
    await other.see("callbacks")
    sites = {"appointments", "handed_on", "supplements", "waiting_list"}
    assert not sites & other.views.keys(), "those of the site are nobody's business"
    assert (await other.ask("watch_hall", camera_id="any"))["code"] == "forbidden"
    headers = {"Authorization": f"Bearer {token}"}
    async with http.put(f"{site.address}/api/v1/chat-phrases", json={"phrases": ["好"]}, headers=headers) as response:
        assert response.status == 403


async def test_a_visitor_waits_for_the_item_of_the_invitation_and_grants_no_credit(
    site: Served, http: aiohttp.ClientSession, window: Page
) -> None:
    visitor, _, _ = await come_in(http, site, window)
    wanted = {"options": [], "consent_to_recording": False, "applicant": APPLICANT}
    for changes in ({"item_id": "item-002"}, {"item_id": "item-001", "applicant": APPLICANT | {"over_70": True}}):
        assert (await visitor.ask("take_ticket", **wanted | changes))["code"] == "forbidden"
    assert (await window.ask("invite_visitor", **INVITED | {"item_id": "no-item"}))["code"] == "no_such_item"
    assert (await window.ask("invite_visitor", **INVITED | {"days": 31}))["code"] == "invalid"


async def test_a_link_that_ends_takes_its_page_with_it(site: Served, http: aiohttp.ClientSession, window: Page) -> None:
    visitor, token, link = await come_in(http, site, window)
    while not (invitations := (await window.see("invitations"))["invitations"]):
        await window.receive()
    (invitation,) = invitations
    headers = {"Authorization": f"Bearer {token}"}
    offer = {"sdp": (OFFERS / "chromium.sdp").read_text(), "sources": {}, "slots": {}}
    async with http.post(f"{site.address}/api/v1/media/connection", json=offer, headers=headers) as response:
        assert response.status == 200, await response.text()
    assert site.features.media.statistics().participants == 1
    stranger = await Page.open(http, site, await site.sign_in(http, "clerk002"))
    ended = {"visitor_id": invitation["visitor_id"]}
    assert (await stranger.ask("end_invitation", **ended))["code"] == "no_such_visitor"
    await window.do("end_invitation", **ended)
    assert await visitor.ended() == CLOSE_SIGNED_OUT
    assert site.features.media.statistics().participants == 0
    await window.see("invitations", invitations=[])
    assert (await window.ask("end_invitation", **ended))["code"] == "no_such_visitor"
    status, body = await entrance(http, site, link)
    assert (status, body["code"]) == (401, "visit_ended")
    status, body = await entrance(http, site, f"#{'0' * 32}")
    assert (status, body["code"]) == (401, "visit_link_unknown")
    status, body = await entrance(http, site, "#short")
    assert (status, body["code"]) == (400, "invalid")
    async with http.get(f"{site.address}/api/v1/visit", headers={"Authorization": f"Bearer {token}"}) as response:
        assert response.status == 401


async def test_a_link_opened_twice_replaces_itself_and_survives_a_new_start(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        window = await Page.open(http, site, await site.sign_in(http, "clerk001"))
        first, _, link = await come_in(http, site, window)
        await take(first)
        _, body = await entrance(http, site, link)
        second = await Page.open(http, site, body["access_token"])
        assert await first.ended() == CLOSE_REPLACED
        await second.see("point", ticket__state="waiting")
    for file in (tmp_path / "again").glob("*.db*"):
        stored = file.read_bytes()
        assert not any(text.encode() in stored for text in ("云杉食品", "周敏", link.partition("#")[2])), file
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        _, body = await entrance(http, site, link)
        page = await Page.open(http, site, body["access_token"])
        await page.see("point", ticket__state="waiting")


async def typed(http: aiohttp.ClientSession, site: Served, code: str) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{site.address}/api/v1/visit-code", json={"visit_code": code}) as response:
        return response.status, await response.json()


async def test_a_code_is_typed_once_and_opens_the_visit(
    site: Served, http: aiohttp.ClientSession, window: Page
) -> None:
    invited = await window.do("invite_visitor", **INVITED)
    code = invited["visit_code"]
    status, body = await typed(http, site, f"{code[:3]} {code[3:6]}-{code[6:]}".lower())
    assert status == 200, body
    status, entered = await entrance(http, site, f"#{body['link']}")
    assert (status, entered["staff"]["name"]) == (200, "周敏")
    status, body = await typed(http, site, code)
    assert (status, body["code"]) == (401, "visit_code_unknown")
    made = await window.do("make_visit_code", visitor_id=invited["visitor_id"])
    stranger = await Page.open(http, site, await site.sign_in(http, "clerk002"))
    refused = await stranger.ask("make_visit_code", visitor_id=invited["visitor_id"])
    assert refused["code"] == "no_such_visitor"
    visitor = await Page.open(http, site, entered["access_token"])
    assert (await visitor.ask("make_visit_code", visitor_id=invited["visitor_id"]))["code"] == "forbidden"
    assert (await visitor.ask("check_in_visit", consent_to_recording=False, wish=""))["code"] == "forbidden"
    await window.do("end_invitation", visitor_id=invited["visitor_id"])
    status, body = await typed(http, site, made["visit_code"])
    assert (status, body["code"]) == (401, "visit_ended")


async def test_who_guesses_codes_is_held_back(site: Served, http: aiohttp.ClientSession) -> None:
    statuses = [(await typed(http, site, f"ACDEFGHJ{sign}"))[0] for sign in "ACDEFGHJKMN"]
    assert statuses == [401] * 10 + [429]
    status, body = await typed(http, site, "x" * 31)
    assert (status, body["code"]) == (400, "invalid")
