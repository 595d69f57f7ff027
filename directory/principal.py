"""Who asks, and what they may do: roles, permissions, and the part of the district where they hold."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from foundation.errors import Forbidden


class Role(StrEnum):
    """What a person is at the counter."""

    COMMUNITY_WORKER = "community_worker"
    CLERK = "clerk"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What may be done."""

    READ_ITEMS = "read_items"
    TAKE_TICKET = "take_ticket"
    SHOW_PAPERS = "show_papers"
    SERVE = "serve"
    READ_CASE = "read_case"
    DECIDE = "decide"
    LISTEN = "listen"
    """To a call, as a supervisor whom both sides know of."""
    WATCH_QUEUE = "watch_queue"
    WATCH_HALL = "watch_hall"
    MANAGE = "manage"
    READ_AUDIT = "read_audit"


_ALL = frozenset(Permission)
_MAY: dict[Role, frozenset[Permission]] = {
    Role.COMMUNITY_WORKER: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.TAKE_TICKET,
            Permission.SHOW_PAPERS,
            Permission.READ_CASE,
            Permission.WATCH_HALL,
        }
    ),
    Role.CLERK: frozenset({Permission.READ_ITEMS, Permission.SERVE, Permission.READ_CASE, Permission.DECIDE}),
    Role.EXPERT: frozenset({Permission.READ_ITEMS, Permission.READ_CASE}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.READ_ITEMS,
            Permission.LISTEN,
            Permission.WATCH_QUEUE,
            Permission.READ_CASE,
            Permission.READ_AUDIT,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.READ_ITEMS, Permission.MANAGE, Permission.READ_AUDIT}),
}


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person; `site_path` is like "/district/town-03/point-041"."""

    staff_id: str
    account: str
    name: str
    roles: frozenset[Role]
    site_id: str
    site_path: str
    department_ids: frozenset[str]


def permits(
    principal: Principal,
    permission: Permission,
    site_path: str | None = None,
    department_id: str | None = None,
) -> bool:
    """Whether the person may do it, at this site and for this department where they are named."""
    if not any(permission in _MAY[role] for role in principal.roles):
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
