"""A clerk looks for cases of the own site; each search stands in the audit log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.signalling.test_audit_log import entries, told
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture


async def search(call: Call, token: str, **asked: str) -> tuple[int, Any]:  # noqa: F811
    headers = {"Authorization": f"Bearer {token}"}
    async with call.http.get(f"{call.site.address}/api/v1/case-search", params=asked, headers=headers) as response:
        return response.status, await response.json()


async def test_cases_are_found_by_all_that_is_known_of_them(call: Call) -> None:  # noqa: F811
    case = call.window.views[f"case:{call.case_id}"]
    number = call.window.views["desk"]["ticket"]["number"]
    name, day = case["applicant_name"], f"{case['number'][:4]}-{case['number'][4:6]}-{case['number'][6:8]}"
    token = call.tokens["window"]
    for asked, found in (
        ({}, True),
        ({"words": name[:2]}, True),
        ({"words": case["number"].lower()}, True),
        ({"words": number}, True),
        ({"item": "高龄"}, True),
        ({"since": "2000-01-01", "until": "2099-01-01", "state": "open"}, True),
        ({"words": "赵无极"}, False),
        ({"words": "A999"}, False),
        ({"item": "护照"}, False),
        ({"until": "2000-01-01"}, False),
        ({"state": "closed"}, False),
    ):
        status, answer = await search(call, token, **asked)
        assert (status, [one["case"]["case_id"] for one in answer["cases"]]) == (200, [call.case_id] if found else [])
        assert answer["next"] is None
    before = (await entries(call))[-1].sequence
    await search(call, token, words=name, since=day)
    assert told(await entries(call, before)) == [
        ("clerk001", "cases_searched", "done", {"words": "name", "since": day})
    ]


async def test_who_did_not_serve_the_case_has_to_say_why(call: Call) -> None:  # noqa: F811
    status, answer = await search(call, call.tokens["window"])
    assert (status, answer["cases"][0]["needs_reason"]) == (200, False)
    neighbour = await call.site.sign_in(call.http, "clerk002")
    status, answer = await search(call, neighbour)
    assert (status, [one["needs_reason"] for one in answer["cases"]]) == (200, [True])


@pytest.mark.parametrize(
    ("account", "asked", "status"),
    [("clerk001", {"since": "tomorrow"}, 400), ("clerk001", {"state": "lost"}, 400), ("point001", {}, 403)],
)
async def test_what_makes_no_sense_or_is_not_allowed_is_refused(
    call: Call,  # noqa: F811
    account: str,
    asked: dict[str, str],
    status: int,
) -> None:
    token = await call.site.sign_in(call.http, account)
    assert (await search(call, token, **asked))[0] == status
