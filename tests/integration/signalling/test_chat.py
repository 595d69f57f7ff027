"""Chat beside a call: both sides read it, the case keeps it, and nobody else is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.signalling.test_call import APPLICANT
from tests.support.served import Page, Served, served


async def opened(http: aiohttp.ClientSession, site: Served, account: str) -> Page:
    return await Page.open(http, site, await site.sign_in(http, account))


async def in_call(http: aiohttp.ClientSession, site: Served) -> tuple[Page, Page, str]:
    """The point's page, the clerk's, and the ticket."""
    point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
    await point.do("take_ticket", item_id="item-001", options=[], applicant=APPLICANT, consent_to_recording=False)
    await window.do("open_window", window_id="town-01-w1")
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    ticket_id = desk["offer"]["ticket"]["ticket_id"]
    for page in (point, window):
        await page.see("chat", session_id=ticket_id, may_write=True)
    return point, window, ticket_id


def texts(page: Page) -> list[tuple[str, bool]]:
    rows = sorted(page.lists["chat"], key=lambda one: one["number"])
    return [(one["text"], one["mine"]) for one in rows]


async def test_both_write_and_see_how_far_the_other_has_read(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, _ = await in_call(http, site)
    await point.do("say_in_chat", text="  我听不见，请打字  ")
    await window.see("chat", seen_by_you=0, seen_by_others=1)
    assert texts(window) == [("我听不见，请打字", False)]
    await window.do("mark_chat_seen", number=1)
    await point.see("chat", seen_by_you=1, seen_by_others=1)
    await window.do("say_in_chat", text="好的：\n请把身份证放在镜头下")
    await point.see("chat", seen_by_others=2)
    assert texts(point) == [("我听不见，请打字", True), ("好的：\n请把身份证放在镜头下", False)]


async def test_the_case_keeps_it_and_a_service_started_again_shows_it(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        point, _, ticket_id = await in_call(http, site)
        await point.do("say_in_chat", text="{0} 我的麦克风坏了")
    async with served(tmp_path / "again", wrap_up_seconds=0.0) as site:
        window = await opened(http, site, "clerk001")
        await window.see("chat", session_id=ticket_id)
        assert texts(window) == [("{0} 我的麦克风坏了", False)]
        await window.do("say_in_chat", text="没关系")
        case = await site.features.documents.case_files.of_ticket(ticket_id)
        assert case is not None
        history = (await site.features.documents.case_files.whole(case.id)).history
        said = [entry.sentence for entry in history if entry.act == "chat_said"]
        assert said == [
            ("文字消息：{0} 我的麦克风坏了", "Wrote: {0} 我的麦克风坏了"),
            ("文字消息：没关系", "Wrote: 没关系"),
        ]


async def test_who_only_listens_reads_and_leaves_no_trace(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await in_call(http, site)
    await point.do("enter_call", ticket_id=ticket_id)
    supervisor = await opened(http, site, "supervisor001")
    await supervisor.see("chat", session_id=None)
    await supervisor.do("listen_to", ticket_id=ticket_id)
    await supervisor.see("chat", session_id=ticket_id, may_write=False)
    await point.do("say_in_chat", text="您好")
    await supervisor.see("chat", seen_by_others=1)
    assert texts(supervisor) == [("您好", False)]
    await supervisor.do("mark_chat_seen", number=1)
    assert (await supervisor.ask("say_in_chat", text="我在听"))["code"] == "forbidden"
    await window.do("say_in_chat", text="您好")
    await point.see("chat", seen_by_others=2)
    assert [one["face"] for one in point.lists["chat"]] == ["point", "window"]


async def test_it_ends_with_the_call(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await in_call(http, site)
    await point.do("enter_call", ticket_id=ticket_id)
    await point.do("say_in_chat", text="谢谢")
    await window.do("finish_ticket", ticket_id=ticket_id)
    for page in (point, window):
        await page.see("chat", session_id=None, may_write=False)
        assert page.lists["chat"] == []
        assert (await page.ask("say_in_chat", text="还在吗"))["code"] == "no_such_ticket"


@pytest.mark.parametrize("text", ["", "   \n", "\u202e", "字" * 501])
async def test_what_says_nothing_or_too_much_is_refused(site: Served, http: aiohttp.ClientSession, text: str) -> None:
    page = await opened(http, site, "clerk001")
    assert (await page.ask("say_in_chat", text=text))["code"] == "invalid"


@pytest.mark.parametrize("kind", ["chat", "review"])
async def test_phrases_are_kept_by_the_person(site: Served, http: aiohttp.ClientSession, kind: str) -> None:
    async def ask(account: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {await site.sign_in(http, account)}"}
        method = "GET" if body is None else "PUT"
        async with http.request(method, f"{site.address}/api/v1/{kind}-phrases", json=body, headers=headers) as answer:
            return answer.status, json.loads(await answer.text())

    assert await ask("clerk001") == (200, {"phrases": None})
    assert await ask("clerk001", {"phrases": ["请稍等", "  "]}) == (200, {"phrases": ["请稍等"]})
    assert await ask("clerk001") == (200, {"phrases": ["请稍等"]})
    assert await ask("clerk002") == (200, {"phrases": None})
    status, refused = await ask("clerk001", {"phrases": ["字"] * 21})
    assert (status, refused["code"]) == (400, "invalid")
