"""Who asks, and what they may do: roles, permissions, and the part of the district where they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from foundation.errors import Forbidden


class Role(StrEnum):
    """What a person is at the counter."""

    COMMUNITY_WORKER = "community_worker"
    CLERK = "clerk"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    VISITOR = "visitor"
    """Who came by a link, to one matter of their own."""
    GUEST = "guest"
    """Who is let into one call by a link: an interpreter, a relative."""
    SENDER = "sender"
    """Who sends by a link what is missing of one case."""
    READER = "reader"
    """Who reads by a link what was decided of one case."""


BY_LINK = frozenset({Role.VISITOR, Role.GUEST, Role.SENDER, Role.READER})
"""The roles of those who have no account."""


class Permission(StrEnum):
    """What may be done."""

    READ_ITEMS = "read_items"
    TAKE_TICKET = "take_ticket"
    BOOK_APPOINTMENTS = "book_appointments"
    """For residents, and to check them in."""
    KEEP_APPOINTMENTS = "keep_appointments"
    """To look for another time for them, and to give them up; to book one is to take a ticket."""
    KEEP_OWN_APPOINTMENT = "keep_own_appointment"
    """To answer, from home, for the time that one's link is for: to take it, move it, give it up."""
    KEEP_HOURS = "keep_hours"
    """To say when one can be booked oneself; a supervisor says it for those of the own sites."""
    FIND_SUPPLEMENTS = "find_supplements"
    """Of residents who come to another point than that of their case, by its number."""
    KEEP_ROTA = "keep_rota"
    """To say who of the own sites is on duty for a department; for the whole district, how much of it can be booked."""
    SHOW_PAPERS = "show_papers"
    FOLLOW_CASES = "follow_cases"
    """To be shown what waits of the cases that one has opened for residents, and what came of them."""
    DELIVER = "deliver"
    """To send files to a case."""
    TAKE_PART = "take_part"
    """In a call: to say what one's own page sends and wants to get."""
    SERVE = "serve"
    READ_CASE = "read_case"
    CONSULT = "consult"
    """To be asked into a colleague's call."""
    DECIDE = "decide"
    LISTEN = "listen"
    """To a call, as a supervisor whom both sides know of, and to speak in it."""
    WATCH_QUEUE = "watch_queue"
    WATCH_HALL = "watch_hall"
    MANAGE = "manage"
    READ_AUDIT = "read_audit"


_ALL = frozenset(Permission)
_MAY: dict[Role, frozenset[Permission]] = {
    Role.COMMUNITY_WORKER: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.TAKE_PART,
            Permission.TAKE_TICKET,
            Permission.BOOK_APPOINTMENTS,
            Permission.KEEP_APPOINTMENTS,
            Permission.FIND_SUPPLEMENTS,
            Permission.SHOW_PAPERS,
            Permission.FOLLOW_CASES,
            Permission.DELIVER,
            Permission.READ_CASE,
            Permission.WATCH_HALL,
        }
    ),
    Role.CLERK: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.TAKE_PART,
            Permission.KEEP_APPOINTMENTS,
            Permission.KEEP_HOURS,
            Permission.SERVE,
            Permission.DELIVER,
            Permission.READ_CASE,
            Permission.CONSULT,
            Permission.DECIDE,
        }
    ),
    Role.EXPERT: frozenset({Permission.READ_ITEMS, Permission.TAKE_PART, Permission.READ_CASE, Permission.CONSULT}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.TAKE_PART,
            Permission.LISTEN,
            Permission.KEEP_HOURS,
            Permission.KEEP_ROTA,
            Permission.WATCH_QUEUE,
            Permission.READ_CASE,
            Permission.READ_AUDIT,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.READ_ITEMS, Permission.MANAGE, Permission.READ_AUDIT}),
    Role.VISITOR: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.TAKE_PART,
            Permission.TAKE_TICKET,
            Permission.KEEP_OWN_APPOINTMENT,
            Permission.SHOW_PAPERS,
            Permission.DELIVER,
            Permission.READ_CASE,
        }
    ),
    Role.GUEST: frozenset({Permission.TAKE_PART}),
    Role.SENDER: frozenset({Permission.DELIVER}),
    Role.READER: frozenset(),
}


class _Person(msgspec.Struct, frozen=True, kw_only=True):
    """What every principal has; `site_path` is like "/district/town-03/point-041"."""

    person_id: str
    account: str
    name: str
    roles: frozenset[Role]
    site_id: str
    site_path: str
    department_ids: frozenset[str]

    def speaks_for(self, site_id: str, worker_id: str) -> bool:
        """Whether the person may act for a ticket or case of this worker at this site."""
        return False


class Staff(_Person, frozen=True, kw_only=True):
    """A person with an account; the workers of a point stand in for each other."""

    def speaks_for(self, site_id: str, worker_id: str) -> bool:
        """Whether it is of the person's own site."""
        return site_id == self.site_id


class Visitor(_Person, frozen=True, kw_only=True):
    """A person without an account, who came by a link to a site for one item; may act until `ends_at`."""

    PREFIX: ClassVar[str] = "visitor-"
    """Of their identifiers: where only that is known, it tells them from staff."""

    item_id: str
    host_id: str
    """The clerk who invited, or the worker who booked."""
    ends_at: datetime
    appointment_id: str | None = None
    """The appointment that is kept by the link; who has one checks in, and takes no other ticket."""

    def speaks_for(self, site_id: str, worker_id: str) -> bool:
        """Whether it is the visitor's own."""
        return worker_id == self.person_id


class OutsideGuest(_Person, frozen=True, kw_only=True):
    """A person without an account, who came by a link to one call; sees and hears it once let in, and nothing else."""

    PREFIX: ClassVar[str] = "guest-"

    call_id: str
    """The ticket whose call it is."""
    browser: str
    """Tells the browser from others that the link was opened in."""
    ends_at: datetime


class Sender(_Person, frozen=True, kw_only=True):
    """A person without an account, who came by a link to send what is missing of one case, and sees nothing else of it.

    Whoever opens one of the links of a supplement is the same sender.
    """

    PREFIX: ClassVar[str] = "sender-"

    case_id: str
    asked_id: str
    """What was asked for: the supplement, or the joint acceptance whose findings are answered."""
    ends_at: datetime


class Answerer(Sender, frozen=True, kw_only=True):
    """A sender whose link is for the findings of the case's joint acceptance, to answer them one by one."""

    PREFIX: ClassVar[str] = "sender-findings-"


class Reader(_Person, frozen=True, kw_only=True):
    """A person without an account, who came by a link to read what was decided of one case, and sees nothing else."""

    PREFIX: ClassVar[str] = "reader-"


Principal = Staff | Visitor | OutsideGuest | Sender | Reader
"""Who asks; a device never does ([29](docs/decisions/0029-signalling-in-slices.md))."""


def is_visitor(person_id: str) -> bool:
    """Whether the identifier is a visitor's."""
    return person_id.startswith(Visitor.PREFIX)


def roles_permit(roles: Iterable[str], permission: Permission) -> bool:
    """Whether any of the roles may do it somewhere."""
    return any(permission in _MAY[Role(role)] for role in roles)


def permits(
    principal: Principal,
    permission: Permission,
    site_path: str | None = None,
    department_id: str | None = None,
) -> bool:
    """Whether the person may do it, at this site and for this department where they are named."""
    if not roles_permit(principal.roles, permission):
        return False
    if site_path is not None and not within(site_path, principal.site_path):
        return False
    return department_id is None or department_id in principal.department_ids


def require(
    principal: Principal,
    permission: Permission,
    site_path: str | None = None,
    department_id: str | None = None,
) -> None:
    """Raises `Forbidden` unless `permits` says yes."""
    if not permits(principal, permission, site_path, department_id):
        raise Forbidden


def within(path: str, subtree: str) -> bool:
    """Whether the site at `path` is the one at `subtree` or below it."""
    return path == subtree or path.startswith(subtree.rstrip("/") + "/")
