"""Writing and reading."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from foundation.errors import Forbidden
from rtc_server.sessions.interface import MemberRole
from scheduler.errors import NoSuchTicket
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import Member
from signalling.slices.chat.conversation import ChatFull, Message
from signalling.slices.chat.conversations import SAID, details_of
from signalling.slices.chat.messages import MarkChatSeen, SayInChat
from signalling.slices.chat.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def say(parts: Parts, principal: Principal, command: SayInChat) -> None:
    """Keeps the message in the case's history and shows it to everybody in the session."""
    ticket, member = _in_call(parts, principal)
    if member.role is not MemberRole.PARTY:
        raise Forbidden
    conversation = parts.conversations.begin(ticket.id)
    message = Message(
        number=conversation.next_number(),
        person_id=principal.person_id,
        name=principal.name,
        face=member.face,
        text=command.text.strip(),
        at=parts.clock.now(),
    )
    await parts.cases.note(ticket.id, (principal.person_id, principal.name), SAID, **details_of(message))
    conversation.add(message)
    show(parts, ticket)


async def mark_seen(parts: Parts, principal: Principal, command: MarkChatSeen) -> None:
    """Shows the others how far the person has read."""
    ticket, _ = _in_call(parts, principal)
    if parts.conversations.of(ticket.id).mark_seen(principal.person_id, command.number):
        show(parts, ticket)


def show(parts: Parts, ticket: TicketView) -> None:
    """Has the chat shown again to everybody in the session."""
    members = parts.sessions.members(ticket)
    parts.registry.invalidate([one.person_id for one in members], "chat")


def _in_call(parts: Parts, principal: Principal) -> tuple[TicketView, Member]:
    """The ticket in hand whose session the person's page is in, and as what; raises `NoSuchTicket`."""
    participant = ParticipantId.of(principal)
    ticket = parts.sessions.ticket_of(participant)
    if ticket is None:
        raise NoSuchTicket
    return ticket, next(one for one in parts.sessions.members(ticket) if one.participant == participant)


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        SayInChat: CommandRow(Permission.READ_CASE, say, CASE_LOG | {ChatFull, NoSuchTicket}),
        MarkChatSeen: CommandRow(Permission.READ_CASE, mark_seen, frozenset({NoSuchTicket})),
    }
)
