"""Adds people, invites them, disables and enables them; a running service follows within seconds."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable

from directory.audit_head import open_audit
from directory.catalogue import Catalogue
from directory.password_hashes import PasswordHashes
from directory.staffing import ONE_TIME_LASTS, NewPerson, Staffing, StaffingParts
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.errors import Refusal
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from foundation.vault import Vault


def add(settings: Settings, person: NewPerson) -> int:
    """Adds a person; raises `AccountInvalid`, `AccountTaken`, `NoSuchSite`, `NoSuchDepartment`."""
    return _with_staffing(settings, ("staff_added", person.account), lambda staffing: staffing.add(person))


def invite(settings: Settings, account: str) -> int:
    """Prints a one-time password; raises `NoSuchStaff`, `PasswordAlreadyChosen`."""
    return _with_staffing(settings, ("staff_invited", account), lambda staffing: _print(staffing.invite(account)))


def reset_password(settings: Settings, account: str) -> int:
    """Prints a one-time password in place of the one so far; raises `NoSuchStaff`."""
    about = ("password_reset", account)
    return _with_staffing(settings, about, lambda staffing: _print(staffing.reset_password(account)))


def disable(settings: Settings, account: str) -> int:
    """Lets a person in no more; raises `NoSuchStaff`."""
    return _with_staffing(settings, ("staff_disabled", account), lambda staffing: staffing.disable(account))


def enable(settings: Settings, account: str) -> int:
    """Lets a person in again; raises `NoSuchStaff`."""
    return _with_staffing(settings, ("staff_enabled", account), lambda staffing: staffing.enable(account))


def list_all(settings: Settings) -> int:
    """Prints a line for each person who may sign in, or might."""

    async def act(staffing: Staffing) -> None:
        for one in await staffing.every():
            skills = ",".join(f"{department}={level}" for department, level in sorted(one.skills.items()))
            print(f"{one.account:<20} {one.standing:<16} {one.site_id:<12} {','.join(one.roles)}  {one.name}  {skills}")

    return _with_staffing(settings, ("staff_listed", ""), act)


async def _print(password: Awaitable[str]) -> None:
    print(await password)
    note = f"It is good for {ONE_TIME_LASTS.days} days, and has to be changed at the first sign-in."
    print(note, file=sys.stderr)


def _with_staffing(settings: Settings, about: tuple[str, str], act: Callable[[Staffing], Awaitable[None]]) -> int:
    """Carries the command out; what it is `about`, its name and the account, stands in the audit log when refused."""

    async def run() -> None:
        database, hashes, clock = Database.open(settings.effective_database_url), PasswordHashes(1), SystemClock()
        try:
            vault = Vault.open(settings.data_dir / "keys")
            await migrate(database, vault)
            audit, head = open_audit(database, clock, vault, settings.data_dir)
            catalogue = Catalogue(database)
            await catalogue.load()
            parts = StaffingParts(
                database=database,
                catalogue=catalogue,
                clock=clock,
                identifiers=SystemIdentifiers(clock),
                hashes=hashes,
                audit=audit,
                by=getpass.getuser(),
            )
            await _act(Staffing(parts), about, act)
            await head.export()
        finally:
            hashes.close()
            await database.close()

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(run())
    return 0


async def _act(staffing: Staffing, about: tuple[str, str], act: Callable[[Staffing], Awaitable[None]]) -> None:
    try:
        await act(staffing)
    except Refusal as refusal:
        await staffing.note_refusal(*about, refusal)
        raise
