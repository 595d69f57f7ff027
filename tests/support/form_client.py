"""The rule by which a page merges a form, as `web_client/src/features/forms/merge.ts` has it, and a link that is cut.

The server on the other end is the real one; time is a heap of what happens.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import count
from typing import NamedTuple

from document_relay.case_core.form_life import Entered
from document_relay.shared_forms import FieldChange


class FormClient:
    """One page: what it wrote and is not acknowledged for, over what the server last said."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.acknowledged: dict[str, str] = {}
        """Every change that was, and the value that it carried."""
        self._numbers = count(1)
        self._pending: dict[str, FieldChange] = {}
        self._under_way: FieldChange | None = None
        self._stands: dict[str, tuple[int, str]] = {}

    def write(self, field_id: str, value: str) -> None:
        """Somebody types; what was not sent yet of the same field is overtaken."""
        self._pending[field_id] = FieldChange(f"{self.name}-{next(self._numbers)}", field_id, value)

    def next(self) -> FieldChange | None:
        """What is to be sent now: one change at a time, so that they arrive in order."""
        if self._under_way is not None or not self._pending:
            return None
        self._under_way = self._pending.pop(next(iter(self._pending)))
        return self._under_way

    def answered(self, change_id: str, sequence: int, value: str) -> None:
        """The server has it."""
        if self._under_way is None or self._under_way.change_id != change_id:
            return
        change, self._under_way = self._under_way, None
        self.acknowledged[change_id] = change.value
        self._stand(change.field_id, sequence, value)

    def connected(self) -> FieldChange | None:
        """The link is there again: what was under way is sent once more, under the same identifier."""
        return self._under_way

    def told(self, entered: Iterable[Entered]) -> None:
        """What stands in the form; what is older than what is known already is passed over."""
        for one in entered:
            self._stand(one.field_id, one.sequence, one.value)

    def shown(self) -> Mapping[str, str]:
        """What the page shows."""
        own = {} if self._under_way is None else {self._under_way.field_id: self._under_way}
        mine = {field_id: one.value for field_id, one in (own | self._pending).items()}
        return {field_id: value for field_id, (_, value) in self._stands.items()} | mine

    def _stand(self, field_id: str, sequence: int, value: str) -> None:
        if sequence >= self._stands.get(field_id, (-1, ""))[0]:
            self._stands[field_id] = sequence, value


class _Message(NamedTuple):
    at: float
    order: int
    act: Callable[[], Awaitable[None] | None]


class Wire:
    """Things that happen at their time, in seconds, and links of which one may be cut for a while."""

    def __init__(self, delay: float) -> None:
        self.now = 0.0
        self._delay = delay
        self._heap: list[_Message] = []
        self._order = count()
        self._cuts: dict[str, tuple[float, float]] = {}

    def cut(self, name: str, begin: float, end: float) -> None:
        """The link of this page carries nothing in between; what is under way then is lost."""
        self._cuts[name] = begin, end

    def at(self, when: float, act: Callable[[], Awaitable[None] | None]) -> None:
        """Does it then."""
        heapq.heappush(self._heap, _Message(when, next(self._order), act))

    def carry(self, name: str, act: Callable[[], Awaitable[None] | None]) -> None:
        """Does it after the way over the page's link, unless that is cut meanwhile."""
        begin, end = self._cuts.get(name, (-1.0, -1.0))
        if not (self.now < end and self.now + self._delay > begin):
            self.at(self.now + self._delay, act)

    async def run(self) -> None:
        """Until nothing happens any more."""
        while self._heap:
            message = heapq.heappop(self._heap)
            self.now = message.at
            if (done := message.act()) is not None:
                await done
