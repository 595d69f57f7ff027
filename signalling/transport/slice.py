"""A slice: all that one noun adds to the service, as tables. Its functions get the slice's own parts and nothing else.

The tables are there without a service, so that what others read is generated from them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec

from directory.principal import Permission, Principal
from document_relay.case_core.history import Act
from signalling.identity.faces import Face
from signalling.transport.declared_refusals import Refusals
from signalling.transport.http.endpoint import Endpoint, Prepare
from signalling.transport.listing import Listing
from signalling.wire.commands import Command
from signalling.wire.contract import Contract
from signalling.wire.views import View

P = TypeVar("P")
Result = msgspec.Struct | None
REST_SECONDS = 0.1


@dataclass(frozen=True)
class CommandRow(Generic[P]):
    """What a command does, who may ask for it, and what it may be refused with."""

    permission: Permission
    carry_out: Callable[[P, Principal, Any], Awaitable[Result]]
    refusals: Refusals = frozenset()
    """Those that the code that is run can raise, beyond those of every command; some guard against what hardly is."""
    result: type[msgspec.Struct] | None = None
    access: str = ""
    """What the audit log calls it where it shows somebody what is personal: it stands there once it is carried out.

    What the page's own state shows is covered by `page_opened`.
    """
    flows: bool = False
    """Whether pages send it many times a second, while a hand moves."""


@dataclass(frozen=True)
class Topic(Generic[P]):
    """What connections are sent, and sent again when `follow` finds it stale.

    Connections of `faces` get it unasked, where their people have the `permission`. A topic without faces is watched by
    key: its events come as `name:key`.
    """

    name: str
    view: type[View]
    show: Callable[[P, Principal, str], Awaitable[View | Listing]]
    """The parts, who is shown it, and the key, empty where there is none."""
    faces: frozenset[Face] = frozenset()
    permission: Permission | None = None
    """None where everybody with the face is shown something."""
    refusals: Refusals = frozenset()
    """Of watching it."""
    access: str = ""
    """As in `CommandRow`, of watching it."""
    with_case: bool = False
    """Whether who watches a case with one of the faces is sent it, by the case's key, and others are not."""
    rest_seconds: float = REST_SECONDS
    """How long a connection waits after it was sent: what one act changes in several steps is sent once more then."""


def nothing(_parts: object) -> None:
    """Follows nothing."""


async def at_once(_parts: object) -> None:
    """Has nothing to restore."""


@dataclass(frozen=True)
class Slice(Generic[P]):
    """One noun."""

    name: str
    commands: Mapping[type[Command], CommandRow[P]] = field(default_factory=dict)
    topics: Sequence[Topic[P]] = ()
    endpoints: Sequence[Endpoint[P]] = ()
    prepare: Prepare | None = None
    """Adds headers to answers at its own paths."""
    acts: Sequence[Act] = ()
    """What it writes into a case's history."""
    follow: Callable[[P], None] = nothing
    """Subscribes to events. Each subscriber can hear an event again, and needs no other to have heard it before."""
    restore: Callable[[P], Coroutine[Any, Any, None]] = at_once
    """Takes up what a former process has left; called once, after `follow`."""
    work: Mapping[str, Callable[[P], Coroutine[Any, Any, None]]] = field(default_factory=dict)
    """What runs for ever, by name: the service cannot do without it."""


def contract_of(slices: Sequence[Slice[Any]]) -> Contract:
    """The messages of these slices."""
    commands = chain.from_iterable(one.commands.items() for one in slices)
    endpoints = list(chain.from_iterable(one.endpoints for one in slices))
    bodies = [kind for one in endpoints for kind in (one.body, one.answer) if kind is not None]
    return Contract(
        results={kind: row.result for kind, row in commands},
        views=[topic.view for one in slices for topic in one.topics],
        bodies=list(dict.fromkeys(bodies)),
    )
