"""What changes is shown again on the pages of those it concerns, and on no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from document_relay.events import CASE_EVENTS, CaseClosed, CaseEvent, CaseOpened, ClerkAssigned
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected, SlotsChanged
from scheduler.records import Ticket
from signalling.links import LinkState

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Follows the board, the case files and the media."""
    _follow_hall(house)
    _follow_cases(house)
    _follow_media(house)


def _follow_hall(house: House) -> None:
    registry = house.registry

    def ticket_changed(former: Ticket | None, now: Ticket) -> None:
        registry.invalidate([now.worker_id], "point", "slots")
        clerks = {now.clerk_id} if former is None else {former.clerk_id, now.clerk_id}
        registry.invalidate(clerks, "desk", "slots")

    def desk_changed(clerk_id: str) -> None:
        registry.invalidate([clerk_id], "desk")

    house.scheduler.board.on_ticket(ticket_changed)
    house.scheduler.board.on_desk(desk_changed)


def _follow_cases(house: House) -> None:
    registry = house.registry

    async def changed(event: CaseEvent) -> None:
        registry.invalidate_case(event.case_id)

    async def point_has_another(event: CaseOpened | CaseClosed) -> None:
        registry.invalidate([event.worker_id], "point")

    async def clerk_has_another(event: ClerkAssigned) -> None:
        registry.invalidate([event.clerk_id], "desk")

    for kind in CASE_EVENTS:
        house.bus.subscribe(kind, changed)
    house.bus.subscribe(CaseOpened, point_has_another)
    house.bus.subscribe(CaseClosed, point_has_another)
    house.bus.subscribe(ClerkAssigned, clerk_has_another)


def _follow_media(house: House) -> None:
    registry = house.registry

    def told(event: MediaEvent) -> None:
        # A page that hears it has no slots connects its media anew.
        elsewhere = isinstance(event, ParticipantDisconnected) and event.reason in ("moved", "node_lost")
        if elsewhere or isinstance(event, SlotsChanged):
            staff_id, _, _ = event.participant_id.partition(":")
            registry.invalidate([staff_id], "slots")

    def link_changed(participant_id: str, _state: LinkState) -> None:
        ticket = house.ticket_of_participant(participant_id)
        if ticket is not None:
            registry.invalidate([ticket.worker_id, ticket.clerk_id], "slots")

    house.media.subscribe(told)
    house.links.subscribe(link_changed)
