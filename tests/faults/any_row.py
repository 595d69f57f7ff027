"""Damage of any column of any table, so that no table is forgotten that is made after this."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from itertools import cycle
from typing import Any

from sqlalchemy import Column, Table

import signalling.app  # noqa: F401  It names every table of the service.
from foundation.database.tables import Base

_GARBAGE: tuple[Any, ...] = ("", "{", "no such", "昨天", b"\xff\xfe\x00", 7, -1, 3.5, "[1]", "null", "nothing")
_NOW = "2026-11-29 08:00:00.000000"
_TRIES = 20
_KEPT = {
    "sites": "id IN ('district', 'town-01') OR id IN (SELECT site_id FROM staff WHERE {people})",
    "departments": """id IN (SELECT department_id FROM service_items WHERE id = 'item-001')
        OR (SELECT materials || department_id FROM service_items WHERE id = 'item-001') LIKE '%' || id || '%'""",
    "service_items": "id = 'item-001'",
    "windows": "site_id IN ('district', 'town-01')",
    "staff": "{people}",
    "ticket_counters": "home_id = 'town-01'",
    "desks": "clerk_id = 'staff-clerk001'",
    "sign_in_counters": "key LIKE '%clerk001%' OR key LIKE '%point001%'",
}
"""What whoever walks a new case needs, as a condition on the rows."""
_PEOPLE = "id IN ('staff-point001', 'staff-clerk001', 'staff-point002', 'staff-clerk002')"


def tables() -> list[Table]:
    """Every table of the service, by name."""
    return [Base.metadata.tables[name] for name in sorted(Base.metadata.tables)]


class AnyRow:
    """Damages the tables in turn: a row that is there, or one that is made up where there is none to spare."""

    def __init__(self, database: sqlite3.Connection, draw: random.Random) -> None:
        self._database = database
        self._random = draw
        self._made = 0
        order = tables()
        draw.shuffle(order)
        self._turns: Iterator[Table] = cycle(order)

    def next(self, used: set[tuple[Any, ...]]) -> tuple[str, str]:
        """Damages a row of the next table that is not `used`; the table, and the row by its number."""
        table = next(self._turns)
        for _ in range(_TRIES):
            try:
                row = self._damaged(table, used) if self._random.random() < 0.7 else None
                return table.name, str(row if row is not None else self._made_up(table, used))
            except sqlite3.IntegrityError:
                # Another column is drawn: this value cannot stand there.
                continue
        raise AssertionError(f"nothing of {table.name} can be damaged")

    def _damaged(self, table: Table, used: set[tuple[Any, ...]]) -> int | None:
        kept = _KEPT.get(table.name, "0").format(people=_PEOPLE)
        key = table.primary_key.columns.values()[0].name
        found = self._database.execute(f'SELECT rowid, "{key}" FROM "{table.name}" WHERE NOT ({kept}) ORDER BY rowid')
        free = [(row, str(known)) for row, known in found if used.isdisjoint(_names(table, row, known))]
        if not free:
            return None
        (row, known), column = self._random.choice(free), self._random.choice(_columns(table))
        self._database.execute(f'UPDATE "{table.name}" SET "{column.name}" = ? WHERE rowid = ?', (self._value(), row))
        used |= _names(table, row, known)
        return int(row)

    def _made_up(self, table: Table, used: set[tuple[Any, ...]]) -> int:
        """A row of plausible values, of which one is none."""
        self._made += 1
        values = {column.name: self._plausible(column) for column in table.columns}
        values[self._random.choice(_columns(table)).name] = self._value()
        names, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        added = self._database.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', (*values.values(),))
        used |= _names(table, added.lastrowid, f"made-up-{self._made}")
        return int(added.lastrowid or 0)

    def _value(self) -> Any:
        return self._random.choice(_GARBAGE)

    def _plausible(self, column: Column[Any]) -> Any:
        kind = column.type.python_type
        if kind is datetime:
            return _NOW
        if kind is date:
            return _NOW[:10]
        if kind is bytes:
            return self._random.randbytes(40)
        if kind in (int, float, bool):
            return 900_000 + self._made if column.primary_key else 1
        if kind in (dict, list):
            return "[]" if kind is list else "{}"
        return f"made-up-{self._made}"


def _names(table: Table, row: Any, key: Any) -> set[tuple[Any, ...]]:
    """What damages that are `used` call a row: by its key, as those of one kind do, and by its number."""
    return {(table.name, str(key)), (table.name, str(row)), ("row", table.name, row)}


def _columns(table: Table) -> list[Column[Any]]:
    """Those to damage: of a table that is nothing but its key, the key."""
    return [column for column in table.columns if not column.primary_key] or list(table.columns)
