"""Finding a colleague: by name, site, department or item, who is there, on duty, and can be booked now.

Pure but for what it is given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from directory.catalogue import Catalogue
from directory.principal import Role
from directory.records import StaffMember
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.window_life import WindowState
from scheduler.views import DeskView
from signalling.slices.consultations.messages import ColleagueView, Only, Presence
from signalling.wire.values import Bilingual

_FOUND_AT_MOST = 40
_DEPARTMENTS_SHOWN = 3
_ITEMS = 5
"""So many of the best items say which departments are meant."""
_IN_A_CALL = frozenset({ClerkState.SERVING, ClerkState.RINGING, ClerkState.RESERVED})
_RANK: dict[Presence, int] = {"at_desk": 0, "at_page": 1, "busy": 2, "away": 3}


@dataclass(frozen=True)
class Somebody:
    """A colleague and whether they are there, for which departments on duty, and when they can be booked."""

    person: StaffMember
    presence: Presence
    on_duty: tuple[str, ...] = ()
    bookable_now: bool = False
    bookable_next: datetime | None = None


def presence(desk: DeskView | None, *, has_page: bool, is_asked: bool) -> Presence:
    """Whether somebody can be asked now; who is asked already is busy."""
    if not has_page:
        return "away"
    if is_asked or is_taken(desk):
        return "busy"
    return "at_desk" if desk is not None and desk.window_state != WindowState.CLOSED else "at_page"


def is_taken(desk: DeskView | None) -> bool:
    """Whether a ticket rings or is in hand at an open window, or it is kept for somebody who is in a call."""
    return desk is not None and desk.window_state != WindowState.CLOSED and desk.state in _IN_A_CALL


def find(catalogue: Catalogue, people: Iterable[Somebody], query: str, only: Only = "") -> list[ColleagueView]:
    """Those who fit every word, or who do the items that the query names; who is free first, then by name.

    Of those who are alike free, who is on duty comes before others.
    """
    words = query.lower().split()
    meant = [item.department_id for item in catalogue.search(query).items[:_ITEMS]] if words else []
    meant += [one.id for one in catalogue.departments if words and all(word in _names(one) for word in words)]
    looked_at = (one for one in people if _is(one, only))
    found = [one for one in looked_at if not words or _fits(catalogue, one.person, words, meant)]
    found.sort(key=lambda one: (_RANK[one.presence], not one.on_duty, one.person.name))
    return [_view(catalogue, one, meant) for one in found[:_FOUND_AT_MOST]]


def _is(one: Somebody, only: Only) -> bool:
    match only:
        case "on_duty":
            return bool(one.on_duty)
        case "bookable_now":
            return one.bookable_now
        case "":
            return True


def _fits(catalogue: Catalogue, person: StaffMember, words: list[str], meant: Collection[str]) -> bool:
    text = f"{person.name}\n{_names(catalogue.site(person.site_id))}".lower()
    return all(word in text for word in words) or not person.skills.keys().isdisjoint(meant)


def _names(named: object) -> str:
    return f"{getattr(named, 'name_zh', '')}\n{getattr(named, 'name_en', '')}".lower()


def _view(catalogue: Catalogue, one: Somebody, meant: Collection[str]) -> ColleagueView:
    skills = sorted(one.person.skills, key=lambda known: (known not in meant, -one.person.skills[known]))
    return ColleagueView(
        staff_id=one.person.id,
        name=one.person.name,
        expert=Role.EXPERT in one.person.roles,
        site_name=Bilingual.name(catalogue.site(one.person.site_id)),
        departments=[Bilingual.name(catalogue.department(known)) for known in skills[:_DEPARTMENTS_SHOWN]],
        presence=one.presence,
        on_duty=[Bilingual.name(catalogue.department(known)) for known in one.on_duty],
        bookable_now=one.bookable_now,
        bookable_next=one.bookable_next,
    )
