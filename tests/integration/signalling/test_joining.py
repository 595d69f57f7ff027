"""Joining a call one is asked into: in it before anything is stored, and out of it again where that goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from foundation.database import WriteSession
from scheduler.store.tables import DeskRow
from signalling.identity.participant import ParticipantId
from signalling.slices.consultations import consulting
from tests.integration.signalling.test_consultations import (
    COLLEAGUE,
    Colleague,
    asked_is,
    colleague_of,
    roles_in,
)
from tests.support.caller import until
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import Page, served

EXPERT = ParticipantId(f"staff-{COLLEAGUE}", "window")


@asynccontextmanager
async def nothing_is_stored(call: RecordedCall) -> AsyncIterator[WriteSession]:
    """Holds the one writer of the database: whoever writes waits."""
    async with call.site.features.ground.database.write() as session:
        await session.execute(text("select 1"))
        yield session


async def rings_at(call: RecordedCall, other: Colleague) -> str:
    await call.window.page.do("ask_colleague", ticket_id=call.session_id, staff_id=EXPERT.person_id)
    view = await other.page.see("consultation", invited__state="ringing")
    return str(view["invited"]["consultation_id"])


async def send(page: Page, number: int, kind: str, **fields: object) -> None:
    """Asks for something whose answer is heard later."""
    await page.socket.send_json({"type": kind, "id": number, **fields})


async def code_of(page: Page, number: int) -> str:
    """The code of the refusal of a command that was sent."""
    while (message := await page.receive()).get("id") != number:
        pass
    return str(message.get("code"))


async def test_who_joins_is_in_the_call_before_anything_is_stored(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            identifier = await rings_at(call, other)
            heard = other.party.received
            async with nothing_is_stored(call):
                await send(other.page, 900, "answer_consultation", consultation_id=identifier, accept=True)
                await other.page.see("consultation", invited__case_id=await call.case_id())
                await until(lambda: other.party.received >= heard + 50)
            await other.page.see("desk", state="reserved")
            await other.page.do("leave_consultation", consultation_id=identifier)
            await other.page.see("desk", state="idle")


async def test_who_is_taken_back_while_they_join_is_not_in_the_call(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            identifier = await rings_at(call, other)
            async with nothing_is_stored(call):
                await send(other.page, 900, "answer_consultation", consultation_id=identifier, accept=True)
                await asked_is(call, "joined")
                await send(call.window.page, 900, "end_consultation", consultation_id=identifier)
                await call.window.page.see("consultation", asked=[])
            assert await code_of(other.page, 900) == "consultation_over"
            assert await code_of(call.window.page, 900) == "None"
            assert f"{COLLEAGUE}:window" not in roles_in(call)
            await other.page.see("desk", state="idle")
            refused = await other.page.ask("watch", case_id=await call.case_id())
            assert refused["code"] in ("not_your_case", "reason_needed")
            # In a call of their own the page has that call's ticket, and not the one of before.
            await call.finish()
            await other.page.see("slots", admitted=False)


async def test_who_turns_out_to_be_taken_rings_on_and_no_longer_than_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consulting, "RINGS", timedelta(seconds=1))
    async with served(tmp_path / "data") as site, recorded_call(site, 30.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            identifier = await rings_at(call, other)
            async with nothing_is_stored(call) as session:
                await send(other.page, 900, "answer_consultation", consultation_id=identifier, accept=True)
                await asked_is(call, "joined")
                # A ticket that began to ring in the same moment, of which the board has not heard.
                taken = update(DeskRow).where(DeskRow.clerk_id == EXPERT.person_id).values(state="ringing")
                await session.execute(taken)
                await asyncio.sleep(1.2)
            assert await code_of(other.page, 900) == "clerk_busy"
            await asked_is(call, "unanswered")
            assert f"{COLLEAGUE}:window" not in roles_in(call)
            await other.page.see("consultation", invited=None)
            await call.point.page.see("point", session__guests=[])
