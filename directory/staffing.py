"""Adds people, gives them one-time passwords, and lets them in or not: what `cloud-window staff` does.

A running service needs no word of it: it sees within seconds whose sessions ended, and reads people when they sign in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from directory.audit import COMMAND, DONE, AuditLog, Entry
from directory.catalogue import Catalogue
from directory.errors import AccountInvalid, AccountTaken, NoSuchDepartment, NoSuchStaff, PasswordAlreadyChosen
from directory.password_hashes import PasswordHashes
from directory.password_policy import temporary_password
from directory.principal import Role
from directory.records import StaffMember
from directory.store import queries
from directory.store import sessions as sessions_store
from foundation.clock import Clock
from foundation.database import Database, WriteSession
from foundation.errors import Refusal
from foundation.identifiers import Identifiers

ONE_TIME_LASTS = timedelta(days=3)
"""Over a weekend; who comes later asks for another."""
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be added; `skills` maps department to level 1..5."""

    account: str
    name: str
    roles: tuple[Role, ...]
    site_id: str
    skills: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class StaffingParts:
    """What changing people needs of the rest."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    identifiers: Identifiers
    hashes: PasswordHashes
    audit: AuditLog
    by: str
    """The account at the machine of who runs the command."""


class Staffing:
    """Changes people, each change with its audit entry in one transaction."""

    def __init__(self, parts: StaffingParts) -> None:
        self._database = parts.database
        self._catalogue = parts.catalogue
        self._clock = parts.clock
        self._identifiers = parts.identifiers
        self._hashes = parts.hashes
        self._audit = parts.audit
        self._by = parts.by

    async def every(self) -> list[StaffMember]:
        """All people, by account."""
        async with self._database.read() as session:
            found = sorted(await queries.every(session, StaffMember), key=lambda one: one.account)
        await self._audit.record(self._entry("staff_listed"))
        return found

    async def note_refusal(self, act: str, account: str, refusal: Refusal) -> None:
        """Writes into the audit log that a command was refused."""
        await self._audit.record(self._entry(act, outcome=refusal.code, account=account))

    async def add(self, new: NewPerson) -> None:
        """Adds a person, who cannot sign in before the invitation.

        Raises `AccountInvalid`, `AccountTaken`, `NoSuchSite`, `NoSuchDepartment`.
        """
        if not _ACCOUNT.fullmatch(new.account):
            raise AccountInvalid
        self._catalogue.site(new.site_id)
        if unknown := new.skills.keys() - self._catalogue.department_ids:
            raise NoSuchDepartment(department=min(unknown))
        person = StaffMember(
            id=self._identifiers.new(),
            account=new.account,
            name=new.name,
            roles=[str(role) for role in new.roles],
            site_id=new.site_id,
            skills=dict(new.skills),
            password_hash=None,
            demonstration=False,
        )
        async with self._database.write() as session:
            if await queries.staff_of_account(session, new.account) is not None:
                raise AccountTaken
            await queries.add(session, [person])
            what = {"account": new.account, "site": new.site_id, "roles": ",".join(person.roles)}
            await self._audit.append(session, self._entry("staff_added", **what))

    async def invite(self, account: str) -> str:
        """A one-time password for who has none of their own yet; raises `NoSuchStaff`, `PasswordAlreadyChosen`."""
        return await self._give_password(account, "staff_invited", again=False)

    async def reset_password(self, account: str) -> str:
        """A one-time password in place of the one so far, whose sessions end; raises `NoSuchStaff`."""
        return await self._give_password(account, "password_reset", again=True)

    async def disable(self, account: str) -> None:
        """Lets the person in no more and ends their sessions; raises `NoSuchStaff`."""
        async with self._database.write() as session:
            person = await _person(session, account)
            await queries.set_disabled(session, person.id, disabled=True)
            await sessions_store.end_sessions_of(session, person.id)
            await self._audit.append(session, self._entry("staff_disabled", account=account))

    async def enable(self, account: str) -> None:
        """Lets the person in again, with the password of before; raises `NoSuchStaff`."""
        async with self._database.write() as session:
            person = await _person(session, account)
            await queries.set_disabled(session, person.id, disabled=False)
            await self._audit.append(session, self._entry("staff_enabled", account=account))

    async def _give_password(self, account: str, act: str, *, again: bool) -> str:
        password = temporary_password()
        password_hash = await self._hashes.hash(password)
        async with self._database.write() as session:
            person = await _person(session, account)
            if person.has_own_password and not again:
                raise PasswordAlreadyChosen
            ends_at = self._clock.now() + ONE_TIME_LASTS
            await queries.set_one_time_password(session, person.id, password_hash, ends_at)
            await sessions_store.end_sessions_of(session, person.id)
            await self._audit.append(session, self._entry(act, account=account))
        return password

    def _entry(self, act: str, outcome: str = DONE, **what: str) -> Entry:
        return Entry(who=COMMAND, account=self._by, act=act, outcome=outcome, what=what)


async def _person(session: WriteSession, account: str) -> StaffMember:
    if (found := await queries.staff_of_account(session, account)) is None:
        raise NoSuchStaff
    return found
