"""Relays for browsers that reach the media port by no other way: addresses, and passwords that end by themselves.

The passwords are those of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): relay and service share a
secret, and nothing is stored anywhere.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from foundation.clock import Clock

_LASTS = 12 * 3600
"""Seconds: a working day, since a page that looks for new paths late in the day asks the relay anew."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """What a browser needs to use the relays: their `turn:` or `turns:` addresses (RFC 7065), name and password."""

    urls: tuple[str, ...]
    username: str
    credential: str

    @property
    def links(self) -> tuple[str, ...]:
        """The `Link` headers that name them to standard clients (RFC 9725 §4.6)."""
        given = f'username="{self.username}"; credential="{self.credential}"; credential-type="password"'
        return tuple(f'<{url}>; rel="ice-server"; {given}' for url in self.urls)


class Relays:
    """Makes passwords for the relays; none are there when `urls` is empty."""

    def __init__(self, urls: tuple[str, ...], secret: str, clock: Clock) -> None:
        self._urls = urls
        self._secret = secret.encode()
        self._clock = clock

    def for_user(self, user: str) -> Relay | None:
        """For this person alone, so that the relay's quota is each person's own; None without relays."""
        if not self._urls:
            return None
        username = f"{int(self._clock.now().timestamp()) + _LASTS}:{user}"
        password = base64.b64encode(hmac.digest(self._secret, username.encode(), "sha1")).decode()
        return Relay(urls=self._urls, username=username, credential=password)
