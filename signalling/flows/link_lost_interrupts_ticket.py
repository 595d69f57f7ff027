"""A side whose media falls silent interrupts the ticket; when both are linked again it goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalling.flows.session_follows_ticket import members, stored_ticket
from signalling.links import LinkState

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Follows the links."""

    async def lost(participant_id: str) -> None:
        # A supervisor who listens has none, and interrupts nothing.
        ticket = await stored_ticket(house, participant_id)
        if ticket is not None and not house.links.up(participant_id):
            await house.scheduler.desk.link_lost(ticket.id)

    async def back(participant_id: str) -> None:
        ticket = await stored_ticket(house, participant_id)
        if ticket is not None and all(house.links.up(member) for member in members(ticket)):
            await house.scheduler.desk.link_back(ticket.id)

    def changed(participant_id: str, state: LinkState) -> None:
        if state == "connected":
            house.tasks.spawn(back(participant_id), name="link back")
        elif state != "weak":
            house.tasks.spawn(lost(participant_id), name="link lost")

    house.links.subscribe(changed)
