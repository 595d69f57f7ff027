"""What could not be read or finished is set aside, so that one bad row or file stops nothing else.

The list is a file beside the data, one JSON object a line, begun anew at each start: everything is tried again then,
and what is still wrong is written again. It names things by kind and identifier and never says what stands in them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from foundation.clock import Clock
from foundation.errors import Refusal

_log = structlog.get_logger("foundation.set_aside")
_MOST = 10_000
FILE = "set_aside.jsonl"

Damaged = Callable[[str, str, Exception | str], None]
"""Is told of the kind and identifier of what cannot be used, and why: its user goes on without."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was set aside; `problem` is a refusal's code or the name of an exception."""

    kind: str
    """A table's name, or what a file holds: `upload`, `recording`."""
    identifier: str
    problem: str
    at: datetime


class SetAside:
    """The list of one running service."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Begins the list in the folder anew."""
        self._path = folder / FILE
        self._clock = clock
        self._entries: dict[tuple[str, str], Entry] = {}
        self._path.unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self._entries)

    def note(self, kind: str, identifier: str, error: Exception | str) -> None:
        """Adds the thing and logs it, once; never raises, since its caller has to go on."""
        if (kind, identifier) in self._entries or len(self._entries) >= _MOST:
            return
        problem = error if isinstance(error, str) else _problem(error)
        entry = Entry(kind=kind, identifier=identifier, problem=problem, at=self._clock.now())
        self._entries[kind, identifier] = entry
        trace = error if isinstance(error, Exception) and not isinstance(error, Refusal) else None
        _log.warning("set_aside", kind=kind, identifier=identifier, problem=problem, exc_info=trace)
        try:
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(entry) + b"\n")
        except OSError as failed:
            _log.warning("set_aside_not_written", problem=type(failed).__name__)

    def entries(self) -> list[Entry]:
        """Everything that was set aside since the start, in order."""
        return list(self._entries.values())


def read_set_aside(folder: Path) -> list[Entry]:
    """What the service over this data set aside since its last start; a line cut short is left out."""
    path = folder / FILE
    if not path.exists():
        return []
    entries = []
    for line in path.read_bytes().splitlines():
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except msgspec.MsgspecError:
            continue
    return entries


def _problem(error: Exception) -> str:
    return error.code if isinstance(error, Refusal) else type(error).__name__
