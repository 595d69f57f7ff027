"""What happens in the house is drawn on the pages of those it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from document_relay.events import CASE_EVENTS, CaseEvent
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected, SlotsChanged
from scheduler.events import DeskChanged, QueueChanged, TicketMoved
from signalling.links import LinkState

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Subscribes to the scheduler's events on the bus and to the media server's."""

    async def ticket_moved(event: TicketMoved) -> None:
        house.pages.refresh([event.worker_id], "point", "slots")
        house.pages.refresh([event.clerk_id], "desk", "slots")

    async def desk_changed(event: DeskChanged) -> None:
        house.pages.refresh([event.clerk_id], "desk")

    async def queue_changed(_event: QueueChanged) -> None:
        # Overflow lets any window serve any queue in time, so every line on show may have moved.
        house.pages.refresh_face("window", "desk")
        house.pages.refresh_face("point", "point")

    async def case_changed(event: CaseEvent) -> None:
        house.pages.refresh_case(event.case_id)
        case = await house.documents.case_files.file(event.case_id)
        house.pages.refresh([case.worker_id], "point")

    def media(event: MediaEvent) -> None:
        # A page that hears it has no slots connects its media anew.
        elsewhere = isinstance(event, ParticipantDisconnected) and event.reason in ("moved", "node_lost")
        if elsewhere or isinstance(event, SlotsChanged):
            staff_id, _, _ = event.participant_id.partition(":")
            house.pages.refresh([staff_id], "slots")

    def link_changed(participant_id: str, _state: LinkState) -> None:
        house.tasks.spawn(_draw_session(house, participant_id), name="draw session")

    house.bus.subscribe(TicketMoved, ticket_moved)
    house.bus.subscribe(DeskChanged, desk_changed)
    house.bus.subscribe(QueueChanged, queue_changed)
    for kind in CASE_EVENTS:
        house.bus.subscribe(kind, case_changed)
    house.media.subscribe(media)
    house.links.subscribe(link_changed)


async def _draw_session(house: House, participant_id: str) -> None:
    ticket = await house.ticket_of_participant(participant_id)
    if ticket is not None:
        house.pages.refresh([ticket.worker_id, ticket.clerk_id], "slots")
