"""Ticket, offer, call and finish, over real sockets to the whole service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.served import Page, Served, served

APPLICANT = {"name": "王秀英", "over_70": True, "disabled": False}


@pytest.fixture
async def site(tmp_path: Path, house_url: str) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", database_url=house_url, wrap_up_seconds=0.0) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def _open(http: aiohttp.ClientSession, site: Served, account: str) -> Page:
    return await Page.open(http, site, await site.sign_in(http, account))


async def _take(page: Page, **changes: object) -> dict[str, object]:
    wish = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": True} | changes
    return await page.ask("take_ticket", **wish)


@pytest.mark.both_databases
async def test_a_ticket_is_taken_offered_called_served_and_finished(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await _open(http, site, "point001"), await _open(http, site, "clerk001")
    taken = await _take(point)
    view = await point.see("point", ticket__state="waiting", ticket__place__position=1)
    assert view["ticket"]["number"] == taken["result"]["number"]
    desk = await window.see("desk", window_id=None)
    await window.do("open_window", window_id=desk["windows"][0]["window_id"])
    desk = await window.see("desk", state="ringing")
    assert desk["offer"]["ticket"]["applicant_name"] == "王秀英"
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    view = await point.see("point", ticket__state="called")
    await point.do("enter_call", ticket_id=view["ticket"]["ticket_id"])
    desk = await window.see("desk", ticket__state="serving")
    assert desk["session"]["consent"] is True
    await window.do("finish_ticket", ticket_id=desk["ticket"]["ticket_id"])
    desk = await window.see("desk", ticket=None, state="idle", served_today=1)
    view = await point.see("point", ticket__state="completed")
    await point.do("finish_visit", ticket_id=view["ticket"]["ticket_id"])
    await point.see("point", ticket=None)


async def test_a_case_is_shown_once_it_is_the_clerks(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await _open(http, site, "point001"), await _open(http, site, "clerk001")
    await _take(point)
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    while not (case_id := window.views["desk"]["case_id"]):
        await window.receive()
    # As in the moment before it is assigned.
    await site.features.documents.case_files.assign_clerk(case_id, "somebody else", "李建国")
    clerk = (await site.features.directory.sign_in.verify(await site.sign_in(http, "clerk001"))).principal
    async with asyncio.timeout(10):
        while (await site.application.connection_parts.slices.show(clerk, "desk")).case_id is not None:
            await asyncio.sleep(0.02)
    await site.features.documents.case_files.assign_clerk(case_id, clerk.person_id, clerk.name)
    await window.see("desk", case_id=case_id)


async def test_who_was_not_there_comes_back_to_the_same_place(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await _open(http, site, "point001"), await _open(http, site, "clerk001")
    ticket = {"ticket_id": (await _take(point))["result"]["ticket_id"]}
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await window.do("mark_no_show", **ticket)
    await point.see("point", ticket__state="no_show")
    await window.see("desk", ticket=None, offer=None, state="idle")
    await point.do("reinstate_ticket", **ticket)
    desk = await window.see("desk", offer__ticket__ticket_id=ticket["ticket_id"])
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await point.see("point", ticket__state="called")
    assert (await point.ask("reinstate_ticket", **ticket))["code"] == "not_in_this_state"


async def test_next_takes_the_highest_credit(site: Served, http: aiohttp.ClientSession) -> None:
    first, second, window = [await _open(http, site, account) for account in ("point001", "point002", "clerk001")]
    await _take(first, applicant={"name": "李建国", "over_70": False, "disabled": False})
    await _take(second)
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", offer__ticket__applicant_name="王秀英")
    await window.do("reject_offer", offer_id=desk["offer"]["offer_id"], reason="")
    desk = await window.see("desk", offer__ticket__applicant_name="李建国")
    await window.do("reject_offer", offer_id=desk["offer"]["offer_id"], reason="")
    # Refused tickets are not offered again to the same clerk, but "next" takes them.
    called = await window.do("call_next")
    desk = await window.see("desk", ticket__ticket_id=called["ticket_id"])
    assert desk["ticket"]["applicant_name"] == "王秀英"


async def test_a_second_accept_of_the_same_offer_loses(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await _open(http, site, "point001"), await _open(http, site, "clerk001")
    await _take(point)
    await window.do("open_window", window_id="town-01-w1")
    offer = (await window.see("desk", state="ringing"))["offer"]["offer_id"]
    await window.do("accept_offer", offer_id=offer)
    again = await window.ask("accept_offer", offer_id=offer)
    assert (again["type"], again["code"]) == ("refused", "offer_over")
    assert again["message"] == "这次派号已经结束。"


async def test_what_bad_input_gets(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await _open(http, site, "point001"), await _open(http, site, "clerk001")
    assert (await _take(point, item_id="item-999"))["code"] == "no_such_item"
    assert (await _take(point, colour="red"))["code"] == "invalid"
    assert (await point.ask("call_next"))["code"] == "forbidden"
    assert (await _take(window))["code"] == "forbidden"
    assert (await window.ask("open_window", window_id="district-w1"))["code"] == "not_your_window"
    assert (await _take(point))["type"] == "done"
    assert (await _take(point))["code"] == "ticket_already_open"
    await point.socket.send_str("{")
    while (answer := await point.receive())["type"] == "event":
        pass
    assert answer["code"] == "invalid"


@pytest.mark.parametrize("first", ["", "{}", '{"type":"authenticate","id":0,"token":"a.b.c","language":"en"}'])
async def test_a_page_signs_in_first(site: Served, http: aiohttp.ClientSession, first: str) -> None:
    socket = await http.ws_connect(f"{site.address}/api/v1/socket")
    await socket.send_str(first)
    message = await socket.receive(timeout=5)
    assert (message.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, 4401)


async def test_a_newer_page_of_the_same_person_replaces_the_older(site: Served, http: aiohttp.ClientSession) -> None:
    older = await _open(http, site, "point001")
    newer = await _open(http, site, "point001")
    assert await older.ended() == 4409
    await newer.see("point", ticket=None)


async def test_a_connection_that_its_page_has_given_up_takes_no_place(
    site: Served, http: aiohttp.ClientSession
) -> None:
    token = await site.sign_in(http, "point001")
    first = await http.ws_connect(f"{site.address}/api/v1/socket")
    kept = await Page.open(http, site, token)
    # Signed in after the one that followed it, as on a server that has just started.
    await first.send_json({"type": "authenticate", "id": 0, "token": token, "language": "zh-CN"})
    assert (await first.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    assert first.close_code == 4409
    assert (await _take(kept))["type"] == "done"


async def test_a_flood_is_cut_and_the_neighbour_does_not_notice(site: Served, http: aiohttp.ClientSession) -> None:
    flooding, neighbour = await _open(http, site, "point001"), await _open(http, site, "point002")
    for number in range(200):
        await flooding.socket.send_json({"type": "cancel_ticket", "id": number, "ticket_id": "x"})
    await asyncio.wait_for(_take(neighbour), 5)
    assert await flooding.ended() == 4429


async def test_another_origin_is_refused(site: Served, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{site.address}/api/v1/socket", headers={"Origin": "https://elsewhere.example"})
    assert refused.value.status == 403


async def test_http_refuses_with_code_and_sentence(site: Served, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{site.address}/api/v1/items", headers={"Accept-Language": "en"}) as response:
        assert (response.status, (await response.json())["code"]) == (401, "unauthenticated")
    headers = {"Authorization": f"Bearer {await site.sign_in(http, 'point001')}", "Accept-Language": "en"}
    async with http.get(f"{site.address}/api/v1/items?query=gljt", headers=headers) as response:
        assert (await response.json())["items"][0]["name"]["zh"] == "高龄津贴申领"
    async with http.get(f"{site.address}/api/v1/items/moon", headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (404, "no_such_item")
    offer = {"sdp": "v=0", "sources": {}, "slots": {}}
    async with http.post(f"{site.address}/api/v1/media/connection", headers=headers, json=offer) as response:
        assert (response.status, (await response.json())["code"]) == (400, "sdp_invalid")
    kind = {"Content-Type": "application/json"}
    async with http.post(f"{site.address}/api/v1/sign-in", data=b"x" * 400_000, headers=headers | kind) as response:
        assert response.status == 413
    async with http.get(f"{site.address}/api/v1/moon") as response:
        assert (response.status, (await response.json())["code"]) == (404, "not_found")
