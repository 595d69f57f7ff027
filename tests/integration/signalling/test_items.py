"""What a point asks of the items over HTTP: those that fit, those of a group, and one with its form fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.served import served

Get = Callable[[str], Awaitable[Any]]


async def test_a_point_finds_items_and_their_groups(tmp_path: Path, house_url: str) -> None:
    async with served(tmp_path / "data", database_url=house_url) as site, aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {await site.sign_in(http, 'point001')}"}

        async def get(path: str) -> Any:
            async with http.get(f"{site.address}/api/v1/{path}", headers=headers) as response:
                assert response.status == 200
                return await response.json()

        await _words(get)
        await _groups(get)
        await _departments(get)
        place = {"position": 1, "low_minutes": None, "high_minutes": None}
        assert await get("items/item-001/wait") == {"place": place}, "nobody is on duty"
        item = await get("items/item-001")
        kinds = [field["kind"] for field in item["fields"]]
        assert kinds == ["identity_number", "phone", "address", "address", "text", "bank_account"]
        assert item["life_event_id"] == "old_age"


async def _words(get: Get) -> None:
    found = await get("items?query=老年钱")
    assert found["items"][0] == {
        "item_id": "item-001",
        "name": {"zh": "高龄津贴申领", "en": "Apply for the old-age allowance"},
        "department": {"zh": "民政局", "en": "Civil Affairs"},
        "life_event_id": "old_age",
        "expected_minutes": 12,
    }
    assert (found["near"], found["referrals"], found["any_matter"]) == (False, [], [])
    found = await get("items?query=护照")
    assert (found["items"], [one["phone"] for one in found["referrals"]]) == ([], ["12367"])
    assert [one["name"]["zh"] for one in found["any_matter"]] == ["政务服务咨询"]
    found = await get("items?query=农村合作医疗")
    assert (found["near"], bool(found["items"]), bool(found["any_matter"])) == (True, True, True)


async def _groups(get: Get) -> None:
    events = (await get("life-events"))["life_events"]
    assert sum(event["items"] for event in events) == 308
    birth = next(event for event in events if event["life_event_id"] == "birth")
    found = (await get("items?life_event=birth"))["items"]
    assert len(found) == birth["items"]
    assert {item["life_event_id"] for item in found} == {"birth"}
    assert (await get("items?life_event=moon"))["items"] == []


async def _departments(get: Get) -> None:
    departments = (await get("departments"))["departments"]
    assert sum(department["items"] for department in departments) == 308
    civil = next(one for one in departments if one["name"]["zh"] == "民政局")
    found = (await get(f"items?department={civil['department_id']}"))["items"]
    assert len(found) == civil["items"]
    assert {item["department"]["zh"] for item in found} == {"民政局"}
    assert (await get("items?department=moon"))["items"] == []
