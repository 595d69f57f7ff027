"""Senders of notices over HTTP: the gateway of text messages, and the webhook of the district's own systems.

Both post JSON to the one address that the settings name. No redirect is followed, and of an answer its status alone is
read: neither the receiver nor a notice says where something is sent.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import aiohttp
import msgspec

from foundation.clock import Clock
from foundation.notifying import NotSent, Sending

_FOR_GOOD = frozenset({400, 413, 422})
"""The notice itself is wrong. Another status may be about our own set-up, such as the key, which somebody mends."""


class HttpPost:
    """Posts to one address, over connections that it keeps open."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, headers: dict[str, str]) -> None:
        """Returns when the receiver says 2xx; raises `NotSent`, OSError."""
        if self._session is None:
            # Not before: it belongs to the loop that it is made in.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        sent = {"Content-Type": "application/json; charset=utf-8", **headers}
        try:
            async with self._session.post(self._url, data=body, headers=sent, allow_redirects=False) as answer:
                status = answer.status
        except aiohttp.ClientError as error:
            raise NotSent("unreachable") from error
        if not 200 <= status < 300:
            raise NotSent(f"http_{status}", for_good=status in _FOR_GOOD)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()


class SmsGateway:
    """Hands text messages to a gateway, which adds signature and template of the carrier."""

    def __init__(self, url: str, key: str) -> None:
        self._to = HttpPost(url)
        self._key = key

    async def send(self, sending: Sending) -> None:
        """Posts id, number, language, kind, values and the whole text; raises `NotSent`, OSError."""
        said = {
            "id": sending.id,
            "to": sending.address,
            "language": sending.language,
            "template": sending.kind,
            "values": sending.values,
            "text": sending.text,
        }
        headers = {"Authorization": f"Bearer {self._key}", "Idempotency-Key": sending.id}
        await self._to.post(msgspec.json.encode(said), headers)

    async def close(self) -> None:
        """Closes the connections."""
        await self._to.close()


class Webhook:
    """Tells one of the district's systems, and proves who tells."""

    def __init__(self, url: str, secret: str, clock: Clock) -> None:
        self._to = HttpPost(url)
        self._secret = secret.encode()
        self._clock = clock

    async def send(self, sending: Sending) -> None:
        """Posts id, kind and values, signed; raises `NotSent`, OSError."""
        body = msgspec.json.encode({"id": sending.id, "kind": sending.kind, "values": sending.values})
        at = self._clock.now()
        headers = {
            "Idempotency-Key": sending.id,
            "X-Cloud-Window-Timestamp": str(int(at.timestamp())),
            "X-Cloud-Window-Signature": f"sha256={signature(self._secret, at, body)}",
        }
        await self._to.post(body, headers)

    async def close(self) -> None:
        """Closes the connections."""
        await self._to.close()


def signature(secret: bytes, at: datetime, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104), in hex, of the seconds since 1970, a dot, and the body; the time tells an old message."""
    return hmac.new(secret, f"{int(at.timestamp())}.".encode() + body, hashlib.sha256).hexdigest()
