"""A call of a point and a window over real sockets to the whole service: pages, media, and what is recorded of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp

from tests.support.media_client import Identity
from tests.support.served import Page, Served
from tests.support.speaker import SLOTS, SOURCES, Speaker
from tests.support.streams import Encoded, pictures, sound

APPLICANT: dict[str, Any] = {"name": "王秀英", "over_70": True, "disabled": False}


@dataclass
class Caller:
    """One side of the call."""

    token: str
    page: Page
    party: Speaker


@dataclass
class RecordedCall:
    """Both sides, who send for `seconds` from before the call begins."""

    site: Served
    http: aiohttp.ClientSession
    point: Caller
    window: Caller
    sending: asyncio.Task[Any]
    session_id: str = ""

    async def begin(self, *, consent: bool, name: str = APPLICANT["name"]) -> None:
        """From the ticket to the call."""
        point, window = self.point.page, self.window.page
        applicant = APPLICANT | {"name": name}
        wish = {"item_id": "item-001", "options": [], "applicant": applicant, "consent_to_recording": consent}
        await point.do("take_ticket", **wish)
        desk = await window.see("desk", window_id=None)
        await window.do("open_window", window_id=desk["windows"][0]["window_id"])
        desk = await window.see("desk", state="ringing")
        await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
        view = await point.see("point", ticket__state="called")
        self.session_id = view["ticket"]["ticket_id"]
        await point.do("enter_call", ticket_id=self.session_id)
        await window.see("desk", ticket__state="serving")

    async def finish(self) -> None:
        """Ends the call."""
        await self.window.page.do("finish_ticket", ticket_id=self.session_id)
        await self.window.page.see("desk", ticket=None)

    async def case_id(self) -> str:
        """The case of the call."""
        case = await self.site.features.documents.case_files.of_ticket(self.session_id)
        assert case is not None
        return case.id

    async def acts(self) -> list[tuple[str, str]]:
        """What the case's log says of the recording: the act, and when, ISO 8601 in UTC."""
        case = await self.site.features.documents.case_files.whole(await self.case_id())
        told = [(entry.act, entry.at.isoformat()) for entry in case.history]
        return [one for one in told if one[0].startswith(("consent", "recording"))]

    async def joined(self) -> None:
        """Waits until the recording has joined the case."""
        while "recording_joined" not in [act for act, _ in await self.acts()]:
            await asyncio.sleep(0.1)

    async def get(self, path: str, who: Caller, **headers: str) -> aiohttp.ClientResponse:
        """Asks for something as this person."""
        headers |= {"Authorization": f"Bearer {who.token}"}
        return await self.http.get(self.site.address + path, headers=headers)


@asynccontextmanager
async def recorded_call(site: Served, seconds: float) -> AsyncIterator[RecordedCall]:
    """Both sides signed in, connected, and sending for so many seconds."""
    # Encoded before anybody is connected: meanwhile this process answers nobody.
    tones, shown = sound(seconds), pictures("VP8", seconds)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        identity = Identity()
        callers = [
            await _caller(http, site, account, Speaker(account, identity, ssrc))
            for account, ssrc in (("point001", 0x1000), ("clerk001", 0x2000))
        ]
        sending = asyncio.gather(*(_send(caller.party, tones, shown) for caller in callers))
        call = RecordedCall(site, http, callers[0], callers[1], asyncio.ensure_future(sending))
        try:
            yield call
        finally:
            call.sending.cancel()
            await asyncio.wait([call.sending])
            for caller in callers:
                caller.party.close()


async def _caller(http: aiohttp.ClientSession, site: Served, account: str, party: Speaker) -> Caller:
    token = await site.sign_in(http, account)
    page = await Page.open(http, site, token)
    await party.connect(partial(negotiate, http, site, token))
    return Caller(token, page, party)


async def negotiate(http: aiohttp.ClientSession, site: Served, token: str, offer: str) -> str:
    """Takes an offer to the service as whom the token speaks for; its answer."""
    body = {"sdp": offer, "sources": SOURCES, "slots": SLOTS}
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{site.address}/api/v1/media/connection", json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
        return str((await response.json())["sdp"])


async def _send(party: Speaker, tones: list[Encoded], shown: list[Encoded]) -> None:
    await party.send(tones, shown)
