"""Who wants to know of a change in this process, at once: for what no other process and no restart has to hear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Listeners(Generic[T]):
    """Calls each listener in the order they came; what a listener raises reaches who tells."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def subscribe(self, listener: Callable[[T], None]) -> None:
        """Calls the listener at each change from now on."""
        self._listeners.append(listener)

    def tell(self, what: T) -> None:
        """Tells all of them."""
        for listener in self._listeners:
            listener(what)
