"""Who may draw in a session, and on which pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from directory.principal import Principal
from foundation.errors import Forbidden
from rtc_server.sessions.interface import MemberRole
from scheduler.errors import NoSuchTicket
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation import acts
from signalling.slices.annotation.annotations import Annotations, Drew, Person
from signalling.slices.annotation.frozen import PictureGone
from signalling.slices.annotation.parts import Parts
from signalling.slices.calls.ports import Member, member_name

TOPIC = "annotations"
FACES: Collection[Face] = ("point", "window")
"""Who sees what is drawn; the others' pages have neither the tools nor the pictures."""
SOURCES: Collection[str] = ("camera", "document", "screen")


@dataclass(frozen=True)
class DrawingMember:
    """One of those who draw, in their session."""

    ticket: TicketView
    person: Person
    member: Member
    drawn: Annotations

    @property
    def who(self) -> tuple[str, str]:
        """Identifier and name."""
        return self.person.id, self.person.name

    @property
    def is_clerk(self) -> bool:
        """Whether it is the clerk whose ticket it is."""
        return self.member.face == "window" and self.member.person_id == self.ticket.clerk_id

    @property
    def own(self) -> str:
        """What the surfaces of the page's own videos begin with."""
        return member_name(self.ticket, self.member.participant)


def apart(ticket: TicketView, member: Member) -> bool:
    """Whether the member neither sees nor draws now: the applicant's side of a call on hold."""
    return member.face == "point" and ticket.state == TicketState.ON_HOLD


def draws(member: Member) -> bool:
    """Whether the member has a page that shows what is drawn, and takes part."""
    return member.role is MemberRole.PARTY and member.face in FACES


def found(parts: Parts, principal: Principal) -> tuple[TicketView, Member] | None:
    """The session that the person's page is in, and as what; None where it is in none."""
    participant = ParticipantId.of(principal)
    ticket = parts.sessions.ticket_of(participant)
    if ticket is None:
        return None
    member = next((one for one in parts.sessions.members(ticket) if one.participant == participant), None)
    return None if member is None else (ticket, member)


def drawing_member(parts: Parts, principal: Principal) -> DrawingMember:
    """Who draws, with their session.

    Raises `NoSuchTicket`, and `Forbidden` for who only listens, is on hold, or has a page on which nothing is drawn.
    """
    drawer = found(parts, principal)
    if drawer is None:
        raise NoSuchTicket
    ticket, member = drawer
    if not draws(member) or apart(ticket, member):
        raise Forbidden
    person = Person(principal.person_id, principal.name, member.face)
    return DrawingMember(ticket, person, member, parts.drawn.setdefault(ticket.id, Annotations()))


def owner_of(parts: Parts, drawer: DrawingMember, surface: str) -> Member:
    """Whose video it is; raises `PictureGone` where it is none of this call's that is drawn on."""
    owner, _, source = surface.partition(".")
    for one in parts.sessions.members(drawer.ticket):
        if draws(one) and source in SOURCES and member_name(drawer.ticket, one.participant) == owner:
            return one
    raise PictureGone


def require_picture(parts: Parts, drawer: DrawingMember, surface: str) -> None:
    """Raises `PictureGone` unless it is on the screen: a video of the call, or what is looked at together."""
    if drawer.drawn.shown is None or drawer.drawn.shown.surface != surface:
        owner_of(parts, drawer, surface)


def show(parts: Parts, ticket: TicketView) -> None:
    """Has it shown again to everybody in the session."""
    parts.registry.invalidate([one.person_id for one in parts.sessions.members(ticket)], TOPIC)


async def note(parts: Parts, ticket_id: str, drew: Sequence[Drew]) -> None:
    """Writes into the case's history who has drawn on what is gone now."""
    for one in drew:
        who = one.person.id, one.person.name
        await parts.cases.note(ticket_id, who, acts.drew_on(one.surface), count=str(one.count))
