"""Who is invited into which call from outside, and how far they are. Pure; in memory, since it ends with the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import Conflict, NotFound
from signalling.slices.calls.ports import GUESTS_AT_MOST
from signalling.slices.guests.messages import GuestPart

LINKS_AT_MOST = GUESTS_AT_MOST
"""That are open for one call."""


class NoSuchGuest(NotFound):
    """No guest of this call, or one whose link has ended."""

    code = "no_such_guest"
    zh = "没有找到这位来宾，链接可能已经结束。"
    en = "There is no such guest; the link may have ended."


class TooManyGuests(Conflict):
    """As many links into this call are open as may be."""

    code = "too_many_guests"
    zh = "这次通话已有 {most} 个邀请链接，请先取消不需要的。"
    en = "This call has {most} open links, as many as it may have. End one of them first."


class GuestNotWaiting(Conflict):
    """The guest has not asked to be let in, has gone, or is in the call already."""

    code = "guest_not_waiting"
    zh = "对方现在没有在等候加入。请看最新状态。"
    en = "They are not waiting to be let in. Look at the newest state."


class GuestState(StrEnum):
    """How far a guest is."""

    INVITED = "invited"
    WAITING = "waiting"
    ADMITTED = "admitted"


TRANSITIONS: Mapping[GuestState, frozenset[GuestState]] = MappingProxyType(
    {
        GuestState.INVITED: frozenset({GuestState.WAITING}),
        GuestState.WAITING: frozenset({GuestState.ADMITTED, GuestState.INVITED}),
        GuestState.ADMITTED: frozenset({GuestState.INVITED}),
    }
)
"""Nobody comes into a call but from the lobby; who has left it asks again."""


@dataclass(frozen=True)
class Invitee:
    """Somebody whom a link was made for."""

    id: str
    ticket_id: str
    name: str
    part: GuestPart
    ends_at: datetime
    state: GuestState = GuestState.INVITED


class Lobby:
    """All of this service's."""

    def __init__(self) -> None:
        self._all: dict[str, Invitee] = {}

    def of_ticket(self, ticket_id: str) -> list[Invitee]:
        """Those of a ticket's call, the oldest first."""
        return [one for one in self._all.values() if one.ticket_id == ticket_id]

    def find(self, guest_id: str) -> Invitee:
        """The guest; raises `NoSuchGuest`."""
        found = self._all.get(guest_id)
        if found is None:
            raise NoSuchGuest
        return found

    def require_room(self, ticket_id: str) -> None:
        """Raises `TooManyGuests` when no further link may be made."""
        if len(self.of_ticket(ticket_id)) >= LINKS_AT_MOST:
            raise TooManyGuests(most=LINKS_AT_MOST)

    def add(self, new: Invitee) -> None:
        """Notes whom a link was made for; raises `TooManyGuests`."""
        self.require_room(new.ticket_id)
        self._all[new.id] = new

    def move(self, guest_id: str, state: GuestState) -> Invitee:
        """Notes how far the guest is; raises `NoSuchGuest`, `GuestNotWaiting` where no move leads there."""
        one = self.find(guest_id)
        if state not in TRANSITIONS[one.state]:
            raise GuestNotWaiting
        moved = self._all[guest_id] = replace(one, state=state)
        return moved

    def drop(self, guest_id: str) -> Invitee | None:
        """Forgets the guest; who it was, None when they are forgotten already."""
        return self._all.pop(guest_id, None)
