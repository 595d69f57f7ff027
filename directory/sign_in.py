"""Signing in: a password gives an access token of fifteen minutes and a refresh token that changes at every use.

Passwords are Argon2id (RFC 9106). Access tokens are JWT (RFC 7519) under one fixed algorithm; issuer, audience,
subject, expiry and identifier are required. A refresh token that comes back after its use was stolen or copied: its
whole family ends (RFC 9700 §4.14.2).
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from directory.attempts import Attempts
from directory.catalogue import Catalogue
from directory.errors import NoSuchStaff, SessionEnded, TokenInvalid, WrongPassword
from directory.principal import Principal, Role
from directory.records import RefreshToken, StaffMember
from directory.store import queries
from foundation.clock import Clock
from foundation.database import Database, WriteSession
from foundation.identifiers import Identifiers

_ISSUER = "cloud-window"
_AUDIENCE = "cloud-window-pages"
_ALGORITHM = "HS256"
_ACCESS_LASTS = timedelta(minutes=15)
REFRESH_LASTS = timedelta(hours=14)


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and what to show at the next request."""

    principal: Principal
    access_token: str
    access_expires_at: datetime
    refresh_token: str


@dataclass(frozen=True)
class TokenRules:
    """The key of the access tokens, and whether the demonstration's people may come in."""

    key: bytes
    demonstration: bool


class SignIn:
    """Turns passwords and tokens into principals."""

    def __init__(
        self, database: Database, catalogue: Catalogue, clock: Clock, identifiers: Identifiers, rules: TokenRules
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._identifiers = identifiers
        self._rules = rules
        self._hasher = PasswordHasher()
        self._attempts = Attempts()
        self._nobody: str | None = None

    async def sign_in(self, account: str, password: str, address: str) -> SignedIn:
        """Checks the password; raises `WrongPassword`, `TooManyAttempts`."""
        now = self._clock.monotonic()
        self._attempts.check(account, address, now)
        async with self._database.read() as session:
            staff = await queries.staff_of_account(session, account)
        known = staff is not None and (self._rules.demonstration or not staff.demonstration)
        password_hash = staff.password_hash if staff is not None and known else None
        if not await self._fits(password_hash, password) or staff is None or password_hash is None:
            self._attempts.failed(account, address, now)
            raise WrongPassword
        self._attempts.succeeded(account)
        return await self._begin(staff, self._identifiers.new())

    async def refresh(self, refresh_token: str) -> SignedIn:
        """Uses a refresh token; raises `SessionEnded`, and then for the whole family when it was used before."""
        now = self._clock.now()
        hashed = _hash(refresh_token)
        async with self._database.write() as session:
            stored = await queries.token(session, hashed)
            fresh = stored is not None and stored.expires_at > now and await queries.use_token(session, hashed)
            if stored is not None and not fresh:
                await queries.end_family(session, stored.family)
        if stored is None or not fresh:
            raise SessionEnded
        return await self._begin(await self._catalogue.staff(stored.staff_id), stored.family)

    async def holder(self, refresh_token: str) -> Principal:
        """Whose cookie this is, which is neither used nor changed by asking; raises `SessionEnded`.

        For what a page cannot ask for with an access token, such as the source of a `<video>`. A token just replaced
        counts as well, since a request may be under way while the page renews it, as long as its family has not ended.
        """
        async with self._database.read() as session:
            stored = await queries.token(session, _hash(refresh_token))
        if stored is None or stored.expires_at <= self._clock.now():
            raise SessionEnded
        return self._principal(await self._catalogue.staff(stored.staff_id))

    async def sign_out(self, refresh_token: str) -> None:
        """Ends the family of the token; an unknown one has ended already."""
        async with self._database.write() as session:
            if (stored := await queries.token(session, _hash(refresh_token))) is not None:
                await queries.end_family(session, stored.family)

    async def verify(self, access_token: str) -> tuple[Principal, datetime]:
        """Who the token speaks for, and until when; raises `TokenInvalid`."""
        try:
            claims = jwt.decode(
                access_token,
                self._rules.key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={
                    "require": ["exp", "iat", "aud", "iss", "sub", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            expires_at = datetime.fromtimestamp(int(claims["exp"]), tz=self._clock.now().tzinfo)
            staff = await self._catalogue.staff(str(claims["sub"]))
        except (jwt.InvalidTokenError, NoSuchStaff, ValueError, OverflowError) as error:
            raise TokenInvalid from error
        # The expiry is held against the house's own clock, not the library's.
        if expires_at <= self._clock.now():
            raise TokenInvalid
        return self._principal(staff), expires_at

    async def _begin(self, staff: StaffMember, family: str) -> SignedIn:
        token = secrets.token_urlsafe(32)
        async with self._database.write() as session:
            await self._keep(session, staff, family, token)
        expires_at = (self._clock.now() + _ACCESS_LASTS).replace(microsecond=0)
        return SignedIn(self._principal(staff), self._access_token(staff, expires_at), expires_at, token)

    async def _keep(self, session: WriteSession, staff: StaffMember, family: str, token: str) -> None:
        now = self._clock.now()
        await queries.forget_tokens(session, now)
        stored = RefreshToken(
            hash=_hash(token), family=family, staff_id=staff.id, expires_at=now + REFRESH_LASTS, used=False
        )
        await queries.add_token(session, stored)

    def _access_token(self, staff: StaffMember, expires_at: datetime) -> str:
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": staff.id,
            "jti": self._identifiers.new(),
            "iat": int(self._clock.now().timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(claims, self._rules.key, algorithm=_ALGORITHM)

    def _principal(self, staff: StaffMember) -> Principal:
        return Principal(
            staff_id=staff.id,
            account=staff.account,
            name=staff.name,
            roles=frozenset(Role(role) for role in staff.roles),
            site_id=staff.site_id,
            site_path=self._catalogue.site(staff.site_id).path,
            department_ids=frozenset(staff.skills),
        )

    async def _fits(self, password_hash: str | None, password: str) -> bool:
        return await asyncio.to_thread(self._verify, password_hash, password)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        # An unknown account is verified against nobody's hash, so that the answer takes as long.
        self._nobody = self._nobody or self._hasher.hash("nobody")
        try:
            return self._hasher.verify(password_hash or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
