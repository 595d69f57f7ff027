"""The media session of a ticket: who belongs to it, and what other slices may ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Protocol

from foundation.errors import Conflict, NotFound
from foundation.listeners import Listeners
from rtc_server.sessions.interface import MEMBERS, MemberRole
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.wire.values import GuestKind

TOGETHER = frozenset({TicketState.CALLED, TicketState.RECALLED, TicketState.SERVING, TicketState.INTERRUPTED})
"""States in which the parties are in the session."""


GUESTS_AT_MOST = MEMBERS - 2
"""Who may take part beside the two parties. A page has seats for fewer: who speaks decides (decision 52)."""


class CallFull(Conflict):
    """As many take part in the call as may."""

    code = "call_full"
    zh = "这次通话已有 {most} 位加入者，不能再加入。"
    en = "{most} people have joined the call already, as many as can."


@dataclass(frozen=True)
class Member:
    """One who belongs to a session: with which face, and what they may do in it."""

    person_id: str
    face: Face
    role: MemberRole = MemberRole.PARTY

    @property
    def participant(self) -> ParticipantId:
        """The member on the media plane."""
        return ParticipantId(self.person_id, self.face)


@dataclass(frozen=True)
class Guest:
    """A member beyond the parties of the ticket; each is in one session at a time."""

    session_id: str
    name: str
    member: Member
    kind: GuestKind
    whispers: bool = False
    """A watcher whom the clerk alone hears."""

    @property
    def takes_part(self) -> bool:
        """Whether everybody in the call sees and hears them."""
        return self.member.role is MemberRole.PARTY


def require_place(guests: Sequence[Guest], participant: ParticipantId | None = None) -> None:
    """Raises `CallFull` when so many take part that this one, or another, cannot; listeners do not count."""
    others = sum(one.takes_part for one in guests if one.member.participant != participant)
    if others >= GUESTS_AT_MOST:
        raise CallFull(most=others)


def parties(ticket: TicketView) -> list[Member]:
    """Whose ticket it is: the worker, and the clerk who has it in hand."""
    worker = [Member(ticket.worker_id, "point")]
    return worker if ticket.clerk_id is None else [*worker, Member(ticket.clerk_id, "window")]


def guest_name(person_id: str) -> str:
    """What a guest is called towards the others of the session, to whom their identifier is nothing."""
    return f"guest-{blake2s(person_id.encode(), digest_size=4).hexdigest()}"


def member_name(ticket: TicketView, participant: ParticipantId) -> str:
    """What a page is called in its session: the same for everybody in it, for as long as it is in it."""
    if participant == ParticipantId(ticket.worker_id, "point"):
        return "point"
    if participant == ParticipantId(ticket.clerk_id or "", "window"):
        return "window"
    return guest_name(participant.person_id)


class NoSuchPerson(NotFound):
    """Nobody in the call is called so, or the page is in none."""

    code = "no_such_person"
    zh = "对方不在这次通话中，可能已经离开。"
    en = "They are not in this call; they may have left."


class Sessions(Protocol):
    """Sessions have the identifiers of their tickets."""

    guest_changes: Listeners[str]
    """Tells of the person who has become a guest, or is one no longer."""

    def align(self, ticket: TicketView) -> None:
        """Makes the media session what the ticket's state says; raises `SessionFull`."""
        ...

    def members(self, ticket: TicketView) -> Sequence[Member]:
        """Everybody who belongs to the ticket's session."""
        ...

    def ticket_of(self, participant: ParticipantId) -> TicketView | None:
        """The ticket in hand that the page belongs to, or that it is a guest of, as the board knows it."""
        ...

    async def stored_ticket(self, participant: ParticipantId) -> TicketView | None:
        """The ticket in hand of a party's page as it is stored: the board may not have heard of it yet."""
        ...

    def guests(self, session_id: str) -> Sequence[Guest]:
        """Who is in the session beyond its parties."""
        ...

    def guest(self, participant: ParticipantId) -> Guest | None:
        """As what the page is in a session beyond its parties; None when it is not."""
        ...

    def invite(self, guest: Guest) -> None:
        """Makes somebody a member; `align` lets them in."""
        ...

    def dismiss(self, participant: ParticipantId) -> Guest | None:
        """Takes a guest out of their session again; who it was, None when they were in none."""
        ...

    def settle(self, participant: ParticipantId) -> None:
        """Takes a guest off the list who has become a party of the ticket: in the session nothing changes."""
        ...
