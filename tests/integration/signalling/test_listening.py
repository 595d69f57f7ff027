"""A supervisor listens to a call: both sides know, it is logged, and it lasts no longer than the page."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from directory.store import queries
from rtc_server.sessions.interface import WATCHERS, MemberRole
from rtc_server.sessions.session import Session
from signalling.identity.participant import ParticipantId
from signalling.slices.supervision import stance
from tests.support.caller import until
from tests.support.media_client import Identity
from tests.support.recorded_call import RecordedCall, negotiate, recorded_call
from tests.support.served import Page, served
from tests.support.speaker import Speaker

ACCOUNT = "supervisor001"


async def test_both_sides_are_told_and_it_ends_with_the_page(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        token = await site.sign_in(call.http, ACCOUNT)
        page = await Page.open(call.http, site, token)
        supervision = await page.see("supervision", listening_to=None)
        await page.see("calls")
        assert [one["ticket"]["ticket_id"] for one in page.lists["calls"]] == [call.session_id]
        ear = Speaker("ear", Identity(), 0x3000)
        await ear.connect(partial(negotiate, call.http, site, token))
        await page.do("listen_to", ticket_id=call.session_id)
        await page.see("supervision", listening_to=call.session_id)
        name = supervision["staff"]["name"]
        for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
            await side.see(topic, session__listeners=[name])
        heard = ear.received
        await until(lambda: ear.received >= heard + 50)
        sessions = site.features.media._sessions  # type: ignore[attr-defined]
        listener = str(ParticipantId(supervision["staff"]["staff_id"], "supervisor"))
        assert sessions.roles()[call.session_id][listener] is MemberRole.WATCHER
        await _is_logged(call, name)
        # Reloading or leaving the page ends its media, and so the listening.
        ear.close()
        for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
            await side.see(topic, session__listeners=[])
        await page.see("supervision", listening_to=None)
        assert listener not in sessions.members(call.session_id)


async def test_each_side_is_told_what_the_other_keeps_back(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        point, window = call.point.page, call.window.page
        await point.do("tell_sending", paused=["camera", "microphone"])
        await window.see("slots", other_paused=["camera", "microphone"])
        await point.see("slots", other_paused=[])
        await point.do("tell_sending", paused=[])
        await window.see("slots", other_paused=[])


async def test_it_ends_with_the_call_and_a_lost_listener_interrupts_nothing(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        token = await site.sign_in(call.http, ACCOUNT)
        page = await Page.open(call.http, site, token)
        ear = Speaker("ear", Identity(), 0x3000)
        await ear.connect(partial(negotiate, call.http, site, token))
        await page.do("listen_to", ticket_id=call.session_id)
        view = await page.see("supervision", listening_to=call.session_id)
        site.features.media.disconnect(str(ParticipantId(view["staff"]["staff_id"], "supervisor")))
        await page.see("supervision", listening_to=None)
        assert (await site.features.scheduler.reception.ticket(call.session_id)).state == "serving"
        await page.do("listen_to", ticket_id=call.session_id)
        await call.finish()
        await page.see("supervision", listening_to=None)
        while page.lists["calls"]:
            await page.receive()
        refused = await page.ask("listen_to", ticket_id=call.session_id)
        assert refused["code"] == "not_in_this_state"
        ear.close()


def session_of(call: RecordedCall) -> Session:
    """The session as the media server has it: who is in it as what, and who whispers to whom."""
    return call.site.features.media._sessions.open(call.session_id)  # type: ignore[attr-defined,no-any-return]


async def test_a_supervisor_whispers_joins_and_steps_back(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        token = await site.sign_in(call.http, ACCOUNT)
        page = await Page.open(call.http, site, token)
        name = (await page.see("supervision", stance="away"))["staff"]["name"]
        ticket = {"ticket_id": call.session_id}
        assert (await page.ask("whisper_to_clerk", **ticket))["code"] == "no_such_step"
        mouth = Speaker("mouth", Identity(), 0x3000)
        await mouth.connect(partial(negotiate, call.http, site, token))
        await page.do("listen_to", **ticket)
        own = str(ParticipantId(f"staff-{ACCOUNT}", "supervisor"))
        await page.do("whisper_to_clerk", **ticket)
        await page.see("supervision", stance="whispering")
        await call.window.page.see("slots", whispering=[name])
        clerk = "staff-clerk001:window"
        assert session_of(call).whispers == {own: clerk}
        assert session_of(call).admitted[own] is MemberRole.WATCHER
        point = await call.point.page.see("slots", whispering=[])
        assert point["whispering"] == []
        await call.point.page.see("point", session__listeners=[name], session__guests=[])

        # During a hold the clerk and the supervisor are by themselves.
        await call.window.page.do("hold_ticket", **ticket)
        await until(lambda: session_of(call).admitted.get(clerk) is MemberRole.ASIDE)
        assert set(session_of(call).admitted) == {clerk, own}
        assert session_of(call).whispers == {own: clerk}
        await call.window.page.do("resume_ticket", **ticket)
        await until(lambda: len(session_of(call).admitted) == 3)

        await page.do("join_call", **ticket)
        for side, topic in ((call.point.page, "point"), (call.window.page, "desk")):
            await side.see(topic, session__guests=[{"name": name, "kind": "supervisor"}], session__listeners=[])
        await call.window.page.see("slots", whispering=[])
        assert set(session_of(call).admitted.values()) == {MemberRole.PARTY}
        assert session_of(call).whispers == {}

        await page.do("only_listen", **ticket)
        await call.point.page.see("point", session__guests=[], session__listeners=[name])
        assert session_of(call).admitted[own] is MemberRole.WATCHER
        await page.do("join_call", **ticket)
        await page.do("listen_to", ticket_id=None)
        await call.point.page.see("point", session__guests=[], session__listeners=[])
        case = await site.features.documents.case_files.whole(await call.case_id())
        acts = [entry.act for entry in case.history if entry.act.startswith("session_")]
        assert acts == [
            "session_listened",
            "session_whispered",
            "session_joined",
            "session_left",
            "session_joined",
            "session_left",
        ]
        async with site.features.ground.database.read() as session:
            entries = await queries.audit_after(session, 0, 100)
        done = [entry.act for entry in entries if entry.act.startswith("session_") and entry.outcome == "done"]
        assert done == ["session_listened", "session_whispered", "session_joined", "session_joined", "session_listened"]
        mouth.close()


async def test_nobody_but_a_supervisor_listens(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 10.0) as call:
        await call.begin(consent=False)
        for side in (call.point.page, call.window.page):
            for act in ("listen_to", "whisper_to_clerk", "join_call", "only_listen"):
                assert (await side.ask(act, ticket_id=call.session_id))["code"] == "forbidden"


async def _is_logged(call: RecordedCall, name: str) -> None:
    async with call.site.features.ground.database.read() as session:
        entries = await queries.audit_after(session, 0, 100)
    (listened,) = [entry for entry in entries if entry.act == "session_listened"]
    assert (listened.account, listened.outcome, listened.address) == (ACCOUNT, "done", "127.0.0.1")
    assert json.loads(listened.what) == {"ticket": call.session_id}
    case = await call.site.features.documents.case_files.whole(await call.case_id())
    (noted,) = [entry for entry in case.history if entry.act == "session_listened"]
    assert (noted.who, noted.sentence[0]) == (name, "进入本次会话旁听")


async def test_who_cannot_be_let_in_is_not_shown_as_listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        page = await Page.open(call.http, site, await site.sign_in(call.http, ACCOUNT))
        for number in range(WATCHERS):
            site.features.media.admit(call.session_id, f"other-{number}:window", MemberRole.WATCHER)
        assert (await page.ask("listen_to", ticket_id=call.session_id))["code"] == "session_full"
        await page.see("supervision", listening_to=None)
        # What is shown next would have the listener in it.
        await call.window.page.do("hold_ticket", ticket_id=call.session_id)
        await call.window.page.see("desk", ticket__state="on_hold", session__listeners=[])
        await call.window.page.do("resume_ticket", ticket_id=call.session_id)
        for number in range(WATCHERS):
            site.features.media.release(call.session_id, f"other-{number}:window")
        monkeypatch.setattr(stance, "LISTENERS_AT_MOST", 0)
        assert (await page.ask("listen_to", ticket_id=call.session_id))["code"] == "too_many_listen"
        await page.see("supervision", listening_to=None)
