"""Signing in: a password opens a session; its access token lasts a quarter of an hour, its renewal token changes.

What a token opens lasts as long as its session: see `directory.sessions`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from directory.attempts import KNOWN_KEPT, TRIES_KEPT, Attempts, Changes
from directory.audit import AuditLog, Entry
from directory.audit_intake import AuditIntake
from directory.catalogue import Catalogue
from directory.errors import (
    AccountDisabled,
    AuditBusy,
    PasswordChangeRequired,
    PasswordUnchanged,
    SessionEnded,
    TemporaryPasswordEnded,
    TokenInvalid,
    TooManyAttempts,
    WrongPassword,
)
from directory.password_hashes import PasswordHashes
from directory.password_policy import require_good
from directory.principal import Principal
from directory.records import SignInSession, StaffMember
from directory.sessions import Sessions, principal_of
from directory.store import queries
from directory.store import sessions as store
from directory.tokens import AccessClaims, NotAToken, RenewalClaims, Tokens
from foundation.addresses import one_client
from foundation.clock import Clock
from foundation.database import Database, WriteSession
from foundation.errors import Refusal, Unavailable
from foundation.identifiers import Identifiers

_ACCESS_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and what to show at the next request."""

    principal: Principal
    access_token: str
    access_ends_at: datetime
    renewal_token: str
    session_ends_at: datetime


@dataclass(frozen=True)
class Access:
    """What an access token opens, for whom, and until when."""

    principal: Principal
    session_id: str
    ends_at: datetime


class _From(NamedTuple):
    """Where somebody signs in: the address, and the name of the device, empty for one without."""

    address: str
    device: str


@dataclass(frozen=True, kw_only=True)
class SignInParts:
    """What signing in needs of the rest."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    identifiers: Identifiers
    sessions: Sessions
    hashes: PasswordHashes
    attempts: Attempts
    tokens: Tokens
    audit: AuditLog
    intake: AuditIntake
    demonstration: bool


class SignIn:
    """Turns passwords and tokens into principals."""

    def __init__(self, parts: SignInParts) -> None:
        self._parts = parts
        self._sessions = parts.sessions
        self._clock = parts.clock

    async def start(self) -> None:
        """Takes up the tries that were counted before a restart."""
        async with self._parts.database.write() as session:
            await store.forget_counters(session, self._clock.now(), TRIES_KEPT, KNOWN_KEPT)
            self._parts.attempts.restore(await store.counters(session))

    async def sign_in(self, account: str, password: str, address: str, device: str = "") -> SignedIn:
        """Opens a session; `device` is the name that `Devices` has given to the browser.

        Raises `WrongPassword`, `TooManyAttempts`, `SignInBusy`, `AccountDisabled`, `PasswordChangeRequired`,
        `TemporaryPasswordEnded`.
        """
        async with self._noting("sign_in", account, address):
            with self._parts.hashes.place():
                staff = await self._recognise(account, password, _From(address, device))
            if staff.must_change_password:
                raise PasswordChangeRequired
            async with self._parts.database.write() as session:
                await _require_unchanged(session, staff)
                opened = await self._sessions.open(session, staff)
                done = Entry(who=staff.id, act="sign_in", account=account, address=address)
                await self._parts.audit.append(session, done)
        return self._signed_in(opened, principal_of(staff, self._parts.catalogue))

    async def change_password(
        self, account: str, password: str, new_password: str, address: str, device: str = ""
    ) -> SignedIn:
        """Changes the password of who knows the old one, ends all their sessions, and opens a new one."""
        async with self._noting("password_change", account, address):
            staff, password_hash = await self._new_password(account, password, new_password, _From(address, device))
            async with self._parts.database.write() as session:
                await _require_unchanged(session, staff)
                await queries.set_password(session, staff.id, password_hash)
                ended = await self._sessions.end_all(session, staff.id)
                opened = await self._sessions.open(session, staff)
                done = Entry(who=staff.id, act="password_change", account=account, address=address)
                await self._parts.audit.append(session, done)
        self._sessions.forget(ended)
        return self._signed_in(opened, principal_of(staff, self._parts.catalogue))

    async def renew(self, renewal_token: str) -> SignedIn:
        """Uses a renewal token; raises `SessionEnded`, and then for everybody when it was copied."""
        return self._signed_in(*await self._sessions.renew(self._renewal(renewal_token)))

    async def holder(self, renewal_token: str) -> Principal:
        """Whose cookie this is, which is neither used nor changed by asking; raises `SessionEnded`.

        For what a page cannot ask for with an access token, such as the source of a `<video>`.
        """
        return await self._sessions.of_renewal(self._renewal(renewal_token))

    async def sign_out(self, token: str, address: str) -> None:
        """Ends the session that either of its tokens names; one that is none of ours has nothing to end."""
        session_id = self._session_of(token)
        if session_id is not None and (principal := await self._sessions.end(session_id)) is not None:
            account = principal.account
            done = Entry(who=principal.person_id, act="sign_out", account=account, address=address)
            await self._parts.intake.write(done)

    async def verify(self, access_token: str) -> Access:
        """What the token opens; raises `TokenInvalid`."""
        try:
            claims = self._parts.tokens.read_access(access_token)
        except NotAToken as error:
            raise TokenInvalid from error
        # The end is held against the service's own clock, not the library's.
        principal = await self._sessions.principal(claims.session_id) if claims.ends_at > self._clock.now() else None
        if principal is None or principal.person_id != claims.person_id:
            raise TokenInvalid
        return Access(principal, claims.session_id, claims.ends_at)

    async def _recognise(self, account: str, password: str, where: _From) -> StaffMember:
        """Who this account and password belong to; the try is counted and stored before it is verified."""
        now = self._clock.now()
        await self._keep(self._parts.attempts.begin(account, where.address, now, where.device))
        async with self._parts.database.read() as session:
            staff = await queries.staff_of_account(session, account)
        if staff is not None and staff.demonstration and not self._parts.demonstration:
            staff = None
        if not await self._parts.hashes.fits(None if staff is None else staff.password_hash, password) or staff is None:
            raise WrongPassword
        await self._keep(self._parts.attempts.succeeded(account, where.address, now, where.device))
        # Who knows the password may know why it opens nothing.
        if staff.disabled:
            raise AccountDisabled
        if staff.password_ends_at is not None and staff.password_ends_at <= now:
            raise TemporaryPasswordEnded
        return staff

    async def _keep(self, changes: Changes) -> None:
        async with self._parts.database.write() as session:
            await store.keep_counters(session, changes.kept, changes.dropped)

    async def _new_password(
        self, account: str, password: str, new_password: str, where: _From
    ) -> tuple[StaffMember, str]:
        """Who knows the old password, and the hash of the new one, which is good."""
        hashes = self._parts.hashes
        with hashes.place():
            staff = await self._recognise(account, password, where)
            if new_password == password:
                raise PasswordUnchanged
            await hashes.run(lambda: require_good(new_password, (staff.account, staff.name)))
            return staff, await hashes.hash(new_password)

    @asynccontextmanager
    async def _noting(self, act: str, account: str, address: str) -> AsyncIterator[None]:
        """Writes a refusal into the audit log, with the account that was tried, also when nobody has it."""
        try:
            yield
        except Unavailable:
            # Says nothing of who asked.
            raise
        except TooManyAttempts as refusal:
            # Nothing was verified, and whoever goes on trying would fill the log: counted for the address alone.
            client = one_client(address)
            with suppress(AuditBusy):
                self._parts.intake.take(Entry(who="", act=act, outcome=refusal.code, address=client))
            raise
        except Refusal as refusal:
            async with self._parts.database.read() as session:
                staff = await queries.staff_of_account(session, account)
            who = "" if staff is None else staff.id
            tried = Entry(who=who, act=act, account=account, outcome=refusal.code, address=address)
            await self._parts.intake.write(tried)
            raise

    def _signed_in(self, held: SignInSession, principal: Principal) -> SignedIn:
        now = self._clock.now()
        ends_at = min(now + _ACCESS_LASTS, held.ends_at).replace(microsecond=0)
        claims = AccessClaims(principal.person_id, held.id, ends_at)
        return SignedIn(
            principal=principal,
            access_token=self._parts.tokens.access(claims, now, self._parts.identifiers.new()),
            access_ends_at=ends_at,
            renewal_token=self._parts.tokens.renewal(self._sessions.branch(held)),
            session_ends_at=held.ends_at,
        )

    def _renewal(self, token: str) -> RenewalClaims:
        try:
            return self._parts.tokens.read_renewal(token)
        except NotAToken as error:
            raise SessionEnded from error

    def _session_of(self, token: str) -> str | None:
        for read in (self._parts.tokens.read_renewal, self._parts.tokens.read_access):
            try:
                return read(token).session_id
            except NotAToken:
                continue
        return None


async def _require_unchanged(session: WriteSession, staff: StaffMember) -> None:
    """Raises `WrongPassword` where the person was changed while the password was verified, as by a new password."""
    if await queries.staff_of_account(session, staff.account) != staff:
        raise WrongPassword
