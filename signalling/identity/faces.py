"""Which face of the product a person works with."""

from __future__ import annotations

from typing import Literal

from directory.principal import Principal, Role

Face = Literal["point", "window", "supervisor"]
"""Which face of the product a page is; one person has at most one open page of each."""


def face_of(principal: Principal) -> Face:
    """The point for community workers, the supervisor's for who is nothing else, the window for everybody else."""
    if Role.COMMUNITY_WORKER in principal.roles:
        return "point"
    return "supervisor" if principal.roles == {Role.SUPERVISOR} else "window"
