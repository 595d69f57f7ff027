"""All messages of the wire, from which the descriptions for others are generated."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import get_args

import msgspec

from signalling.identity import faces
from signalling.wire import bodies, commands, envelopes, values, views
from signalling.wire.commands import Authenticate, Command, Unwatch, Watch
from signalling.wire.envelopes import ServerMessage

OF_EVERY_CONNECTION: tuple[type[Command], ...] = (Authenticate, Watch, Unwatch)
"""Commands of the connection itself, whatever its page is about."""
ENVELOPES: tuple[type[msgspec.Struct], ...] = get_args(ServerMessage)


@dataclass(frozen=True)
class Contract:
    """The messages that the slices add to those of every connection."""

    results: Mapping[type[Command], type[msgspec.Struct] | None]
    """The type of each command's result; None for null."""
    views: Sequence[type[views.View]]
    bodies: Sequence[type[msgspec.Struct]]
    """Of HTTP requests and answers."""

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """Every command."""
        return (*OF_EVERY_CONNECTION, *self.results)

    @property
    def modules(self) -> list[ModuleType]:
        """Every module that defines messages or what they are made of."""
        kinds = (*self.results, *self.views, *self.bodies)
        own = dict.fromkeys(sys.modules[kind.__module__] for kind in kinds)
        return list(dict.fromkeys((faces, values, commands, views, envelopes, bodies, *own)))
