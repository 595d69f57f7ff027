"""The slices of a running service, each with its parts: who asks is led to the function that answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any, Generic, TypeVar

import msgspec

from directory.principal import Principal, permits, require
from foundation.errors import Forbidden, NotFound
from foundation.tasks import Tasks
from signalling.identity.faces import Face, face_of
from signalling.transport.listing import Listing
from signalling.transport.slice import CommandRow, Result, Slice, Topic
from signalling.wire.commands import Command
from signalling.wire.contract import OF_EVERY_CONNECTION
from signalling.wire.decoding import decode_with
from signalling.wire.views import View

P = TypeVar("P")


@dataclass(frozen=True)
class Bound(Generic[P]):
    """A slice and the parts that its functions get."""

    slice: Slice[P]
    parts: P

    def follow(self) -> None:
        """Subscribes to what the slice follows."""
        self.slice.follow(self.parts)

    async def restore(self) -> None:
        """Takes up what a former process has left of it."""
        await self.slice.restore(self.parts)

    def supervise(self, tasks: Tasks) -> None:
        """Begins what runs for ever."""
        for name, work in self.slice.work.items():
            tasks.supervise(partial(work, self.parts), name=name)


@dataclass(frozen=True)
class BoundCommand:
    """A command's row with its parts."""

    row: CommandRow[Any]
    parts: Any

    async def carry_out(self, principal: Principal, command: Command) -> Result:
        """Carries the command out; raises the refusal of whoever refuses it."""
        require(principal, self.row.permission)
        return await self.row.carry_out(self.parts, principal, command)


class BoundSlices:
    """The commands and topics of every slice."""

    def __init__(self, slices: Sequence[Bound[Any]]) -> None:
        self._commands = {
            kind: BoundCommand(row, one.parts) for one in slices for kind, row in one.slice.commands.items()
        }
        self._topics = {topic.name: (topic, one.parts) for one in slices for topic in one.slice.topics}
        kinds: Any = reduce(or_, (*OF_EVERY_CONNECTION, *self._commands))
        self._decode: Callable[[bytes | str], Command] = msgspec.json.Decoder(kinds).decode

    def decode(self, text: bytes | str) -> Command:
        """The command that the text says; raises `Invalid` with the path of the fault."""
        return decode_with(self._decode, text)

    def command(self, kind: type[Command]) -> BoundCommand:
        """Who carries the command out."""
        return self._commands[kind]

    def topics_of(self, face: Face, principal: Principal) -> Iterable[str]:
        """The topics that come to this person without being asked for."""
        return self._shown(face, principal, with_case=False)

    def topics_with_case(self, face: Face, principal: Principal) -> Iterable[str]:
        """The topics that come to this person with each case that they watch."""
        return self._shown(face, principal, with_case=True)

    def may_see(self, principal: Principal, name: str) -> bool:
        """Whether the topic is for this person's page at all."""
        topic = self._named(name)
        return (not topic.faces or face_of(principal) in topic.faces) and _may_see(principal, topic)

    def rest_seconds(self, name: str) -> float:
        """How long a connection waits after it was sent the topic."""
        return self._named(name).rest_seconds

    def topic(self, name: str) -> Topic[Any]:
        """The topic of this name, which may end with a key; raises `NotFound`."""
        return self._found(name)[0]

    def show(self, principal: Principal, name: str) -> Awaitable[View | Listing]:
        """What the topic carries for this person; raises `NotFound`, and the refusal of who may not see it."""
        topic, parts = self._found(name)
        if topic.faces and face_of(principal) not in topic.faces:
            raise Forbidden
        if topic.permission is not None:
            require(principal, topic.permission)
        return topic.show(parts, principal, name.partition(":")[2])

    def _shown(self, face: Face, principal: Principal, *, with_case: bool) -> Iterable[str]:
        for name, (topic, _) in self._topics.items():
            if face in topic.faces and topic.with_case is with_case and _may_see(principal, topic):
                yield name

    def _named(self, name: str) -> Topic[Any]:
        """The topic of a name that a slice says, not a page."""
        return self._topics[name.partition(":")[0]][0]

    def _found(self, name: str) -> tuple[Topic[Any], Any]:
        found = self._topics.get(name.partition(":")[0])
        if found is None:
            raise NotFound
        return found


def _may_see(principal: Principal, topic: Topic[Any]) -> bool:
    return topic.permission is None or permits(principal, topic.permission)
