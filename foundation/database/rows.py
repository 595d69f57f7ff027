"""Lists of rows of which one may be damaged: the others are read all the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Column, RowMapping, Select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from foundation.database.engine import ReadSession, tell_damaged
from foundation.database.pool import DatabaseBusy

T = TypeVar("T")
_NONE: Mapping[str, Any] = MappingProxyType({})
_NO_TEXT = "Could not decode to UTF-8"
"""How SQLite says that a column is no text; anything else that it says is not about one row."""


async def readable(
    session: ReadSession,
    wanted: Select[*tuple[Any, ...]],
    key: Column[Any],
    make: Callable[[RowMapping], T],
    values: Mapping[str, Any] = _NONE,
) -> list[T]:
    """What `make` makes of each row that `wanted` selects; a row that cannot be read is left out and told as damaged.

    `key` tells the rows apart; `values` are those of the parameters of `wanted`.
    """
    found, damaged = await sorted_out(session, wanted, key, make, values)
    for identifier, error in damaged:
        tell_damaged(session, str(key.table.name), str(identifier), error)
    return found


async def sorted_out(
    session: ReadSession,
    wanted: Select[*tuple[Any, ...]],
    key: Column[Any],
    make: Callable[[RowMapping], T],
    values: Mapping[str, Any] = _NONE,
) -> tuple[list[T], list[tuple[Any, Exception]]]:
    """As `readable`, and the keys of the rows that cannot be read, with what is wrong."""
    try:
        return [make(row) for row in (await session.execute(wanted, values)).mappings()], []
    except Exception as error:
        if not is_damage(error):
            raise
    found: list[T] = []
    damaged: list[tuple[Any, Exception]] = []
    for identifier in (await session.scalars(wanted.with_only_columns(key), values)).all():
        try:
            one = (await session.execute(wanted.where(key == identifier), values)).mappings()
            found += [make(row) for row in one]
        except Exception as error:
            if not is_damage(error):
                raise
            damaged.append((identifier, error))
    return found, damaged


async def read_each(
    session: ReadSession,
    kind: str,
    keys: Collection[str],
    read: Callable[[Collection[str]], Awaitable[Mapping[str, T]]],
) -> dict[str, T]:
    """What `read` finds of all `keys` at once, or of each by itself where something is damaged.

    Of what cannot be read the key is left out, and told as damaged under `kind`.
    """
    try:
        return dict(await read(keys))
    except Exception as error:
        if not is_damage(error):
            raise
    found: dict[str, T] = {}
    for key in keys:
        with told_if_damaged(partial(tell_damaged, session), kind, key):
            found |= await read((key,))
    return found


@contextmanager
def told_if_damaged(tell: Callable[[str, str, Exception], None], kind: str, identifier: str) -> Iterator[None]:
    """One of many: if the block finds that what is stored of it is damaged, `tell` hears so, and the others go on.

    `tell` is `Database.damaged`, or `tell_damaged` of a session.
    """
    try:
        yield
    except Exception as error:
        if not is_damage(error):
            raise
        tell(kind, identifier, error)


def is_damage(error: Exception) -> bool:
    """Whether an error is about what is stored, and not about a database or a disk that does not answer."""
    if isinstance(error, OperationalError):
        return _NO_TEXT in str(error.orig)
    return not isinstance(error, (DatabaseBusy, InterfaceError, PoolTimeout, OSError))
