"""Fills an empty database with the invented district."""

from __future__ import annotations

import asyncio

import structlog
from argon2 import PasswordHasher

from directory.demonstration.district import make_district
from directory.password_hashes import password_hasher
from directory.store import queries
from foundation.database import Database, take_turn

DEMONSTRATION_PASSWORD = "cloud-window-demo"  # noqa: S105 - printed in the README; let in only in a demonstration
_ACCOUNTS = ("point001", "point002", "clerk001", "clerk002", "supervisor001", "admin001", "expert001")

_log = structlog.get_logger("directory.demonstration")


async def seed(database: Database, hasher: PasswordHasher | None = None) -> bool:
    """Fills the database when it knows no site yet; False when it does, and then nothing is touched."""
    async with database.read() as session:
        if not await queries.is_empty(session):
            return False
    # One hash for each account: a salt shared by several would tell that their passwords are the same.
    make = (hasher or password_hasher()).hash
    hashes = await asyncio.gather(*(asyncio.to_thread(make, DEMONSTRATION_PASSWORD) for _ in _ACCOUNTS))
    district = make_district()
    async with database.write() as session:
        await take_turn(session, "demonstration")
        if not await queries.is_empty(session):
            return False
        offered = district.offered
        for records in (
            district.sites,
            offered.departments,
            offered.life_events,
            offered.referrals,
            offered.items,
            district.windows,
            district.staff,
            district.person_hours,
            district.duty_turns,
        ):
            await queries.add(session, records)
        await queries.set_passwords(session, dict(zip(_ACCOUNTS, hashes, strict=True)))
    _log.info("demonstration_seeded", sites=len(district.sites), items=len(offered.items))
    return True
