"""Which face of the product a person works with."""

from __future__ import annotations

from typing import Literal

from directory.principal import Answerer, OutsideGuest, Principal, Reader, Role, Sender, Staff, Visitor

Face = Literal["point", "window", "supervisor", "guest", "sender", "answerer"]
"""Which face of the product a page is; one person has at most one open page of each."""


VISIT_LINK = "/visit#"
"""Where a visitor's or a sender's link leads; its secret follows.

What is behind `#` is sent to no server and stands in no log."""


def face_of(principal: Principal) -> Face:
    """The face that the person works with.

    The point for community workers and visitors, who are on the resident's side of a call; the supervisor's for who is
    nothing else, the window for everybody else; who comes to one call alone, sends what is missing of one case, or
    answers its findings, has a face of their own.
    """
    match principal:
        case OutsideGuest():
            return "guest"
        case Answerer():
            return "answerer"
        case Sender():
            return "sender"
        case Visitor():
            return "point"
        case Reader():
            raise AssertionError("who reads a result by a link has no page")
        case Staff(roles=roles) if Role.COMMUNITY_WORKER in roles:
            return "point"
        case Staff(roles=roles):
            return "supervisor" if roles == {Role.SUPERVISOR} else "window"
