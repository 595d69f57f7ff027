"""Which face of the product a person works with."""

from __future__ import annotations

from typing import Literal

from directory.principal import OutsideGuest, Principal, Role, Sender, Visitor

Face = Literal["point", "window", "supervisor", "guest", "sender"]
"""Which face of the product a page is; one person has at most one open page of each."""


VISIT_LINK = "/visit#"
"""Where a visitor's or a sender's link leads; its secret follows.

What is behind `#` is sent to no server and stands in no log."""


def face_of(principal: Principal) -> Face:
    """The face that the person works with.

    The point for community workers and visitors, who are on the resident's side of a call; the supervisor's for who is
    nothing else, the window for everybody else; who comes to one call alone, or sends
    what is missing of one case, has a face of their own.
    """
    if isinstance(principal, OutsideGuest):
        return "guest"
    if isinstance(principal, Sender):
        return "sender"
    if Role.COMMUNITY_WORKER in principal.roles or isinstance(principal, Visitor):
        return "point"
    return "supervisor" if principal.roles == {Role.SUPERVISOR} else "window"
