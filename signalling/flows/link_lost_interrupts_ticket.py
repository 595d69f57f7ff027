"""A side whose media falls silent interrupts the ticket; when both are linked again it goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.views import TicketView
from signalling.flows.session_follows_ticket import members
from signalling.links import LinkState

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Follows the links."""

    async def in_hand_of(participant_id: str) -> TicketView | None:
        # As it is stored: the board may not have heard yet that the call has begun.
        return await house.scheduler.reception.in_hand_with(participant_id.partition(":")[0])

    async def lost(participant_id: str) -> None:
        ticket = await in_hand_of(participant_id)
        # A supervisor who listens interrupts nothing.
        if ticket is not None and participant_id in members(ticket) and not house.links.up(participant_id):
            await house.scheduler.desk.link_lost(ticket.id)

    async def back(participant_id: str) -> None:
        ticket = await in_hand_of(participant_id)
        if ticket is not None and all(house.links.up(member) for member in members(ticket)):
            await house.scheduler.desk.link_back(ticket.id)

    def changed(participant_id: str, state: LinkState) -> None:
        if state == "connected":
            house.tasks.spawn(back(participant_id), name="link back")
        elif state != "weak":
            house.tasks.spawn(lost(participant_id), name="link lost")

    house.links.subscribe(changed)
