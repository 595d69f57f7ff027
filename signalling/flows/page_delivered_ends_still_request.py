"""A page that was delivered answers the clerk's request for a picture, so that the next request is a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from document_relay.events import PageDelivered

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Follows the delivered pages."""

    async def delivered(event: PageDelivered) -> None:
        case = await house.documents.case_files.file(event.case_id)
        if house.stills.get(case.worker_id) == event.material_id:
            del house.stills[case.worker_id]
            house.registry.invalidate([case.worker_id], "point")

    house.bus.subscribe(PageDelivered, delivered)
