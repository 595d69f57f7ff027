"""A ticket gets a case file with the papers that its answers ask for; the clerk who is called has it in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.catalogue import answers, required_materials
from directory.records import RequiredMaterial
from document_relay.case_files import OpenCase, Wanted
from scheduler.events import TicketCalled, TicketCancelled, TicketExpired, TicketTaken
from scheduler.views import TicketView

if TYPE_CHECKING:
    from signalling.house import House


def agreed_to_recording(house: House, ticket: TicketView) -> bool:
    """Whether the applicant, asked when the ticket was taken, agreed to a recording."""
    return house.scheduler.reception.answers(ticket).get("consent") == "yes"


async def open_case(house: House, ticket: TicketView) -> str:
    """Opens the ticket's case file, once; the case's identifier."""
    if (opened := await house.documents.case_index.of_ticket(ticket.id)) is not None:
        return opened.id
    catalogue = house.directory.catalogue
    item, site = catalogue.item(ticket.item_id), catalogue.site(ticket.site_id)
    said = house.scheduler.reception.answers(ticket)
    options = said.get("options", "").split()
    return await house.documents.case_files.open_case(
        OpenCase(
            ticket_id=ticket.id,
            item_id=item.id,
            item_zh=item.name_zh,
            item_en=item.name_en,
            department_id=item.department_id,
            site_id=site.id,
            site_path=site.path,
            site_zh=site.name_zh,
            worker_id=ticket.worker_id,
            worker_name=await catalogue.staff_name(ticket.worker_id),
            applicant_name=said.get("applicant", ""),
            answers=[list(row) for row in answers(item, options)],
            materials=[_wanted(house, one) for one in required_materials(item, options)],
            recording_agreed=agreed_to_recording(house, ticket),
        )
    )


def install(house: House) -> None:
    """Follows the tickets."""

    async def taken(event: TicketTaken) -> None:
        await open_case(house, await house.scheduler.board.as_of(event))

    async def called(event: TicketCalled) -> None:
        ticket = await house.scheduler.board.as_of(event)
        case_id = await open_case(house, ticket)
        if event.clerk_id is not None:
            name = await house.directory.catalogue.staff_name(event.clerk_id)
            await house.documents.case_files.assign_clerk(case_id, event.clerk_id, name)

    async def given_up(event: TicketCancelled | TicketExpired) -> None:
        if (case := await house.documents.case_files.of_ticket(event.ticket_id)) is not None:
            await house.documents.case_files.close(case.id)

    house.bus.subscribe(TicketTaken, taken)
    house.bus.subscribe(TicketCalled, called)
    house.bus.subscribe(TicketCancelled, given_up)
    house.bus.subscribe(TicketExpired, given_up)


def _wanted(house: House, one: RequiredMaterial) -> Wanted:
    holder = house.directory.catalogue.department(one.held_by) if one.held_by else None
    return Wanted(
        name_zh=one.name_zh,
        name_en=one.name_en,
        held_zh=holder.name_zh if holder else None,
        held_en=holder.name_en if holder else None,
    )
