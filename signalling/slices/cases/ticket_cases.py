"""A ticket gets a case file with the papers that its answers ask for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from directory.catalogue import Catalogue, answers, required_materials
from directory.forms import filled
from directory.records import RequiredMaterial
from document_relay.case_files import CaseFiles, OpenCase, Wanted
from document_relay.case_index import CaseIndex
from document_relay.mandate_records import Draft
from document_relay.records import CaseRecord, EntryRecord
from foundation.database import is_damage
from foundation.set_aside import Damaged
from scheduler.reception import Reception
from scheduler.views import TicketView
from signalling.slices.tickets.ports import Said


@dataclass(frozen=True, kw_only=True)
class TicketCases:
    """The `CaseOfTicket` of this service; `damaged` is told of a case that cannot be read."""

    case_files: CaseFiles
    index: CaseIndex
    catalogue: Catalogue
    reception: Reception
    name_of: Callable[[str], Awaitable[str]]
    damaged: Damaged

    async def open_case(self, ticket: TicketView) -> str:
        """Opens the ticket's case file, once; the case's identifier."""
        if (opened := await self.index.of_ticket(ticket.id)) is not None:
            return opened.id
        item, site = self.catalogue.item(ticket.item_id), self.catalogue.site(ticket.site_id)
        said = Said.of(self.reception.answers(ticket))
        return await self.case_files.open_case(
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
                worker_name=await self.name_of(ticket.worker_id),
                applicant_name=said.applicant,
                answers=[list(row) for row in answers(item, said.options)],
                fields=[one.as_row() for one in filled(item, said.fields)],
                materials=[self._wanted(one) for one in required_materials(item, said.options)],
                recording_agreed=said.consent,
                mandate=msgspec.json.decode(said.acting, type=Draft) if said.acting else None,
            )
        )

    async def of_ticket(self, ticket_id: str) -> CaseRecord | None:
        """The ticket's case; None also when it is damaged, which keeps nobody's page from being shown."""
        try:
            return await self.index.of_ticket(ticket_id)
        except Exception as error:
            if not is_damage(error):
                raise
            self.damaged("case_of_ticket", ticket_id, error)
            return None

    async def history_of(self, ticket_id: str) -> Sequence[EntryRecord]:
        """The history of the ticket's case, empty where it has none."""
        case = await self.of_ticket(ticket_id)
        return () if case is None else (await self.case_files.whole(case.id)).history

    async def note(self, ticket_id: str, who: tuple[str, str], act: str, **fields: str) -> None:
        """Writes an act of a person, by identifier and name, into the history of the ticket's case, if it has one."""
        case = await self.case_files.of_ticket(ticket_id)
        if case is not None:
            await self.case_files.note(who, case.id, act, **fields)

    def _wanted(self, one: RequiredMaterial) -> Wanted:
        holder = self.catalogue.department(one.held_by) if one.held_by else None
        return Wanted(
            name_zh=one.name_zh,
            name_en=one.name_en,
            held_zh=holder.name_zh if holder else None,
            held_en=holder.name_en if holder else None,
        )
