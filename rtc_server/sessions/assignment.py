"""Which source each receive slot shows: sticky, by who speaks, without a negotiation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rtc_server.sessions.interface import SlotKind, SourceKind

Showing = tuple[str, SourceKind]
"""A participant and what of it."""

_PARTY: Final = {SlotKind.VOICE: SourceKind.MICROPHONE, SlotKind.FACE: SourceKind.CAMERA}
_SHARED: Final = {SlotKind.DOCUMENT: SourceKind.DOCUMENT, SlotKind.SCREEN: SourceKind.SCREEN}


QUIET_SECONDS: Final = 2.0
"""Who has been silent so long may lose the seat to somebody who speaks."""
_SPEAKING_SECONDS: Final = 0.3


@dataclass(frozen=True)
class Floor:
    """Who may sit at a member's table, and how to choose when there are more of them than seats."""

    others: Sequence[str]
    """In order of admission."""
    spoke: Mapping[str, float]
    """When each was last heard to speak, in seconds; who never was is not in it."""
    pinned: str | None = None
    """Who has the first seat, come what may."""
    now: float = 0.0
    silent: Collection[str] = ()
    """Who sends nothing now."""

    def last(self, party: str) -> float:
        """When the party spoke last."""
        return self.spoke.get(party, float("-inf"))


def seat(seats: Sequence[str | None], floor: Floor) -> list[str | None]:
    """Who has which seat: a party's voice and face share one, so that lips and sound are played together.

    Whoever has a seat keeps it while there; free ones go in order of admission, or when they are too few to who sends
    and spoke last. With none free, who sends takes the seat of who sends nothing, and who speaks that of who has not
    spoken for longest, two seconds at least.
    """
    taken = [party if party in floor.others else None for party in seats]
    waiting = [party for party in floor.others if party not in taken]
    if len(waiting) > taken.count(None):
        waiting.sort(key=lambda party: (party not in floor.silent, floor.last(party)), reverse=True)
    taken = [party if party is not None or not waiting else waiting.pop(0) for party in taken]
    idle = [index for index, party in enumerate(taken) if party in floor.silent and party != floor.pinned]
    for index, party in zip(idle, [one for one in waiting if one not in floor.silent], strict=False):
        taken[index] = party
        waiting.remove(party)
    for party in waiting:
        if floor.now - floor.last(party) > _SPEAKING_SECONDS:
            break
        _replace(taken, party, floor)
    return _put_first(taken, floor) if floor.pinned in floor.others and taken else taken


def _replace(taken: list[str | None], party: str, floor: Floor) -> None:
    """Gives the party the seat of who has been silent longest, if for long enough."""
    quiet = [one for one in taken if one is not None and one != floor.pinned]
    quietest = min(quiet, key=floor.last, default=None)
    if quietest is not None and floor.now - floor.last(quietest) > QUIET_SECONDS:
        taken[taken.index(quietest)] = party


def _put_first(taken: list[str | None], floor: Floor) -> list[str | None]:
    """Gives the pinned party the first seat; who had it takes that one's, or the one of who was silent longest."""
    pinned, first = floor.pinned, taken[0]
    if first == pinned:
        return taken
    if pinned in taken:
        taken[taken.index(pinned)] = first
    elif first is not None:
        rest = [one for one in taken if one is not None]
        taken[taken.index(min(rest, key=floor.last))] = first
    taken[0] = pinned
    return taken


def assign(
    slots: Sequence[SlotKind],
    seats: Sequence[str | None],
    active: Collection[Showing],
    current: Mapping[int, Showing],
) -> list[Showing | None]:
    """What each slot is to show; `active` in order of admission, `current` what slots (by index) show now."""
    plan: list[Showing | None] = []
    rank = dict.fromkeys(SlotKind, 0)
    shared = [showing for showing in active if showing not in current.values()]
    for index, kind in enumerate(slots):
        if kind in _PARTY:
            party = seats[rank[kind]] if rank[kind] < len(seats) else None
            showing = (party, _PARTY[kind]) if party is not None else None
            plan.append(showing if showing in active else None)
        else:
            plan.append(_shared(_SHARED[kind], current.get(index), active, shared))
        rank[kind] += 1
    return plan


def _shared(
    wanted: SourceKind, now: Showing | None, active: Collection[Showing], free: list[Showing]
) -> Showing | None:
    if now is not None and now in active:
        return now
    chosen = next((showing for showing in free if showing[1] is wanted), None)
    if chosen is not None:
        free.remove(chosen)
    return chosen
