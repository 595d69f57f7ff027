"""Facts that one part of the service tells the others, and the bus that carries them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, Self, TypeVar

import msgspec
import structlog

_log = structlog.get_logger("foundation.events")


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that has happened; subclasses are named in the past tense and carry identifiers, not objects."""


E = TypeVar("E", bound=Event)
Handler = Callable[[E], Awaitable[None]]


class Unheard(ExceptionGroup[Exception]):
    """Some subscribers have failed; `handlers` are those that are to be asked again."""

    handlers: tuple[Handler[Any], ...]

    @classmethod
    def of(cls, event: Event, failures: Sequence[tuple[Handler[Any], Exception]]) -> Self:
        """What the subscribers of one event raised."""
        group = cls(f"handlers of {type(event).__name__} failed", [error for _, error in failures])
        group.handlers = tuple(handler for handler, _ in failures)
        return group


class Bus(Protocol):
    """Carries events to whoever subscribed to their kind."""

    def subscribe(self, kind: type[E], handler: Handler[E]) -> Callable[[], None]:
        """Calls `handler` for every event of exactly this kind; returns the way to stop it."""
        ...

    async def publish(self, event: Event, to: Sequence[Handler[Any]] | None = None) -> None:
        """Hands the event to its subscribers, or to those of `to` alone; raises `Unheard` after all were called."""
        ...


class LocalBus:
    """The bus of a single process: handlers are awaited one after the other, in the order they subscribed."""

    def __init__(self) -> None:
        self._handlers: defaultdict[type[Event], list[Handler[Any]]] = defaultdict(list)

    def subscribe(self, kind: type[E], handler: Handler[E]) -> Callable[[], None]:
        """Calls `handler` for every event of exactly this kind; returns the way to stop it."""
        self._handlers[kind].append(handler)
        return lambda: self._handlers[kind].remove(handler)

    async def publish(self, event: Event, to: Sequence[Handler[Any]] | None = None) -> None:
        """Awaits each subscriber, or those of `to` alone; one that fails keeps no other from hearing it."""
        failures = []
        for handler in tuple(self._handlers[type(event)]) if to is None else to:
            try:
                await handler(event)
            except Exception as error:
                _log.exception("event_handler_failed", event_kind=type(event).__name__)
                failures.append((handler, error))
        if failures:
            raise Unheard.of(event, failures)
