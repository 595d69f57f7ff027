"""A side whose media falls silent interrupts the ticket; when both are linked again it goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rtc_server.sessions.interface import MediaEvent, ParticipantConnected, ParticipantDisconnected
from signalling.flows.session_follows_ticket import members

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Listens to the media server."""

    async def lost(participant_id: str) -> None:
        ticket = await house.ticket_of_participant(participant_id)
        if ticket is not None and participant_id not in house.connected:
            await house.scheduler.desk.link_lost(ticket.id)

    async def back(participant_id: str) -> None:
        ticket = await house.ticket_of_participant(participant_id)
        if ticket is not None and all(member in house.connected for member in members(ticket)):
            await house.scheduler.desk.link_back(ticket.id)

    def heard(event: MediaEvent) -> None:
        match event:
            case ParticipantDisconnected(participant_id=participant_id, reason=reason) if reason != "replaced":
                house.connected.discard(participant_id)
                house.tasks.spawn(lost(participant_id), name="link lost")
            case ParticipantConnected(participant_id=participant_id):
                house.connected.add(participant_id)
                house.tasks.spawn(back(participant_id), name="link back")

    house.media.subscribe(heard)
