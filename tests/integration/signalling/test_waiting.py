"""Waiting: what clerks write to who waits, and what is told while no window is open."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from tests.integration.signalling.test_call import APPLICANT
from tests.support.served import Page, Served, served


async def opened(http: aiohttp.ClientSession, site: Served, account: str) -> Page:
    return await Page.open(http, site, await site.sign_in(http, account))


async def take(page: Page) -> str:
    taken = await page.do(
        "take_ticket", item_id="item-001", options=[], applicant=APPLICANT, consent_to_recording=False
    )
    return str(taken["ticket_id"])


async def told(page: Page) -> list[tuple[int, str]]:
    """What the point is told, once it is something."""
    while not page.views.get("point", {}).get("told"):
        await page.receive()
    return [(one["number"], one["text"]) for one in page.views["point"]["told"]]


async def test_a_clerk_writes_to_who_waits_and_a_service_started_again_shows_it(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
        await window.do("open_window", window_id="town-01-w1")
        await window.do("set_status", status="break")
        ticket_id = await take(point)
        await window.see("queue", waiting=1)
        await window.do("tell_waiting", ticket_id=ticket_id, text=" 我十分钟后就来 ")
        assert await told(point) == [(1, "我十分钟后就来")]
        assert (await point.ask("tell_waiting", ticket_id=ticket_id, text="好"))["code"] == "forbidden"
        assert (await window.ask("tell_waiting", ticket_id="nobody", text="好"))["code"] == "no_such_ticket"
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        point = await opened(http, site, "point001")
        assert await told(point) == [(1, "我十分钟后就来")]
        case = await site.features.documents.case_files.of_ticket(ticket_id)
        assert case is not None
        history = (await site.features.documents.case_files.whole(case.id)).history
        assert [entry.sentence[0] for entry in history if entry.act == "waiting_told"] == ["致等候群众：我十分钟后就来"]


async def test_only_the_clerks_of_the_queue_write_and_only_before_the_call(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    other = await opened(http, site, "clerk002")
    ticket_id = await take(point)
    assert (await other.ask("tell_waiting", ticket_id=ticket_id, text="您好"))["code"] == "not_your_ticket"
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("tell_waiting", ticket_id=ticket_id, text="马上接您")
    assert await told(point) == [(1, "马上接您")]
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await point.do("enter_call", ticket_id=ticket_id)
    await window.see("desk", ticket__state="serving")
    assert (await window.ask("tell_waiting", ticket_id=ticket_id, text="您好"))["code"] == "not_in_this_state"


async def test_who_waits_is_told_while_no_window_is_open(site: Served, http: aiohttp.ClientSession) -> None:
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    await take(point)
    view = await point.see("point", ticket__state="waiting")
    opens_at = view["closed"]["opens_at"]
    assert opens_at is None or datetime.fromisoformat(opens_at) > datetime.now(UTC)
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("reject_offer", offer_id=desk["offer"]["offer_id"], reason="")
    await point.see("point", ticket__state="waiting", closed=None)
    # A clerk on a break comes back: the window is not closed.
    await window.do("set_status", status="break")
    await window.see("desk", status="break")
    await point.see("point", ticket__state="waiting", closed=None)
    await window.do("close_window")
    while (await point.see("point", ticket__state="waiting"))["closed"] is None:
        await point.receive()
