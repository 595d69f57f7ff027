"""Lists that many connections show: each is sent whole at first, and then what has changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from signalling.wire.values import Value
from signalling.wire.views import View


@dataclass(frozen=True)
class Listing:
    """A list as it is now: its rows by identifier, the view that carries a change, and what else the view says."""

    rows: Mapping[str, Value]
    make: Callable[..., View]
    beside: Mapping[str, Any] = field(default_factory=dict)


class Sent:
    """What one connection was sent of a list."""

    def __init__(self) -> None:
        self._version = 0
        self._last: Listing | None = None

    def change_to(self, now: Listing) -> View | None:
        """What makes the list what it is now; None when it is that already."""
        last, self._last = self._last, now
        former = {} if last is None else last.rows
        changed = [row for key, row in now.rows.items() if (old := former.get(key)) is not row and old != row]
        gone = [key for key in former if key not in now.rows]
        if last is not None and not changed and not gone and last.beside == now.beside:
            return None
        self._version += 1
        return now.make(version=self._version, whole=last is None, changed=changed, gone=gone, **now.beside)
