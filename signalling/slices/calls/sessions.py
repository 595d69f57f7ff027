"""A ticket's state decides what its media session does; the session has the ticket's identifier.

Aligning is idempotent and needs nothing but the ticket as it stands, so it also restores the sessions of a server
that was killed in mid-call. Guests are kept in memory, since they end with their page and with the service.
"""

from __future__ import annotations

from collections.abc import Sequence

from foundation.listeners import Listeners
from rtc_server.sessions.interface import MediaPlane, MemberRole
from rtc_server.whip import WhipResources
from scheduler.board import Board
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.reception import Reception
from scheduler.records import CALLBACK
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import TOGETHER, Guest, Member, NoSuchPerson, member_name, parties
from signalling.wire.values import GuestKind

_APART = frozenset({TicketState.ON_HOLD})
_INTERPRETERS: frozenset[GuestKind] = frozenset({"interpreter", "sign_interpreter"})
"""Through whom the others understand each other."""
_SIGNERS = 2
"""They take turns in a long call, and each of them is seen."""
_OFFICES: frozenset[Face] = frozenset({"window", "supervisor"})
"""The pages of those who may talk while the applicant is on hold."""


class CallSessions:
    """The `Sessions` of this service."""

    def __init__(self, media: MediaPlane, whip: WhipResources, board: Board, reception: Reception) -> None:
        self._media = media
        self._whip = whip
        self._board = board
        self._reception = reception
        self._guests: dict[ParticipantId, Guest] = {}
        self._pins: dict[ParticipantId, tuple[str, ParticipantId]] = {}
        """By page, in which session it keeps whom in view."""
        self.guest_changes: Listeners[str] = Listeners()
        """Tells of the person who has become a guest, or is one no longer."""

    def members(self, ticket: TicketView) -> list[Member]:
        """Everybody who belongs to the ticket's session."""
        return [*parties(ticket), *(guest.member for guest in self.guests(ticket.id))]

    def align(self, ticket: TicketView) -> None:
        """Makes the media session what the ticket's state says; raises `SessionFull`."""
        if ticket.state == TicketState.OFFERED and ticket.channel != CALLBACK:
            self._media.gather(ticket.id, [str(one.participant) for one in parties(ticket)])
        elif ticket.state in TOGETHER:
            self._media.open_session(ticket.id)
            for one in self.members(ticket):
                self._media.admit(ticket.id, str(one.participant), one.role)
            self._let_whisper(ticket)
            self._keep_seats(ticket)
        elif ticket.state in _APART:
            self._media.open_session(ticket.id)
            self._part(ticket)
        else:
            self._whip.end_session(ticket.id)
            self._media.close_session(ticket.id)

    def _part(self, ticket: TicketView) -> None:
        """Neither side sees or hears the other; those of the offices go on among themselves, unrecorded."""
        talk = any(one.whispers or (one.takes_part and one.member.face in _OFFICES) for one in self.guests(ticket.id))
        for one in self.members(ticket):
            if one.role is MemberRole.WATCHER:
                continue
            if talk and one.face in _OFFICES:
                self._media.admit(ticket.id, str(one.participant), MemberRole.ASIDE)
            else:
                self._media.release(ticket.id, str(one.participant))
        self._let_whisper(ticket)

    def _keep_seats(self, ticket: TicketView) -> None:
        """Keeps seats for the parties, for who interprets and for who whispers, whoever speaks; then for own choices.

        Who signs comes first everywhere, also on a weak link.
        """
        guests = self.guests(ticket.id)
        held = {one.participant for one in parties(ticket)}
        held |= {one.member.participant for one in guests if one.kind in _INTERPRETERS or one.whispers}
        for one in self.members(ticket):
            self._media.hold(str(one.participant), held=one.participant in held)
            self._pin(ticket, one.participant, guests)

    def _pin(self, ticket: TicketView, participant: ParticipantId, guests: Sequence[Guest]) -> None:
        signers = [one.member.participant for one in guests if one.kind == "sign_interpreter"]
        own = self.pinned(ticket, participant)
        wanted = [*signers[:_SIGNERS], *([own] if own is not None else [])]
        self._media.pin(str(participant), [str(one) for one in dict.fromkeys(wanted) if one != participant])

    def _let_whisper(self, ticket: TicketView) -> None:
        clerk = str(ParticipantId(ticket.clerk_id, "window")) if ticket.clerk_id else None
        for one in self.guests(ticket.id):
            if one.member.role is MemberRole.WATCHER:
                self._media.whisper(str(one.member.participant), clerk if one.whispers else None)

    def pin(self, participant: ParticipantId, seat: str | None) -> None:
        """Keeps somebody in view for one page until its call is over, or nobody; raises `NoSuchPerson`."""
        ticket = self.ticket_of(participant)
        if ticket is None:
            raise NoSuchPerson
        there = {member_name(ticket, one.participant): one.participant for one in self.others(ticket, participant)}
        if seat is None:
            self._pins.pop(participant, None)
        elif seat in there:
            self._pins[participant] = ticket.id, there[seat]
        else:
            raise NoSuchPerson
        self._pin(ticket, participant, self.guests(ticket.id))

    def pinned(self, ticket: TicketView, participant: ParticipantId) -> ParticipantId | None:
        """Whom the page's person keeps in view by their own choice, in the ticket's session."""
        session_id, whom = self._pins.get(participant, ("", None))
        return whom if session_id == ticket.id else None

    def others(self, ticket: TicketView, participant: ParticipantId) -> list[Member]:
        """Who takes part in the ticket's session beside one page: the parties, then the others as they came."""
        return [
            one for one in self.members(ticket) if one.role is not MemberRole.WATCHER and one.participant != participant
        ]

    def ticket_of(self, participant: ParticipantId) -> TicketView | None:
        """The ticket in hand that the page belongs to, or that it is a guest of, as the board knows it."""
        guest = self._guests.get(participant)
        if guest is not None:
            return self._board.ticket(guest.session_id)
        match participant.face:
            case "point":
                ticket = self._board.current(participant.person_id)
            case "window":
                ticket = self._board.in_hand_of(participant.person_id)
            case _:
                ticket = None
        return ticket if ticket is not None and TicketState(ticket.state) in IN_SESSION else None

    async def stored_ticket(self, participant: ParticipantId) -> TicketView | None:
        """The ticket in hand of a party's page as it is stored: the board may not have heard of it yet."""
        match participant.face:
            case "point":
                return await self._reception.in_session_of_worker(participant.person_id)
            case "window":
                return await self._reception.in_hand_of_clerk(participant.person_id)
        return None

    def guests(self, session_id: str) -> list[Guest]:
        """Who is in the session beyond its parties."""
        return [one for one in self._guests.values() if one.session_id == session_id]

    def guest(self, participant: ParticipantId) -> Guest | None:
        """As what the page is in a session beyond its parties; None when it is not."""
        return self._guests.get(participant)

    def invite(self, guest: Guest) -> None:
        """Makes somebody a member; `align` lets them in."""
        self._guests[guest.member.participant] = guest
        self.guest_changes.tell(guest.member.person_id)

    def dismiss(self, participant: ParticipantId) -> Guest | None:
        """Takes a guest out of their session again; who it was, None when they were in none."""
        guest = self._guests.pop(participant, None)
        self._pins.pop(participant, None)
        if guest is not None:
            self._media.release(guest.session_id, str(participant))
            self.guest_changes.tell(participant.person_id)
        return guest

    def settle(self, participant: ParticipantId) -> None:
        """Takes a guest off the list who has become a party of the ticket: in the session nothing changes."""
        if self._guests.pop(participant, None) is not None:
            self.guest_changes.tell(participant.person_id)
