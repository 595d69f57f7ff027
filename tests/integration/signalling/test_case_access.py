"""Cases of others over HTTP and the page's connection: refused on every way until a reason is given, then open."""

from __future__ import annotations

import json

import aiohttp
import pytest

from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.store import queries
from tests.integration.signalling.test_audit_log import AUDITED, _paths
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.served import Page

REASON = {"reason": "complaint", "note": "热线转办"}


async def ask(call: Call, token: str, **changes: str) -> tuple[int, dict[str, str]]:  # noqa: F811
    body = {"case": call.case_id, **REASON} | changes
    headers = {"Authorization": f"Bearer {token}"}
    async with call.http.post(f"{call.site.address}/api/v1/case-access", json=body, headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("account", ["clerk002", "supervisor001"])
async def test_every_way_to_a_case_of_others_needs_a_reason(call: Call, account: str) -> None:  # noqa: F811
    """Finding S20: picture, thumbnail, document, PDF, evidence, recording, replay, and the live view."""
    paths = {route: path for route, path in (await _paths(call)).items() if AUDITED[route] not in _OWN_ALONE}
    paths["GET", "live"] = f"/api/v1/cases/{call.case_id}/replay/none/0.webm"
    token = await call.site.sign_in(call.http, account)
    other = await Page.open(call.http, call.site, token)
    # For a `<video>`, which has no access token.
    cookies = await _cookie(call, account)
    headers = {"Authorization": f"Bearer {token}"}
    for path in paths.values():
        async with call.http.get(call.site.address + path, headers=headers, cookies=cookies) as response:
            assert (response.status, (await response.json())["code"]) == (403, "reason_needed"), path
    assert (await other.ask("watch", case_id=call.case_id))["code"] == "reason_needed"
    assert await _listed(call, token) == []

    status, granted = await ask(call, token)
    assert status == 200, granted
    assert granted["case_id"] == call.case_id
    for path in paths.values():
        async with call.http.get(call.site.address + path, headers=headers, cookies=cookies) as response:
            # It was not recorded: that is said once the case may be read.
            assert response.status == (404 if "/re" in path else 200), path
    await other.do("watch", case_id=call.case_id)
    assert await _listed(call, token) == [(call.case_id, granted["until"])]

    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        rows = [row for row in await queries.audit_after(session, 0, 1000) if row.account == account]
    (given,) = [row for row in rows if row.act == "case_access"]
    assert (given.outcome, json.loads(given.what)) == ("done", {"case": call.case_id, "reason": "complaint"})
    refused = {row.act for row in rows if row.outcome == "reason_needed"}
    others = set(AUDITED.values()) - _OWN_ALONE - _NO_CASE
    assert refused == others | {"case_watched"}


_OWN_ALONE = {"cases_listed", "cases_searched", "mark_read"}
"""A list leaves cases of others out; a mark waits for the clerk who witnesses it."""
_NO_CASE = frozenset(
    {
        "case_access",
        "session_sent",
        "session_watched",
        "visit_entered",
        "visit_code_exchanged",
        "guest_entered",
        "appointment_booked_alone",
        "supplement_entered",
        "supplement_found",
        "result_read",
        "result_notice_read",
        "simulated_notices_read",
    }
)
"""Of what is no way to the case of a ticket."""


async def _cookie(call: Call, account: str) -> dict[str, str]:  # noqa: F811
    body = {"account": account, "password": DEMONSTRATION_PASSWORD}
    async with call.http.post(f"{call.site.address}/api/v1/sign-in", json=body) as response:
        return {name: morsel.value for name, morsel in response.cookies.items()}


async def _listed(call: Call, token: str) -> list[tuple[str, str]]:  # noqa: F811
    headers = {"Authorization": f"Bearer {token}"}
    async with call.http.get(f"{call.site.address}/api/v1/cases", headers=headers) as response:
        return [(one["case_id"], one["granted_until"]) for one in (await response.json())["cases"]]


@pytest.mark.parametrize(
    ("account", "changes", "status", "code"),
    [
        ("point002", {}, 403, "not_your_case"),
        ("admin001", {}, 403, "forbidden"),
        ("clerk002", {"case": "20261129-NOBODY"}, 404, "no_such_case"),
        ("clerk002", {"reason": "curiosity"}, 400, "invalid"),
        ("clerk002", {"reason": "other", "note": "  "}, 400, "reason_incomplete"),
        ("clerk002", {"note": "长" * 201}, 400, "invalid"),
        ("clerk002", {"note": "\u202e"}, 400, "invalid"),
    ],
)
async def test_what_is_not_granted_is_said(
    call: Call,  # noqa: F811
    account: str,
    changes: dict[str, str],
    status: int,
    code: str,
) -> None:
    token = await call.site.sign_in(call.http, account)
    found, answer = await ask(call, token, **changes)
    assert (found, answer["code"]) == (status, code)
    assert await _refused_without_a_token(call) == 401


async def _refused_without_a_token(call: Call) -> int:  # noqa: F811
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.post(f"{call.site.address}/api/v1/case-access", json={"case": call.case_id, **REASON}) as response,
    ):
        return response.status
