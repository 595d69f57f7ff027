"""What a page of a point asks over HTTP."""

from __future__ import annotations

from typing import Any

import aiohttp

from tests.support.served import Served

ITEM = "item-001"


class Asker:
    """What a page asks over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, site: Served, token: str) -> None:
        self._http = http
        self._site = site
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"}

    async def get(self, path: str, status: int = 200) -> bytes:
        async with self._http.get(self._site.address + path, headers=self._headers) as response:
            assert response.status == status, await response.text()
            return await response.read()

    async def slots(self, since: str = "") -> dict[str, Any]:
        async with self._http.get(
            f"{self._site.address}/api/v1/appointment-slots?item={ITEM}&from={since}", headers=self._headers
        ) as response:
            assert response.status == 200, await response.text()
            found: dict[str, Any] = await response.json()
            return found

    async def free(self) -> list[str]:
        return [one["starts"] for day in (await self.slots())["days"] for one in day["slots"]]

    async def free_from_tomorrow(self) -> list[str]:
        """None of them passes during a test, and the first ones are of one day, whatever the hour is."""
        return [one["starts"] for day in (await self.slots())["days"][1:] for one in day["slots"]]
