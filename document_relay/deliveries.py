"""What was uploaded becomes pages: read in the sandbox, stored sealed, told to the service."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterable

import msgspec

from document_relay.case_core.history import PAGE_DELIVERED, PAGE_RETAKEN
from document_relay.case_core.lives import MaterialState
from document_relay.disk_budget import DiskBudget, Use
from document_relay.errors import NoSuchPage, PagesReviewed, SamePageAgain, TooManyPages
from document_relay.events import PageDelivered
from document_relay.imaging import PdfPage, Quality
from document_relay.ports import PaperReader
from document_relay.quotas import Stored, check_case
from document_relay.records import CaseRecord
from document_relay.store.folder import Folder, Tools
from document_relay.store.keyring import CaseBlobs
from document_relay.store.tables import MaterialRow, PageRow
from document_relay.store.uploads import has_pages, mark_delivered
from document_relay.supplement_gate import require_wanted
from foundation.database import Database, WriteSession
from foundation.errors import Refusal

MOST_PAGES = 40


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A file that has arrived whole; `staff_name` is sealed under the case's key.

    `sha256` is that of the bytes as they were sent, `stored_sha256` that of what is kept of them, where they differ.
    """

    upload_id: str
    case_id: str
    material_id: str
    staff_id: str
    staff_name: bytes
    capture: str
    sha256: str
    replaces: str | None
    stored_sha256: str = ""


class _Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One page as it will be shown."""

    id: str
    straightened: bytes
    thumbnail: bytes
    width: int
    height: int
    verdict: str
    findings: list[list[str]]


def page_id(upload_id: str, number: int) -> str:
    """The identifier of the page that the upload's picture `number`, from 0, becomes.

    The same upload always makes the same pages: one that is delivered again after a crash writes over what it had
    written before, and leaves no picture behind that no page names.
    """
    return base64.b32hexencode(hashlib.sha256(f"{upload_id} {number}".encode()).digest())[:26].decode().lower()


def _pieces(delivery: Delivery, data: bytes, pictures: list[_Picture]) -> dict[str, bytes]:
    """What is stored, under its names."""
    pieces = {f"originals/{delivery.upload_id}": data}
    for picture in pictures:
        pieces[f"pages/{picture.id}.jpg"] = picture.straightened
        pieces[f"thumbnails/{picture.id}.jpg"] = picture.thumbnail
    return pieces


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _drawn(picture_id: str, page: PdfPage) -> _Picture:
    return _Picture(
        id=picture_id,
        straightened=page.picture_jpeg,
        thumbnail=page.thumbnail_jpeg,
        width=page.width,
        height=page.height,
        verdict=page.quality.verdict,
        findings=_findings(page.quality),
    )


def _findings(quality: Quality) -> list[list[str]]:
    return [[finding.code, finding.zh, finding.en] for finding in quality.findings]


class Deliveries:
    """Brings files to materials."""

    def __init__(
        self, database: Database, tools: Tools, blobs: CaseBlobs, reader: PaperReader, budget: DiskBudget
    ) -> None:
        self._budget = budget
        self._database = database
        self._tools = tools
        self._blobs = blobs
        self._reader = reader

    async def check_new(self, folder: Folder, material: MaterialRow, sha256: str, replaces: str | None) -> None:
        """Raises when this file cannot become a page of the material.

        SamePageAgain, TooManyPages, NoSuchPage; PagesReviewed for a page that the clerk has accepted.
        """
        if replaces is not None and material.state == MaterialState.ACCEPTED:
            raise PagesReviewed
        same = [page for page in await folder.same_content(sha256) if page.material_id == material.id]
        if same and not await self._starts_anew(folder, material):
            raise SamePageAgain(material=folder.name_of(material), number=same[0].number)
        pages = await folder.pages_of(material.id)
        if replaces is not None and replaces not in {page.id for page in pages}:
            raise NoSuchPage
        if len(pages) >= MOST_PAGES and replaces is None:
            raise TooManyPages(limit=MOST_PAGES)

    async def deliver(self, delivery: Delivery, data: bytes) -> None:
        """Stores the pages of the file; the upload counts as delivered in the same transaction.

        Raises imaging's refusals, SamePageAgain, TooManyPages, NoSuchPage, PagesReviewed, WrongCaseState,
        CaseDestroyed, CaseFull, DiskFull, SupplementTooLate, SupplementNotOpen, NoSuchSupplement, NoSuchMaterial.
        """
        pictures = await self._pictures(delivery.upload_id, data)
        kept = await self._to_keep(data)
        if kept != data:
            stored = await asyncio.to_thread(lambda: hashlib.sha256(kept).hexdigest())
            delivery = msgspec.structs.replace(delivery, stored_sha256=stored)
        async with self._database.read() as session:
            file = await self._tools.reader.file(session, delivery.case_id)
        pieces = _pieces(delivery, kept, pictures)
        more = Stored(bytes=sum(map(len, pieces.values())), pieces=len(pictures))
        async with self._budget.hold(Use.PAPERS, more.bytes):
            await self._store(file, delivery, pieces, (pictures, more))

    async def _store(
        self, file: CaseRecord, delivery: Delivery, pieces: dict[str, bytes], made: tuple[list[_Picture], Stored]
    ) -> None:
        key = self._tools.reader.key_of(file)
        try:
            for name, piece in pieces.items():
                await self._blobs.put(key, file.id, name, piece)
            async with self._database.write() as session:
                folder = await Folder.open(self._tools, session, delivery.case_id)
                check_case(self._budget.quotas, folder.stored(), made[1])
                await self._join(session, folder, delivery, made[0])
                folder.keep(made[1])
                await mark_delivered(session, delivery.upload_id)
        except Refusal:
            await self._clear(file.id, delivery.upload_id, pieces)
            raise

    async def _clear(self, case_id: str, upload_id: str, names: Iterable[str]) -> None:
        """Removes what was stored for pages that there will not be."""
        async with self._database.read() as session:
            if await has_pages(session, upload_id):
                return
        for name in names:
            await self._blobs.delete(case_id, name)

    async def _pictures(self, upload_id: str, data: bytes) -> list[_Picture]:
        if _is_pdf(data):
            return await self._pdf_pictures(upload_id, data)
        return [
            _Picture(
                id=page_id(upload_id, number),
                straightened=page.straightened_jpeg,
                thumbnail=page.thumbnail_jpeg,
                width=page.width,
                height=page.height,
                verdict=page.quality.verdict,
                findings=_findings(page.quality),
            )
            for number, page in enumerate(await self._reader.pages(data, MOST_PAGES))
        ]

    async def _to_keep(self, data: bytes) -> bytes:
        """A photograph without its origin; a PDF as it came, since it may be signed."""
        return data if _is_pdf(data) else await self._reader.to_keep(data)

    async def _pdf_pictures(self, upload_id: str, data: bytes) -> list[_Picture]:
        pages = await self._reader.foreign_pdf_pages(data, MOST_PAGES)
        return [_drawn(page_id(upload_id, number), page) for number, page in enumerate(pages)]

    async def _join(self, session: WriteSession, folder: Folder, delivery: Delivery, pictures: list[_Picture]) -> None:
        folder.require_open()
        # Its supplement may have been answered, or its deadline have passed, while it came.
        now = self._tools.clock.now()
        await require_wanted(session, folder, delivery.staff_id, delivery.material_id, now)
        material = await folder.one(MaterialRow, delivery.material_id)
        await self.check_new(folder, material, delivery.sha256, delivery.replaces)
        elsewhere = await self._elsewhere(folder, delivery)
        number, former, moved = await self._make_room(folder, material, delivery.replaces, len(pictures))
        if len(await folder.pages_of(material.id)) + len(pictures) > MOST_PAGES:
            raise TooManyPages(limit=MOST_PAGES)
        folder.move_material(material, MaterialState.DELIVERED)
        material.asked_now = False
        who = (delivery.staff_id, str(folder.key.unseal(delivery.staff_name, f"staff {delivery.upload_id}")))
        changed = [*former, *moved]
        for place, picture in enumerate(pictures, number):
            row = self._row(folder, delivery, picture, (place, elsewhere))
            folder.add(row)
            event = PageDelivered(case_id=delivery.case_id, material_id=material.id, page_id=picture.id)
            details = {"material": folder.name_of(material), "number": str(place), "sha256": delivery.sha256}
            if delivery.stored_sha256:
                details["stored_sha256"] = delivery.stored_sha256
            again = {"replaces": former.pop(0).id} if former else {}
            act = PAGE_RETAKEN if again else PAGE_DELIVERED
            kept = folder.kept_pages([row, *changed])
            await folder.log(who, act, event, page=picture.id, **details, **again, **kept)
            changed = []

    async def _starts_anew(self, folder: Folder, material: MaterialRow) -> bool:
        """Whether the material was rejected as a whole, so that the next page begins it again."""
        review = await folder.last_review(material.id)
        return review is not None and review.verdict == "rejected" and review.mark is None

    async def _make_room(
        self, folder: Folder, material: MaterialRow, replaces: str | None, count: int
    ) -> tuple[int, list[PageRow], list[PageRow]]:
        """Sets aside the pages that `count` new ones stand for.

        The first new page's number, the pages that they replace, and those that move on behind them.
        """
        pages = await folder.pages_of(material.id)
        review = await folder.last_review(material.id)
        if replaces is None and material.state == MaterialState.REJECTED and review is not None and review.mark:
            replaces = str(review.mark["page_id"])
        again = [page for page in pages if page.id == replaces]
        if not again and material.state == MaterialState.REJECTED:
            again = pages
        for page in again:
            page.replaced = True
        if not again:
            return max((page.number for page in pages), default=0) + 1, [], []
        moved = [page for page in pages if not page.replaced and page.number > again[0].number]
        for page in moved:
            page.number += count - 1
        return again[0].number, again, moved

    async def _elsewhere(self, folder: Folder, delivery: Delivery) -> list[list[str]]:
        same = [page for page in await folder.same_content(delivery.sha256) if page.material_id != delivery.material_id]
        if not same:
            return []
        name = folder.name_of(await folder.one(MaterialRow, same[0].material_id))
        return [["same_elsewhere", f"同一文件也作为“{name}”提交。", f"The same file was delivered for “{name}” too."]]

    def _row(
        self, folder: Folder, delivery: Delivery, picture: _Picture, place: tuple[int, list[list[str]]]
    ) -> PageRow:
        number, elsewhere = place
        return PageRow(
            id=picture.id,
            case_id=delivery.case_id,
            material_id=delivery.material_id,
            number=number,
            original_id=delivery.upload_id,
            capture=delivery.capture,
            sha256=delivery.sha256,
            straightened_sha256=hashlib.sha256(picture.straightened).hexdigest(),
            width=picture.width,
            height=picture.height,
            verdict=picture.verdict,
            findings=folder.key.seal(picture.findings + elsewhere, f"findings {picture.id}"),
            delivered_at=self._tools.clock.now(),
            replaced=False,
        )
