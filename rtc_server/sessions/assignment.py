"""Which source each receive slot shows, by who has which seat, without a negotiation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from rtc_server.sessions.interface import SlotKind, SourceKind

Showing = tuple[str, SourceKind]
"""A participant and what of it."""

_PARTY: Final = {SlotKind.VOICE: SourceKind.MICROPHONE, SlotKind.FACE: SourceKind.CAMERA}
_SHARED: Final = {SlotKind.DOCUMENT: SourceKind.DOCUMENT, SlotKind.SCREEN: SourceKind.SCREEN}


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
