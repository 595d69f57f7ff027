"""What the page's receive slots show, and how the other side is doing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast, get_args

from directory.principal import Principal
from rtc_server.sessions.interface import SlotView as MediaSlot
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.messages import CameraShown, PartyFace, PersonView, SlotsView, SlotView
from signalling.slices.calls.parts import Parts
from signalling.slices.calls.ports import TOGETHER, Guest, Member, member_name, parties
from signalling.wire.values import SlotSource

_DRAWN_ON = ("camera", "document", "screen")


async def show_slots(parts: Parts, principal: Principal, _key: str) -> SlotsView:
    """The slots of the person's page."""
    participant = ParticipantId.of(principal)
    own = str(participant)
    ticket = parts.sessions.ticket_of(participant)
    other = _other_side(ticket, participant)
    guests = {one.member.participant: one for one in parts.sessions.guests(ticket.id)} if ticket else {}
    others = parts.sessions.others(ticket, participant) if ticket else []
    camera = parts.media.live_view(own)
    return SlotsView(
        admitted=ticket is not None,
        slots=[await _slot(parts, participant, one, ticket, guests) for one in parts.media.slots(own)],
        people=[await _person(parts, participant, one, ticket, guests) for one in others],
        other_side=parts.links.state(other),
        other_paused=parts.sendings.paused(other),
        whispering=[one.name for one in guests.values() if one.whispers]
        if _hears_whispers(ticket, participant)
        else [],
        video=parts.media.video_level(own).value,
        only_sound=parts.media.only_sound(own),
        sizes=_in_sizes(ticket, guests.values()),
        camera=CameraShown(camera_id=camera.camera_id, state=camera.state.value) if camera else None,
    )


def _other_side(ticket: TicketView | None, participant: ParticipantId) -> str:
    """The first of the parties who is not the page itself; empty when there is none."""
    others = (one.participant for one in (parties(ticket) if ticket else ()))
    return next((str(one) for one in others if one != participant), "")


def _in_sizes(ticket: TicketView | None, guests: Iterable[Guest]) -> bool:
    """Whether three or more are seen together; who only watches asks nothing of anybody's processor."""
    return ticket is not None and ticket.state in TOGETHER and any(one.takes_part for one in guests)


def _hears_whispers(ticket: TicketView | None, participant: ParticipantId) -> bool:
    return ticket is not None and participant == ParticipantId(ticket.clerk_id or "", "window")


async def _slot(
    parts: Parts,
    reader: ParticipantId,
    slot: MediaSlot,
    ticket: TicketView | None,
    guests: Mapping[ParticipantId, Guest],
) -> SlotView:
    shown = ParticipantId.parse(slot.participant_id or "")
    source: SlotSource | None = slot.source.value if slot.source else None
    # A camera of the service's own, or a device that joined by WHIP, is nobody's page.
    party = source not in ("hall", "room") and shown.face in get_args(PartyFace)
    guest = guests.get(shown)
    return SlotView(
        mid=slot.mid,
        kind=slot.kind.value,
        participant_name=await _name(parts, reader, shown, guest) if party or guest else None,
        participant_role=cast(PartyFace, shown.face) if party else None,
        guest=guest.kind if guest else None,
        member=member_name(ticket, shown) if ticket and (party or guest) else None,
        source=source,
        paused=parts.sendings.paused(str(shown)),
        # Other faces neither see what is drawn nor photograph what is to be frozen.
        surface=f"{member_name(ticket, shown)}.{source}" if ticket and party and source in _DRAWN_ON else None,
    )


async def _person(
    parts: Parts,
    reader: ParticipantId,
    member: Member,
    ticket: TicketView | None,
    guests: Mapping[ParticipantId, Guest],
) -> PersonView:
    shown, guest = member.participant, guests.get(member.participant)
    assert ticket is not None, "there are others in a ticket's session alone"
    return PersonView(
        member=member_name(ticket, shown),
        name=await _name(parts, reader, shown, guest),
        role=cast(PartyFace, shown.face) if shown.face in get_args(PartyFace) else None,
        guest=guest.kind if guest else None,
        paused=parts.sendings.paused(str(shown)),
        unheard=str(shown) in parts.media.unheard(str(reader)),
        pinned=parts.sessions.pinned(ticket, reader) == shown,
    )


async def _name(parts: Parts, reader: ParticipantId, shown: ParticipantId, guest: Guest | None) -> str | None:
    """Who comes from outside reads no name of the applicant's side."""
    if guest is not None:
        return guest.name
    hidden = reader.face == "guest" and shown.face == "point"
    return None if hidden else await parts.people.name(shown.person_id)
