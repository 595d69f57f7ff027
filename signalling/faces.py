"""Which face of the product a person works with."""

from __future__ import annotations

from directory.principal import Principal, Role
from signalling.protocol.values import Face


def face_of(principal: Principal) -> Face:
    """The point for community workers, the supervisor's for who is nothing else, the window for everybody else."""
    if Role.COMMUNITY_WORKER in principal.roles:
        return "point"
    return "supervisor" if principal.roles == {Role.SUPERVISOR} else "window"
