"""Callbacks over the whole service: asked for, rung where somebody is signed in, answered, tried again, over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from directory.store import queries
from tests.integration.signalling.test_visitors import come_in
from tests.support.served import Page, Served, served

POINT, OTHER, CLERK = "point001", "point002", "clerk001"
TAKEN = {
    "item_id": "item-001",
    "options": [],
    "applicant": {"name": "李秀兰", "over_70": False, "disabled": False},
    "consent_to_recording": False,
}
AT_ONE_POINT = "UPDATE staff SET site_id = (SELECT site_id FROM staff WHERE account = :one) WHERE account = :other"
RINGS_LONG = {"offer_seconds": 60.0, "callback_ring_seconds": 60.0}


@asynccontextmanager
async def running(folder: Path, **changes: Any) -> AsyncIterator[tuple[Served, aiohttp.ClientSession]]:
    async with served(folder, wrap_up_seconds=0.0, **changes) as site, aiohttp.ClientSession() as http:
        yield site, http


async def opened(site: Served, http: aiohttp.ClientSession, account: str) -> Page:
    return await Page.open(http, site, await site.sign_in(http, account))


async def asked(page: Page) -> str:
    """A ticket of this page that is to be called back."""
    taken = await page.do("take_ticket", **TAKEN)
    while page.views.get("callbacks", {}).get("latest") is None:
        await page.receive()
    await page.do("request_callback", ticket_id=taken["ticket_id"])
    return str(taken["ticket_id"])


async def at_the_window(site: Served, http: aiohttp.ClientSession) -> Page:
    window = await opened(site, http, CLERK)
    desk = await window.see("desk", window_id=None)
    await window.do("open_window", window_id=desk["windows"][0]["window_id"])
    return window


async def accepted(window: Page) -> None:
    """The clerk answers what rings: it rings at the point."""
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])


async def one_in(page: Page, state: str) -> dict[str, Any]:
    """The page's one callback, once it is in this state."""
    while True:
        for one in page.views.get("callbacks", {}).get("callbacks", []):
            if one["state"] == state:
                found: dict[str, Any] = one
                return found
        await page.receive()


async def case_in(page: Page, topic: str) -> str:
    """The case of the ticket that the page has, once it is the page's own."""
    while (case_id := page.views[topic]["case_id"]) is None:
        await page.receive()
    return str(case_id)


async def test_the_page_goes_home_and_when_its_turn_comes_it_rings_and_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path / "data", **RINGS_LONG) as (site, http):
        point = await opened(site, http, POINT)
        ticket_id = await asked(point)
        await point.see("point", ticket=None)
        one = await one_in(point, "scheduled")
        assert (one["ticket_id"], one["applicant_name"], one["attempts"]) == (ticket_id, "李秀兰", 0)
        await point.do("request_callback", ticket_id=ticket_id)
        window = await at_the_window(site, http)
        desk = await window.see("desk", state="ringing")
        assert desk["offer"]["callback"] == {"attempt": 1, "attempts_at_most": 3, "rings_until": None}
        await accepted(window)
        desk = await window.see("desk", ticket__state="calling_back")
        assert (desk["session"], desk["state"]) == (None, "serving")
        assert desk["callback"]["rings_until"] is not None
        ringing = await one_in(point, "ringing")
        assert ringing["clerk_name"] == desk["staff"]["name"]
        assert (await window.ask("mark_no_show", ticket_id=ticket_id))["code"] == "not_in_this_state"
        await point.do("answer_callback", ticket_id=ticket_id)
        called = await point.see("point", ticket__state="called")
        assert called["session"] is not None
        await point.see("callbacks", callbacks=[])
        await point.do("enter_call", ticket_id=ticket_id)
        assert (await window.see("desk", ticket__state="serving"))["callback"] is None
        case_id = await case_in(window, "desk")
        await window.do("watch", case_id=case_id)
        case = await window.see(f"case:{case_id}", in_hand=True)
        assert {"约定由窗口回拨", "接听窗口回拨"} <= {entry["what"]["zh"] for entry in case["history"]}
        assert [entry["what"]["zh"] for entry in case["history"]].count("约定由窗口回拨") == 1
        await site.features.directory.intake.flush()
        async with site.features.ground.database.read() as session:
            acts = [entry.act for entry in await queries.audit_after(session, 0, 200)]
        assert {"callback_asked", "callback_answered"} <= set(acts)


async def test_in_the_queue_it_is_shown_as_what_it_is(tmp_path: Path) -> None:
    async with running(tmp_path / "data", **RINGS_LONG) as (site, http):
        window = await at_the_window(site, http)
        await window.do("set_status", status="break")
        point = await opened(site, http, POINT)
        ticket_id = await asked(point)
        while not (rows := window.lists.get("queue")) or not rows[0]["credit_reasons"]:
            await window.receive()
        assert (rows[0]["ticket_id"], rows[0]["credit_reasons"]) == (ticket_id, ["callback"])
        assert window.views["queue"]["longest_since"] is None
        while (one := await one_in(point, "scheduled"))["place"] is None:
            await point.receive()
        assert one["place"]["position"] == 1


async def test_not_answered_it_is_tried_again_and_after_the_last_time_it_is_over(tmp_path: Path) -> None:
    rules = {"offer_seconds": 60.0, "callback_ring_seconds": 2.0, "callback_delay_seconds": 0.0}
    async with running(tmp_path / "data", **rules) as (site, http):
        point = await opened(site, http, POINT)
        ticket_id = await asked(point)
        window = await at_the_window(site, http)
        for attempt in (1, 2, 3):
            await window.see("desk", offer__callback__attempt=attempt)
            await accepted(window)
            await one_in(point, "ringing")
            if attempt == 2:
                await point.do("postpone_callback", ticket_id=ticket_id)
            await window.see("desk", ticket=None)
        one = await one_in(point, "failed")
        assert (one["attempts"], one["reason"]) == (3, "callback_not_reached")
        await window.see("desk", state="idle", offer=None)
        await window.see("queue", waiting=0)
        assert (await point.ask("answer_callback", ticket_id=ticket_id))["code"] == "not_in_this_state"


async def test_who_comes_back_waits_again_and_strangers_cannot(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as (site, http):
        point, elsewhere = await opened(site, http, POINT), await opened(site, http, OTHER)
        ticket_id = await asked(point)
        for kind in ("request_callback", "answer_callback", "postpone_callback", "wait_again"):
            assert (await elsewhere.ask(kind, ticket_id=ticket_id))["code"] == "not_your_ticket"
            assert (await point.ask(kind, ticket_id="nothing"))["code"] == "no_such_ticket"
        window = await opened(site, http, CLERK)
        assert (await window.ask("wait_again", ticket_id=ticket_id))["code"] == "forbidden"
        assert "callbacks" not in window.views
        assert elsewhere.views["callbacks"]["callbacks"] == []
        await point.do("wait_again", ticket_id=ticket_id)
        await point.see("point", ticket__state="waiting")
        await point.see("callbacks", callbacks=[])
        refused = await point.ask("request_callback", ticket_id=ticket_id, until="2026-01-01T00:00:00Z")
        assert refused["code"] == "callback_too_late"


async def test_a_visitor_is_called_back_at_the_page_of_the_link(tmp_path: Path) -> None:
    async with running(tmp_path / "data", **RINGS_LONG) as (site, http):
        window = await opened(site, http, CLERK)
        visitor, _, _ = await come_in(http, site, window)
        ticket_id = await asked(visitor)
        await visitor.see("point", ticket=None)
        while [one["ticket_state"] for one in window.views["invitations"]["invitations"]] != ["callback_scheduled"]:
            await window.receive()
        desk = await window.see("desk", window_id=None)
        await window.do("open_window", window_id=desk["windows"][0]["window_id"])
        await accepted(window)
        await one_in(visitor, "ringing")
        await visitor.do("answer_callback", ticket_id=ticket_id)
        await visitor.see("point", ticket__state="called")


@pytest.mark.parametrize("kind", ["answer_callback", "wait_again"])
async def test_another_worker_of_the_point_goes_on_with_the_case(tmp_path: Path, kind: str) -> None:
    async with running(tmp_path / "data", **RINGS_LONG) as (site, http):
        async with site.features.ground.database.write() as session:
            await session.execute(text(AT_ONE_POINT), {"one": POINT, "other": OTHER})
        ticket_id = await asked(await opened(site, http, POINT))
        other = await opened(site, http, OTHER)
        await one_in(other, "scheduled")
        if kind == "answer_callback":
            await accepted(await at_the_window(site, http))
            await one_in(other, "ringing")
        await other.do(kind, ticket_id=ticket_id)
        await other.see("point", ticket__ticket_id=ticket_id)
        case_id = await case_in(other, "point")
        await other.do("watch", case_id=case_id)
        await other.see(f"case:{case_id}", state="open")


async def test_what_is_asked_before_the_case_is_there_is_kept(tmp_path: Path) -> None:
    """The event that opens the case may still be under way."""
    async with running(tmp_path / "data") as (site, http):
        point = await opened(site, http, POINT)
        taken = await point.do("take_ticket", **TAKEN)
        await point.do("request_callback", ticket_id=taken["ticket_id"])
        documents = site.features.documents
        case = await documents.case_index.of_ticket(taken["ticket_id"])
        assert case is not None
        history = (await documents.case_files.whole(case.id)).history
        assert [entry.act for entry in history].count("callback_asked") == 1
