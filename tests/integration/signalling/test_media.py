"""WHIP over HTTP to the whole service: who may send into a session, and who may touch what was made."""

from __future__ import annotations

import aiohttp

from tests.integration.media.standard_client import sending
from tests.integration.signalling.test_call import APPLICANT
from tests.support.served import Page, Served


async def in_call(http: aiohttp.ClientSession, site: Served, tokens: dict[str, str], *, recorded: bool = False) -> str:
    """Brings the point and the clerk of the tokens into a call; returns the session's id."""
    point, window = [await Page.open(http, site, tokens[account]) for account in ("point001", "clerk001")]
    wish = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": recorded}
    await point.do("take_ticket", **wish)
    desk = await window.see("desk", window_id=None)
    await window.do("open_window", window_id=desk["windows"][0]["window_id"])
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    view = await point.see("point", ticket__state="called")
    await point.do("enter_call", ticket_id=view["ticket"]["ticket_id"])
    await window.see("desk", ticket__state="serving")
    return str(view["ticket"]["ticket_id"])


async def test_a_whip_resource_answers_to_its_maker_alone(site: Served) -> None:
    async with aiohttp.ClientSession() as http:
        tokens = {who: await site.sign_in(http, who) for who in ("point001", "clerk001", "point002")}

        async def ask(who: str, method: str, path: str, **more: object) -> tuple[int, str]:
            headers = {"Authorization": f"Bearer {tokens[who]}", **more.pop("headers", {})}  # type: ignore[dict-item]
            async with http.request(method, site.address + path, headers=headers, **more) as response:  # type: ignore[arg-type]
                return response.status, response.headers.get("Location", "")

        session_id = await in_call(http, site, tokens)
        sender, offer = await sending(5)
        post = ("POST", f"/api/v1/sessions/{session_id}/whip")
        sdp = {"data": offer, "headers": {"Content-Type": "application/sdp"}}
        assert (await ask("point002", *post, **sdp))[0] == 403
        status, place = await ask("point001", *post, **sdp)
        assert status == 201
        restart = {
            "data": "a=ice-ufrag:fresh\r\na=ice-pwd:a-password-of-24-letters\r\n",
            "headers": {"Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*"},
        }
        for other in ("clerk001", "point002"):
            assert (await ask(other, "PATCH", place, **restart))[0] == 404
            assert (await ask(other, "DELETE", place))[0] == 404
        assert (await ask("point001", "PATCH", place, **restart))[0] == 200
        assert (await ask("point001", "DELETE", place))[0] == 200
        assert (await ask("point001", "DELETE", place))[0] == 404
        await sender.close()
