"""The tokens: what a page shows, of staff or of who came by a link, and what the cookie of staff holds to renew it.

Both are JWT (RFC 7519) under one fixed algorithm, each for an audience of its own: neither passes for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

_ISSUER = "cloud-window"
_ACCESS = "cloud-window-pages"
_RENEWAL = "cloud-window-renewal"
_VISIT = "cloud-window-visits"
_GUEST = "cloud-window-guests"
_SENDER = "cloud-window-senders"
_ALGORITHM = "HS256"


class NotAToken(Exception):
    """The text is no token of this kind, or is signed with another key."""


@dataclass(frozen=True)
class AccessClaims:
    """What an access token says."""

    person_id: str
    session_id: str
    ends_at: datetime


@dataclass(frozen=True)
class RenewalClaims:
    """What a renewal token says."""

    session_id: str
    generation: int
    branch: str


class Tokens:
    """Writes and reads tokens under one key of 32 bytes; whether time and session are over, the caller asks."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def access(self, claims: AccessClaims, now: datetime, identifier: str) -> str:
        """An access token of staff."""
        return self._write(_ACCESS, claims, now, identifier)

    def read_access(self, token: str) -> AccessClaims:
        """What the token says; raises `NotAToken`."""
        return self._read(_ACCESS, token)

    def visit(self, claims: AccessClaims, now: datetime, identifier: str) -> str:
        """An access token of a visitor."""
        return self._write(_VISIT, claims, now, identifier)

    def read_visit(self, token: str) -> AccessClaims:
        """What the token says; raises `NotAToken`."""
        return self._read(_VISIT, token)

    def guest(self, claims: AccessClaims, now: datetime, identifier: str) -> str:
        """An access token of a guest of a call."""
        return self._write(_GUEST, claims, now, identifier)

    def read_guest(self, token: str) -> AccessClaims:
        """What the token says; raises `NotAToken`."""
        return self._read(_GUEST, token)

    def sender(self, claims: AccessClaims, now: datetime, identifier: str) -> str:
        """An access token of who sends what is missing of a case."""
        return self._write(_SENDER, claims, now, identifier)

    def read_sender(self, token: str) -> AccessClaims:
        """What the token says; raises `NotAToken`."""
        return self._read(_SENDER, token)

    def renewal(self, claims: RenewalClaims) -> str:
        """A renewal token."""
        return self._encode({"aud": _RENEWAL, "sid": claims.session_id, "gen": claims.generation, "jti": claims.branch})

    def read_renewal(self, token: str) -> RenewalClaims:
        """What the token says; raises `NotAToken`."""
        claims = self._decode(token, _RENEWAL, ("sid", "gen", "jti"))
        generation = claims["gen"]
        if not isinstance(generation, int):
            raise NotAToken
        return RenewalClaims(str(claims["sid"]), generation, str(claims["jti"]))

    def _write(self, audience: str, claims: AccessClaims, now: datetime, identifier: str) -> str:
        return self._encode(
            {
                "aud": audience,
                "sub": claims.person_id,
                "sid": claims.session_id,
                "jti": identifier,
                "iat": int(now.timestamp()),
                "exp": int(claims.ends_at.timestamp()),
            }
        )

    def _read(self, audience: str, token: str) -> AccessClaims:
        claims = self._decode(token, audience, ("sub", "sid", "jti", "iat", "exp"))
        try:
            ends_at = datetime.fromtimestamp(int(claims["exp"]), tz=UTC)
        except (ValueError, OverflowError, TypeError) as error:
            raise NotAToken from error
        return AccessClaims(str(claims["sub"]), str(claims["sid"]), ends_at)

    def _encode(self, claims: Mapping[str, object]) -> str:
        return jwt.encode({"iss": _ISSUER, **claims}, self._key, algorithm=_ALGORITHM)

    def _decode(self, token: str, audience: str, required: tuple[str, ...]) -> Mapping[str, Any]:
        # Times are held against the service's own clock by the caller, not against the library's.
        options: Any = {"require": ["iss", "aud", *required], "verify_exp": False, "verify_iat": False}
        try:
            return jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], audience=audience, issuer=_ISSUER, options=options
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotAToken from error
