"""What people keep for themselves, as phrases of their own: wherever they sign in, they find it."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from directory.store import personal
from foundation.database import Database

T = TypeVar("T")


class PersonalSettings:
    """Small values of each person, by name; whoever uses a name decides what stands there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, staff_id: str, name: str, kind: type[T]) -> T | None:
        """What the person keeps under the name; None where it is nothing, or no `kind`."""
        async with self._database.read() as session:
            value = await personal.kept(session, staff_id, name)
        try:
            return None if value is None else msgspec.json.decode(value, type=kind)
        except msgspec.MsgspecError:
            # Of a version that kept something else: the person begins anew.
            return None

    async def keep(self, staff_id: str, name: str, value: object) -> None:
        """Keeps the value, which msgspec can encode, in place of the one so far."""
        async with self._database.write_quietly() as session:
            await personal.keep(session, staff_id, name, msgspec.json.encode(value))
