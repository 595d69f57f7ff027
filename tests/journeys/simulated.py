"""What a demonstration would have sent."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.journeys.conftest import Service


def _asked(address: str, path: str, token: str = "", body: Any = None) -> Any:
    headers = {"Content-Type": "application/json", "Origin": address}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    sent = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data=sent, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


async def told(service: Service, channel: str, kind: str) -> str:
    """The newest text of this kind that the demonstration would have sent, once it is there."""
    account = {"account": "admin001", "password": DEMONSTRATION_PASSWORD}
    signed_in = await asyncio.to_thread(_asked, service.address, "/api/v1/sign-in", "", account)
    async with asyncio.timeout(30):
        while True:
            path = "/api/v1/simulated-notices"
            found = await asyncio.to_thread(_asked, service.address, path, signed_in["access_token"])
            for one in found["notices"]:
                if (one["channel"], one["kind"]) == (channel, kind):
                    return str(one["text"])
            await asyncio.sleep(0.3)
