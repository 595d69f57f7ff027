"""The pages of a material as the point may still change them: taken out and put in order, until they are reviewed."""

from __future__ import annotations

from collections.abc import Sequence

from directory.principal import Principal
from document_relay.access import may_show
from document_relay.case_core.lives import MaterialState
from document_relay.errors import NoSuchMaterial, NoSuchPage, PagesChanged, PagesReviewed
from document_relay.events import PageRemoved, PagesOrdered
from document_relay.store.folder import Folder, Tools
from document_relay.store.tables import MaterialRow, PageRow
from foundation.database import Database, WriteSession


class MaterialPages:
    """Changes the pages of a material before the clerk has spoken about it."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def remove(self, principal: Principal, page_id: str) -> None:
        """Takes a page out of its material; the case's history and its evidence keep it.

        Raises NoSuchPage, PagesReviewed, NotYourCase, WrongCaseState.
        """
        async with self._database.read() as session:
            case_id = await self._tools.reader.case_of(session, PageRow, page_id)
        if case_id is None:
            raise NoSuchPage
        async with self._database.write() as session:
            folder = await self._open(session, principal, case_id)
            page = await folder.one(PageRow, page_id)
            if page.replaced:
                raise NoSuchPage
            material = await _unreviewed(folder, page.material_id)
            left = [one for one in await folder.pages_of(material.id) if one.id != page_id]
            page.replaced = True
            _number(left)
            if not left:
                folder.move_material(material, MaterialState.REQUESTED)
            event = PageRemoved(case_id=case_id, material_id=material.id, page_id=page_id)
            details = {"material": folder.name_of(material), "number": str(page.number), "sha256": page.sha256}
            details |= folder.kept_pages([page, *left])
            await folder.log((principal.person_id, principal.name), "page_removed", event, page=page_id, **details)

    async def order(self, principal: Principal, material_id: str, page_ids: Sequence[str]) -> None:
        """Numbers the material's pages in this order, which names each of them once.

        Raises NoSuchMaterial, PagesChanged, PagesReviewed, NotYourCase, WrongCaseState.
        """
        async with self._database.read() as session:
            case_id = await self._tools.reader.case_of(session, MaterialRow, material_id)
        if case_id is None:
            raise NoSuchMaterial
        async with self._database.write() as session:
            folder = await self._open(session, principal, case_id)
            material = await _unreviewed(folder, material_id)
            pages = {page.id: page for page in await folder.pages_of(material_id)}
            if len(page_ids) != len(pages) or set(page_ids) != set(pages):
                raise PagesChanged
            ordered = [pages[one] for one in page_ids]
            former = " ".join(str(page.number) for page in ordered)
            _number(ordered)
            event = PagesOrdered(case_id=case_id, material_id=material_id)
            details = {"material": folder.name_of(material), "former": former, "pages": " ".join(page_ids)}
            details |= folder.kept_pages(ordered)
            await folder.log((principal.person_id, principal.name), "pages_ordered", event, **details)

    async def _open(self, session: WriteSession, principal: Principal, case_id: str) -> Folder:
        folder = await Folder.open(self._tools, session, case_id)
        may_show(principal, folder.record())
        folder.require_open()
        return folder


async def _unreviewed(folder: Folder, material_id: str) -> MaterialRow:
    """The material; raises `PagesReviewed` once the clerk has accepted or rejected it."""
    material = await folder.one(MaterialRow, material_id)
    if material.state in (MaterialState.ACCEPTED, MaterialState.REJECTED):
        raise PagesReviewed
    return material


def _number(pages: Sequence[PageRow]) -> None:
    for number, page in enumerate(pages, 1):
        page.number = number
