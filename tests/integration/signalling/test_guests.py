"""A guest from outside: invited into a call by a link, seen waiting, let in, out at once; sees nothing of the case."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from directory.store import queries
from foundation.errors import Forbidden
from rtc_server.sessions.interface import MemberRole
from signalling.slices.guests import events
from signalling.slices.guests.lobby import LINKS_AT_MOST
from signalling.transport.bound import BoundSlices
from signalling.transport.websocket.client_connection import CLOSE_REPLACED, CLOSE_SIGNED_OUT
from tests.support.caller import until
from tests.support.contract import ENDPOINTS, NAMED, ROWS
from tests.support.media_client import Identity
from tests.support.recorded_call import RecordedCall, negotiate, recorded_call
from tests.support.served import Page, served
from tests.support.speaker import Speaker

NAME = "赵雨"
BROWSER, OTHER = "b" * 32, "c" * 32
OWN = {
    NAMED.SetOnlySound,
    NAMED.TellSending,
    NAMED.TellTiles,
    NAMED.PinPerson,
    NAMED.ReportReception,
    NAMED.AskToJoin,
    NAMED.LeaveCall,
}
"""The commands that a guest may ask for."""


async def invite(call: RecordedCall, part: str = "sign_interpreter") -> tuple[str, str]:
    """The guest's identifier and the link."""
    invited = await call.window.page.do("invite_guest", ticket_id=call.session_id, name=NAME, part=part)
    return str(invited["guest_id"]), str(invited["link"])


async def entrance(call: RecordedCall, link: str, browser: str = BROWSER) -> tuple[int, dict[str, Any]]:
    body = {"link": link.partition("#")[2], "browser": browser}
    async with call.http.post(f"{call.site.address}/api/v1/guest-entrance", json=body) as response:
        return response.status, await response.json()


async def come_in(call: RecordedCall, link: str, browser: str = BROWSER) -> tuple[Page, str]:
    status, body = await entrance(call, link, browser)
    assert (status, body["face"], body["staff"]["roles"]) == (200, "guest", ["guest"])
    return await Page.open(call.http, call.site, body["access_token"]), body["access_token"]


async def state_is(call: RecordedCall, *states: str) -> None:
    page = call.window.page
    while [one["state"] for one in page.views.get("guests", {}).get("guests", [])] != list(states):
        await page.receive()


def expiring() -> int:
    """How many tasks wait for a link's end."""
    return sum(one.get_name() == "guest link expires" for one in asyncio.all_tasks())


def members(call: RecordedCall) -> dict[str, MemberRole]:
    return dict(call.site.features.media._sessions.open(call.session_id).admitted)  # type: ignore[attr-defined]


async def test_a_guest_waits_is_let_in_and_is_out_at_once(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        guest_id, link = await invite(call)
        await state_is(call, "invited")
        page, token = await come_in(call, link)
        view = await page.see("guest", state="invited")
        assert (view["name"], view["part"], view["session"], view["ticket_state"]) == (
            NAME,
            "sign_interpreter",
            None,
            None,
        )
        assert set(page.views) <= {"guest", "slots"}
        party = Speaker("guest", Identity(), 0x3000)
        await party.connect(partial(negotiate, call.http, site, token))
        assert (await call.window.page.ask("admit_guest", guest_id=guest_id))["code"] == "guest_not_waiting"
        await page.do("ask_to_join")
        await state_is(call, "waiting")
        received = party.received
        assert f"{guest_id}:guest" not in members(call), "nobody comes in uninvited"
        await call.window.page.do("admit_guest", guest_id=guest_id)
        await state_is(call, "admitted")
        await page.see("guest", state="admitted", ticket_state="serving", session__consent=False)
        for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
            await side.see(topic, session__guests=[{"name": NAME, "kind": "sign_interpreter"}])
        assert members(call)[f"{guest_id}:guest"] is MemberRole.PARTY
        await until(lambda: party.received > received + 50)
        slots = await page.see("slots", admitted=True)
        while not (seen := [one for one in slots["slots"] if one["source"]]):
            await page.receive()
            slots = page.views["slots"]
        assert {one["participant_name"] for one in seen if one["participant_role"] == "point"} <= {None}

        await call.window.page.do("hold_ticket", ticket_id=call.session_id)
        await until(lambda: not members(call))
        await page.see("guest", ticket_state="on_hold")
        await call.window.page.do("resume_ticket", ticket_id=call.session_id)
        await until(lambda: len(members(call)) == 3)

        assert expiring() == 1
        await call.window.page.do("remove_guest", guest_id=guest_id)
        await state_is(call)
        await until(lambda: expiring() == 0)
        assert f"{guest_id}:guest" not in members(call)
        await until(lambda: page.socket.closed)
        assert page.socket.close_code == CLOSE_SIGNED_OUT
        assert (await entrance(call, link))[1]["code"] == "guest_link_over"
        await call.point.page.see("point", session__guests=[])
        party.close()
        await _is_logged(call)


async def _is_logged(call: RecordedCall) -> None:
    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 200)
    done = {(one.account, one.act) for one in entries if one.outcome == "done"}
    assert {
        ("clerk001", "guest_invited"),
        ("guest", "guest_entered"),
        ("clerk001", "guest_admitted"),
        ("clerk001", "guest_removed"),
    } <= done
    case = await call.site.features.documents.case_files.whole(await call.case_id())
    acts = [(one.who, one.sentence[0]) for one in case.history if one.act.startswith("guest")]
    clerk = acts[0][0]
    assert acts == [
        (clerk, f"以一次性链接邀请{NAME}（手语翻译）加入通话"),
        (NAME, "以手语翻译身份加入通话"),
        (NAME, "离开通话"),
        (clerk, f"取消{NAME}的通话邀请"),
    ]


async def test_a_link_is_one_browsers_and_ends_with_the_call(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        _, link = await invite(call, "relative")
        first, _ = await come_in(call, link, OTHER)
        second, _ = await come_in(call, link)
        await until(lambda: first.socket.closed)
        assert first.socket.close_code == CLOSE_REPLACED
        await second.do("ask_to_join")
        assert (await entrance(call, link, OTHER))[1]["code"] == "guest_link_taken"
        again, _ = await come_in(call, link)
        await again.see("guest", state="waiting")
        await call.finish()
        await until(lambda: again.socket.closed)
        assert again.socket.close_code == CLOSE_SIGNED_OUT
        assert (await entrance(call, link))[1]["code"] == "guest_link_over"


async def test_who_is_gone_asks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "RELOAD_SECONDS", 1.0)
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        guest_id, link = await invite(call)
        page, token = await come_in(call, link)
        party = Speaker("guest", Identity(), 0x3000)
        await party.connect(partial(negotiate, call.http, site, token))
        await page.do("ask_to_join")
        await call.window.page.do("admit_guest", guest_id=guest_id)
        party.close()
        again = Speaker("guest", Identity(), 0x3000)
        await again.connect(partial(negotiate, call.http, site, token))
        received = again.received
        await until(lambda: again.received > received + 50)
        await state_is(call, "admitted")
        again.close()
        await state_is(call, "invited")
        await page.do("ask_to_join")
        await page.do("leave_call")
        await state_is(call, "invited")
        assert (await call.window.page.ask("admit_guest", guest_id=guest_id))["code"] == "guest_not_waiting"


async def test_a_clerk_lets_into_the_own_call_alone_and_so_many(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 20.0) as call:
        await call.begin(consent=False)
        found = [await invite(call) for _ in range(LINKS_AT_MOST)]
        wanted = {"ticket_id": call.session_id, "name": NAME, "part": "helper"}
        assert (await call.window.page.ask("invite_guest", **wanted))["code"] == "too_many_guests"
        other = await Page.open(call.http, site, await site.sign_in(call.http, "clerk002"))
        for act in ("admit_guest", "remove_guest"):
            assert (await other.ask(act, guest_id=found[0][0]))["code"] == "ticket_not_in_hand"
        assert (await other.ask("invite_guest", **wanted))["code"] == "ticket_not_in_hand"
        assert (await call.point.page.ask("invite_guest", **wanted))["code"] == "forbidden"
        assert (await call.window.page.ask("ask_to_join"))["code"] == "forbidden"


async def test_every_other_command_topic_and_endpoint_refuses_a_guest(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 20.0) as call:
        await call.begin(consent=False)
        _, link = await invite(call)
        page, token = await come_in(call, link)
        guest = (await site.features.directory.people.verify(token)).principal
        slices = BoundSlices(site.application.slices)
        for kind in ROWS:
            if kind not in OWN:
                with pytest.raises(Forbidden):
                    await slices.command(kind).carry_out(guest, None)  # type: ignore[arg-type]
        case_id = await call.case_id()
        for one in site.application.slices:
            for topic in one.slice.topics:
                if topic.name not in ("guest", "slots"):
                    with pytest.raises(Forbidden):
                        await slices.show(guest, f"{topic.name}:{case_id}")
        assert (await page.ask("watch", case_id=case_id))["code"] == "forbidden"
        assert (await page.ask("say_in_chat", text="你好"))["code"] == "forbidden"
        headers = {"Authorization": f"Bearer {token}"}
        for endpoint in ENDPOINTS:
            if endpoint.open or endpoint.path == "/api/v1/media/connection":
                continue
            path = endpoint.path.replace("{case_id}", case_id).replace("{", "").replace("}", "")
            code = await _asked(call.http, endpoint.method, site.address + path, headers)
            assert code in (401, 403), (endpoint.method, endpoint.path, code)


async def _asked(http: aiohttp.ClientSession, method: str, address: str, headers: dict[str, str]) -> int:
    body = {} if method in ("GET", "HEAD") else {"json": {}}
    async with http.request(method, address, headers=headers, **body) as response:
        return response.status
