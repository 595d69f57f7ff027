"""A supervisor listens to a session, whispers to its clerk or joins it, until the page is gone or the session over."""

from __future__ import annotations

from directory.principal import Permission, Principal, require
from document_relay.case_core.history import Act
from foundation.errors import Refusal
from rtc_server.sessions.interface import MemberRole
from scheduler.errors import NotInThisState
from scheduler.queue_core.ticket_life import IN_SESSION
from scheduler.views import TicketView
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import Guest, Member, require_place
from signalling.slices.supervision.parts import Parts
from signalling.slices.supervision.stance import NoSuchStep, Stance, moved, require_ear, stance_of

FACE: Face = "supervisor"
LISTENED = "session_listened"
WHISPERED = "session_whispered"
JOINED = "session_joined"
LEFT = "session_left"
ACTS = (
    Act(LISTENED, "进入本次会话旁听", "Began to listen to the session"),
    Act(WHISPERED, "在旁听中与窗口人员单独通话", "Began to speak to the clerk alone"),
    Act(JOINED, "以督导员身份加入通话", "Joined the call as a supervisor"),
    Act(LEFT, "退出通话", "Left the call"),
)
_NOTED = {Stance.WHISPERING: WHISPERED, Stance.JOINED: JOINED}


async def listen_to(parts: Parts, principal: Principal, ticket_id: str) -> None:
    """Lets a supervisor into a ticket's session, out of another one; it is shown to both sides.

    Raises `Forbidden` outside the supervisor's sites, `NotInThisState` when nobody has the ticket in hand,
    `TooManyListen`, `SessionFull`.
    """
    member = Member(principal.person_id, FACE, MemberRole.WATCHER)
    await _in_hand(parts, principal, ticket_id)
    require_ear(parts.sessions.guests(ticket_id), member)
    await stop_listening(parts, principal.person_id)
    await parts.cases.note(ticket_id, (principal.person_id, principal.name), LISTENED)
    # Read anew: it may be over by now, and a session opened for it would have nobody to close it.
    ticket = await _in_hand(parts, principal, ticket_id)
    require_ear(parts.sessions.guests(ticket.id), member)
    parts.sessions.invite(Guest(ticket.id, principal.name, member, "supervisor"))
    try:
        parts.sessions.align(ticket)
    except Refusal:
        # Who is named as listening, listens.
        parts.sessions.dismiss(member.participant)
        raise
    _tell(parts, ticket, principal.person_id)


async def change_stance(parts: Parts, principal: Principal, ticket_id: str, to: Stance) -> None:
    """Lets a supervisor who is in the session whisper, join or only listen; who joins or leaves is told to everybody.

    Raises `Forbidden`, `NotInThisState`, `NoSuchStep`, `SupervisorSpeaks`, `CallFull`.
    """
    await _in_hand(parts, principal, ticket_id)
    step = _step(parts, principal, ticket_id, to)
    was = stance_of(parts.sessions.guest(step.member.participant))
    noted = LEFT if was is Stance.JOINED and to is Stance.LISTENING else _NOTED.get(to)
    if noted is not None:
        await parts.cases.note(ticket_id, (principal.person_id, principal.name), noted)
    # Read anew: the call may be over by now, or somebody else speak in it.
    ticket = await _in_hand(parts, principal, ticket_id)
    after = _step(parts, principal, ticket_id, to)
    before = parts.sessions.guest(after.member.participant)
    parts.sessions.invite(after)
    try:
        parts.sessions.align(ticket)
    except Refusal:
        if before is not None:
            parts.sessions.invite(before)
        raise
    _tell(parts, ticket, principal.person_id)


async def stop_listening(parts: Parts, staff_id: str) -> None:
    """Takes a supervisor out of the session again; does nothing when there is none."""
    guest = parts.sessions.dismiss(ParticipantId(staff_id, FACE))
    if guest is None:
        return
    ticket = await parts.reception.ticket(guest.session_id)
    if ticket.state in IN_SESSION:
        # During a hold the clerk is alone again.
        parts.sessions.align(ticket)
    _tell(parts, ticket, staff_id)
    if guest.takes_part:
        await parts.cases.note(ticket.id, (staff_id, guest.name), LEFT)


def _step(parts: Parts, principal: Principal, ticket_id: str, to: Stance) -> Guest:
    participant = ParticipantId(principal.person_id, FACE)
    guest = parts.sessions.guest(participant)
    if guest is None or guest.session_id != ticket_id:
        raise NoSuchStep
    others = parts.sessions.guests(ticket_id)
    after = moved(guest, to, others)
    if to is Stance.JOINED:
        require_place(others, participant)
    return after


async def _in_hand(parts: Parts, principal: Principal, ticket_id: str) -> TicketView:
    ticket = await parts.reception.ticket(ticket_id)
    require(principal, Permission.LISTEN, parts.catalogue.site(ticket.site_id).path)
    if ticket.state not in IN_SESSION:
        raise NotInThisState(former=ticket.state, state="listened_to")
    return ticket


def _tell(parts: Parts, ticket: TicketView, staff_id: str) -> None:
    parts.session_changes.tell(ticket)
    parts.registry.invalidate([staff_id], "supervision", "slots", "chat")
    people = [one.person_id for one in parts.sessions.members(ticket)]
    parts.registry.invalidate(people, "slots", "chat")
