"""Behind a reverse proxy: who asks, and whether the browser speaks HTTPS."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.support.served import served

BODY = {"account": "clerk001", "password": DEMONSTRATION_PASSWORD}
BY_HTTPS = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(("trusted", "secure"), [(("127.0.0.1",), True), ((), False)])
async def test_the_cookie_is_secure_where_a_trusted_proxy_speaks_https(
    tmp_path: Path, trusted: tuple[str, ...], secure: bool
) -> None:
    async with (
        served(tmp_path / "data", trusted_proxies=trusted) as site,
        aiohttp.ClientSession() as session,
        session.post(f"{site.address}/api/v1/sign-in", json=BODY, headers=BY_HTTPS) as answer,
    ):
        assert answer.status == 200
        assert ("secure" in answer.headers["Set-Cookie"].lower()) == secure
