"""What the page shows of its call's chat."""

from __future__ import annotations

from collections.abc import Sequence

from directory.principal import Principal
from rtc_server.sessions.interface import MemberRole
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.chat.conversation import Message
from signalling.slices.chat.messages import ChatMessage, ChatView
from signalling.slices.chat.parts import Parts
from signalling.transport.listing import Listing


async def show_chat(parts: Parts, principal: Principal, _key: str) -> Listing:
    """The messages of the session that the person's page is in."""
    participant = ParticipantId.of(principal)
    ticket = parts.sessions.ticket_of(participant)
    conversation = parts.conversations.of("" if ticket is None else ticket.id)
    rows = {} if ticket is None else _rows(ticket, conversation.messages, principal)
    # Who only listens leaves no trace in what the parties see of each other.
    people = [one for one in (parts.sessions.members(ticket) if ticket else ()) if one.role is MemberRole.PARTY]
    others = [one.person_id for one in people if one.participant != participant]
    return Listing(
        rows=rows,
        make=ChatView,
        beside={
            "session_id": ticket.id if ticket else None,
            "may_write": any(one.participant == participant for one in people),
            "seen_by_you": conversation.seen_by(principal.person_id),
            "seen_by_others": max(map(conversation.seen_by, others), default=0),
        },
    )


def _rows(ticket: TicketView, messages: Sequence[Message], reader: Principal) -> dict[str, ChatMessage]:
    return {
        (identifier := f"{ticket.id}:{one.number}"): ChatMessage(
            message_id=identifier,
            number=one.number,
            mine=one.person_id == reader.person_id,
            name=one.name,
            face=one.face,
            text=one.text,
            at=one.at,
        )
        for one in messages
    }
