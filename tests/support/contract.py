"""The tables of all slices, as tests read them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from types import SimpleNamespace
from typing import Any

from signalling.app import SLICES
from signalling.transport.http.endpoint import Endpoint
from signalling.transport.slice import CommandRow, contract_of
from signalling.transport.websocket.described import described_commands
from signalling.wire.commands import Command, Watch

CONTRACT = contract_of(SLICES)
COMMANDS = described_commands(SLICES)
ROWS: dict[type[Command], CommandRow[Any]] = {kind: row for one in SLICES for kind, row in one.commands.items()}
ENDPOINTS: Sequence[Endpoint[Any]] = [row for one in SLICES for row in one.endpoints]
ANY_COMMAND: Any = reduce(or_, CONTRACT.commands)
ACCESSES: dict[type[Command], str] = {kind: row.access for kind, row in ROWS.items() if row.access} | {
    Watch: next(topic.access for one in SLICES for topic in one.topics if not topic.faces)
}
NAMED = SimpleNamespace(**{kind.__name__: kind for kind in COMMANDS})
"""Every command by the name of its class."""
