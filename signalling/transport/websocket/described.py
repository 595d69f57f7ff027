"""What can be said of every command: who may ask for it, what it answers, what it may be refused with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from directory.errors import AuditBusy, TokenInvalid
from directory.principal import Permission
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden, InternalError, Invalid, Refusal, Unauthenticated
from signalling.transport.declared_refusals import Refusals
from signalling.transport.slice import CommandRow, Slice
from signalling.transport.websocket.errors import CommandsTooFast, TooManyWatched
from signalling.wire.commands import Authenticate, Command, Unwatch, Watch

OF_EVERY_COMMAND: Refusals = frozenset({Invalid, Forbidden, DatabaseBusy, InternalError})


@dataclass(frozen=True)
class DescribedCommand:
    """One command; `permission` is None where the connection itself answers it, `result` where it answers null."""

    permission: Permission | None
    result: type[msgspec.Struct] | None
    refusals: Sequence[type[Refusal]]
    """Beyond those of every command, by code."""


def described_commands(slices: Sequence[Slice[Any]]) -> Mapping[type[Command], DescribedCommand]:
    """Every command, those of the connection first."""
    watched = [topic for one in slices for topic in one.topics if not topic.faces]
    of_watching: Refusals = frozenset(chain.from_iterable(topic.refusals for topic in watched))
    audited: Refusals = frozenset({AuditBusy}) if any(topic.access for topic in watched) else frozenset()
    own: dict[type[Command], Refusals] = {
        Authenticate: frozenset({TokenInvalid, Unauthenticated}),
        Watch: of_watching | audited | {TooManyWatched},
        Unwatch: frozenset(),
    }
    rows = chain.from_iterable(one.commands.items() for one in slices)
    return {kind: DescribedCommand(None, None, _ordered(refusals)) for kind, refusals in own.items()} | {
        kind: _described(row) for kind, row in rows
    }


def _described(row: CommandRow[Any]) -> DescribedCommand:
    refusals = row.refusals | {AuditBusy} if row.access else row.refusals
    refusals = refusals | {CommandsTooFast} if row.flows else refusals
    return DescribedCommand(row.permission, row.result, _ordered(refusals))


def _ordered(refusals: Refusals) -> list[type[Refusal]]:
    return sorted(refusals - OF_EVERY_COMMAND, key=lambda one: one.code)
