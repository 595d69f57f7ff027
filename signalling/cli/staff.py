"""Adds people, invites them, disables and enables them; a running service follows within seconds."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from directory.audit import AuditLog
from directory.password_hashes import PasswordHashes
from directory.staffing import ONE_TIME_LASTS, NewPerson, Staffing, StaffingParts
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from signalling.cli.opened import Opened, opened


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
        people = await staffing.every()
        if not people:
            # The likeliest cause: another DATA_DIR than the service's.
            print(f"There are no people in {settings.data_dir.resolve()}. Is DATA_DIR the service's?", file=sys.stderr)
        for one in people:
            skills = ",".join(f"{department}={level}" for department, level in sorted(one.skills.items()))
            print(f"{one.account:<20} {one.standing:<16} {one.site_id:<12} {','.join(one.roles)}  {one.name}  {skills}")

    return _with_staffing(settings, ("staff_listed", ""), act)


async def _print(password: Awaitable[str]) -> None:
    print(await password)
    note = f"It is good for {ONE_TIME_LASTS.days} days, and has to be changed at the first sign-in."
    print(note, file=sys.stderr)


def _with_staffing(settings: Settings, about: tuple[str, str], act: Callable[[Staffing], Awaitable[None]]) -> int:
    async def run() -> None:
        hashes = PasswordHashes(1)
        try:
            async with opened(settings) as on:
                await on.change(partial(_staffing, on, hashes), about, act)
        finally:
            hashes.close()

    asyncio.run(run())
    return 0


def _staffing(on: Opened, hashes: PasswordHashes, audit: AuditLog) -> Staffing:
    parts = StaffingParts(
        database=on.database,
        catalogue=on.catalogue,
        clock=on.clock,
        identifiers=SystemIdentifiers(on.clock),
        hashes=hashes,
        audit=audit,
        by=getpass.getuser(),
    )
    return Staffing(parts)
