"""Adds people, invites them, disables and enables them; a running service follows within seconds."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from directory.catalogue import Catalogue
from directory.password_hashes import PasswordHashes
from directory.staffing import ONE_TIME_LASTS, NewPerson, Staffing
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from foundation.vault import Vault


def add(settings: Settings, person: NewPerson) -> int:
    """Adds a person; raises `AccountInvalid`, `AccountTaken`, `NoSuchSite`, `NoSuchDepartment`."""
    return _with_staffing(settings, lambda staffing: staffing.add(person))


def invite(settings: Settings, account: str) -> int:
    """Prints a one-time password; raises `NoSuchStaff`, `PasswordAlreadyChosen`."""
    return _with_staffing(settings, lambda staffing: _print(staffing.invite(account)))


def reset_password(settings: Settings, account: str) -> int:
    """Prints a one-time password in place of the one so far; raises `NoSuchStaff`."""
    return _with_staffing(settings, lambda staffing: _print(staffing.reset_password(account)))


def disable(settings: Settings, account: str) -> int:
    """Lets a person in no more; raises `NoSuchStaff`."""
    return _with_staffing(settings, lambda staffing: staffing.disable(account))


def enable(settings: Settings, account: str) -> int:
    """Lets a person in again; raises `NoSuchStaff`."""
    return _with_staffing(settings, lambda staffing: staffing.enable(account))


def list_all(settings: Settings) -> int:
    """Prints a line for each person who may sign in, or might."""

    async def act(staffing: Staffing) -> None:
        for one in await staffing.every():
            skills = ",".join(f"{department}={level}" for department, level in sorted(one.skills.items()))
            print(f"{one.account:<20} {one.standing:<16} {one.site_id:<12} {','.join(one.roles)}  {one.name}  {skills}")

    return _with_staffing(settings, act)


async def _print(password: Awaitable[str]) -> None:
    print(await password)
    note = f"It is good for {ONE_TIME_LASTS.days} days, and has to be changed at the first sign-in."
    print(note, file=sys.stderr)


def _with_staffing(settings: Settings, act: Callable[[Staffing], Awaitable[None]]) -> int:
    async def run() -> None:
        database, hashes, clock = Database.open(settings.effective_database_url), PasswordHashes(1), SystemClock()
        try:
            await migrate(database, Vault.open(settings.data_dir / "keys"))
            catalogue = Catalogue(database)
            await catalogue.load()
            await act(Staffing(database, catalogue, clock, SystemIdentifiers(clock), hashes))
        finally:
            hashes.close()
            await database.close()

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(run())
    return 0
