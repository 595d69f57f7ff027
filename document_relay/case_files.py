"""Case files: opened for a ticket, filled with papers, reviewed, rated and closed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from directory.principal import Principal
from document_relay.access import is_of_case, may_serve, may_show, may_work
from document_relay.case_access import CaseAccess
from document_relay.case_core.joint_acts import VISIT_LEFT
from document_relay.case_core.lives import CaseState, MaterialState
from document_relay.case_core.numbers import case_number
from document_relay.case_core.wording import RATINGS, REASONS
from document_relay.errors import NoSuchMaterial, NoSuchPage, NothingToUndo, ReviewIncomplete
from document_relay.events import (
    CaseClosed,
    CaseOpened,
    CaseRated,
    ClerkAssigned,
    ConsentNoted,
    HistoryNoted,
    MaterialRequested,
    MaterialReviewed,
    RecordingJoined,
    VisitLeft,
    WorkerAssigned,
)
from document_relay.mandate_maker import MandateMaker
from document_relay.mandate_records import Draft
from document_relay.records import Case, CaseBytes, CaseRecord
from document_relay.rejection import Rejection, check_mark
from document_relay.store import grants
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on_reading import goes_on, is_held
from document_relay.store.keyring import CaseBlobs
from document_relay.store.mandate_folder import MandateFolder
from document_relay.store.material_rows import material_row
from document_relay.store.reading import Private
from document_relay.store.supplement_reading import one_stands
from document_relay.store.tables import CaseRow, MaterialRow, PageRow, ReviewRow
from foundation.database import Database, WriteSession, take_turn
from foundation.vault import Vault

SYSTEM = ("system", "系统")
"""Who acts when no person does."""
OWN_AT_MOST = 50


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A material to ask for; one that a department holds already need not be brought."""

    name_zh: str
    name_en: str
    held_zh: str | None = None
    held_en: str | None = None


class OpenCase(msgspec.Struct, frozen=True, kw_only=True):
    """What a case file begins with; `answers` are rows of question zh, en and answer zh, en.

    `fields` are those of the application form, as rows of name zh, en and value zh, en.
    """

    ticket_id: str
    item_id: str
    item_zh: str
    item_en: str
    department_id: str
    site_id: str
    site_path: str
    site_zh: str
    worker_id: str
    worker_name: str
    applicant_name: str
    answers: list[list[str]]
    fields: list[list[str]] = []
    materials: list[Wanted]
    recording_agreed: bool
    """What the applicant said when asked whether the session may be recorded."""
    mandate: Draft | None = None
    """The mandate under which somebody acts for the applicant, who is its principal."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for a material: one that the case has (by id), or else a new one (by name)."""

    material_id: str | None
    name: str
    note: str


class CaseFiles:
    """The case files of the service."""

    def __init__(self, database: Database, tools: Tools, blobs: CaseBlobs, vault: Vault) -> None:
        self._database = database
        self._tools = tools
        self._blobs = blobs
        self._vault = vault
        self._access = CaseAccess(database, tools)
        self._maker = MandateMaker(tools, vault)

    async def open_case(self, wanted: OpenCase) -> str:
        """Opens the case file of a ticket and returns its id; a second time for the same ticket, the same id."""
        async with self._database.write() as session:
            await take_turn(session, f"case of ticket {wanted.ticket_id}")
            former = await self._tools.reader.of_ticket(session, wanted.ticket_id)
            if former is not None:
                return former.id
            row = self._case_row(wanted)
            session.add(row)
            await session.flush()
            folder = Folder.begin(self._tools, session, row)
            for position, material in enumerate(wanted.materials, 1):
                names, held = (material.name_zh, material.name_en), (material.held_zh, material.held_en)
                folder.add(material_row(self._tools, folder, position, names, held))
            event = CaseOpened(case_id=row.id, ticket_id=wanted.ticket_id, worker_id=wanted.worker_id)
            who = (wanted.worker_id, wanted.worker_name)
            await folder.log(who, "case_opened", event, item=wanted.item_zh, applicant=wanted.applicant_name)
            consent = ConsentNoted(case_id=row.id, agreed=wanted.recording_agreed)
            await folder.log(who, "consent_given" if wanted.recording_agreed else "consent_declined", consent)
            if wanted.mandate is not None:
                await self._maker.draft(MandateFolder(session, folder, []), who, wanted.mandate)
        return row.id

    async def assign_clerk(self, case_id: str, clerk_id: str, clerk_name: str) -> None:
        """Gives the case into a clerk's hands, unless it is handed on and taken there; raises `NoSuchCase`."""
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            if folder.row.clerk_id != clerk_id and not await is_held(session, case_id):
                folder.row.clerk_id = clerk_id
                event = ClerkAssigned(case_id=case_id, clerk_id=clerk_id)
                await folder.log((clerk_id, clerk_name), "clerk_assigned", event)

    async def assign_worker(self, case_id: str, worker_id: str, worker_name: str) -> None:
        """Lets another worker of the point go on with the case; raises `NoSuchCase`."""
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            if folder.row.worker_id != worker_id:
                folder.row.worker_id = worker_id
                event = WorkerAssigned(case_id=case_id, worker_id=worker_id)
                await folder.log((worker_id, worker_name), "worker_assigned", event)

    async def view(self, principal: Principal, case_id: str) -> Case:
        """The whole case; raises `NoSuchCase`, `NotYourCase`, `ReasonNeeded`."""
        case = await self.whole(case_id)
        await self._access.require(principal, case.file)
        return case

    async def served(self, principal: Principal, case_id: str) -> Case:
        """The whole open case of the clerk who has it in hand; raises NoSuchCase, NotYourCase, WrongCaseState."""
        case = await self.whole(case_id)
        may_work(principal, case.file)
        return case

    async def whole(self, case_id: str) -> Case:
        """The whole case for the service's own use; raises `NoSuchCase`."""
        async with self._database.read() as session:
            return await self._tools.reader.whole(session, case_id)

    async def readable(self, principal: Principal, case_id: str) -> CaseRecord:
        """The case file without its papers; raises `NoSuchCase`, `NotYourCase`, `ReasonNeeded`."""
        file = await self.file(case_id)
        await self._access.require(principal, file)
        return file

    async def file(self, case_id: str) -> CaseRecord:
        """The case file without its papers, for the service's own use; raises `NoSuchCase`."""
        async with self._database.read() as session:
            return await self._tools.reader.file(session, case_id)

    async def of_ticket(self, ticket_id: str) -> CaseRecord | None:
        """The case file of a ticket, if one was opened."""
        async with self._database.read() as session:
            return await self._tools.reader.of_ticket(session, ticket_id)

    async def own(self, principal: Principal) -> list[tuple[CaseRecord, datetime | None]]:
        """The case files that the person took or served, and those of others they may read, with the end of that.

        Newest first, the last `OWN_AT_MOST`.
        """
        async with self._database.read() as session:
            granted = await grants.lasting(session, principal.person_id, self._tools.clock.now())
            found = await self._tools.reader.of_person(session, principal.person_id, granted, OWN_AT_MOST)
        return [(one, None if is_of_case(principal, one) else granted.get(one.id)) for one in found]

    async def request_material(self, principal: Principal, case_id: str, request: Request) -> str:
        """Asks the point for a material now and returns its id.

        Raises NoSuchCase, NoSuchMaterial, NotYourCase, WrongCaseState, CharactersNotPrintable: the name goes on papers.
        """
        if request.material_id is None:
            self._tools.fonts.require(request.name)
        async with self._database.write() as session:
            folder = await self._serve(session, principal, case_id)
            if request.material_id is None:
                position = await folder.count(MaterialRow) + 1
                row = material_row(self._tools, folder, position, (request.name, request.name))
                folder.add(row)
            else:
                row = await folder.one(MaterialRow, request.material_id)
            row.asked_now = True
            row.note = folder.key.seal(request.note, f"note {row.id}")
            event = MaterialRequested(case_id=case_id, material_id=row.id)
            await folder.log(
                who_acts(principal), "material_requested", event, material=folder.name_of(row), note=request.note
            )
        return row.id

    async def accept(self, principal: Principal, material_id: str) -> None:
        """Accepts a delivered material; raises NoSuchMaterial, NotYourCase, WrongCaseState."""
        async with self._database.write() as session:
            folder = await self._serve(session, principal, await self._case_of(MaterialRow, material_id))
            row = await folder.one(MaterialRow, material_id)
            folder.move_material(row, MaterialState.ACCEPTED)
            folder.add(self._review(folder, row, principal, None))
            event = MaterialReviewed(case_id=row.case_id, material_id=row.id, verdict="accepted")
            await folder.log(who_acts(principal), "material_accepted", event, material=folder.name_of(row))

    async def reject(self, principal: Principal, material_id: str, rejection: Rejection) -> None:
        """Rejects a delivered material; raises NoSuchMaterial, ReviewIncomplete, NotYourCase, WrongCaseState."""
        if rejection.reason not in REASONS or (rejection.reason == "other" and not rejection.note.strip()):
            raise ReviewIncomplete(path="reason", problem=rejection.reason)
        async with self._database.write() as session:
            folder = await self._serve(session, principal, await self._case_of(MaterialRow, material_id))
            row = await folder.one(MaterialRow, material_id)
            await check_mark(folder, material_id, rejection.mark)
            folder.move_material(row, MaterialState.REJECTED)
            folder.add(self._review(folder, row, principal, rejection))
            event = MaterialReviewed(case_id=row.case_id, material_id=row.id, verdict="rejected")
            details = {"material": folder.name_of(row), "reason": REASONS[rejection.reason][0], "note": rejection.note}
            await folder.log(who_acts(principal), "material_rejected", event, **details)

    async def undo_review(self, principal: Principal, material_id: str) -> None:
        """Takes the review that stands back; raises NoSuchMaterial, NothingToUndo, NotYourCase, WrongCaseState."""
        async with self._database.write() as session:
            folder = await self._serve(session, principal, await self._case_of(MaterialRow, material_id))
            row = await folder.one(MaterialRow, material_id)
            review = await folder.last_review(material_id)
            if review is None or row.state not in (MaterialState.ACCEPTED, MaterialState.REJECTED):
                raise NothingToUndo
            review.undone = True
            folder.move_material(row, MaterialState.DELIVERED)
            event = MaterialReviewed(case_id=row.case_id, material_id=row.id, verdict="undone")
            await folder.log(who_acts(principal), "review_undone", event, material=folder.name_of(row))

    async def page_picture(
        self, principal: Principal, page_id: str, size: Literal["whole", "thumbnail"] = "whole"
    ) -> CaseBytes:
        """The straightened page, or its thumbnail, as JPEG; raises NoSuchPage, NotYourCase, ReasonNeeded."""
        case = await self.view(principal, await self._case_of(PageRow, page_id))
        folder = "pages" if size == "whole" else "thumbnails"
        return CaseBytes(case.file.id, await self._read(case.file, f"{folder}/{page_id}.jpg"))

    async def rate(
        self, principal: Principal, case_id: str, level: int, remark: str = "", *, visited: bool = False
    ) -> None:
        """Keeps the resident's rating, 1 to 5, once, of a decided case or of one whose visit is over (`visited`).

        Raises `NoSuchCase`, `NotYourCase`, `WrongCaseState`.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_show(principal, folder.record())
            folder.require_unrated(visited=visited)
            folder.row.rating = level
            folder.change_private(remark=remark)
            event = CaseRated(case_id=case_id, level=level)
            await folder.log(who_acts(principal), "case_rated", event, level=RATINGS[level][0], remark=remark)

    async def note(self, who: tuple[str, str], case_id: str, act: str, **fields: str) -> None:
        """Notes in the case's history what happened outside of it; `who` is an id and a name.

        Raises `NoSuchCase`, and ValueError for an act that is not registered or whose fields are not all there.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            await folder.log(who, act, HistoryNoted(case_id=case_id, act=act), **fields)

    async def write_note(self, principal: Principal, case_id: str, text: str) -> None:
        """Keeps a note of the clerk who has or had the case in hand; raises NoSuchCase, NotYourCase, CaseDestroyed."""
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_serve(principal, folder.record())
            note = HistoryNoted(case_id=case_id, act="note_written")
            await folder.log(who_acts(principal), note.act, note, text=text.strip())

    async def join_recording(self, case_id: str, recording: dict[str, object]) -> None:
        """Notes the session's recording with the case: its files, hashes and segments; raises `NoSuchCase`."""
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            folder.row.recording = recording
            await folder.log(SYSTEM, "recording_joined", RecordingJoined(case_id=case_id))

    def recordings_key(self, file: CaseRecord) -> bytes:
        """What the recordings of the case's session are sealed under; it is lost with the case's key."""
        return self._tools.reader.key_of(file).derive("recordings")

    async def close(self, case_id: str, who: tuple[str, str] = SYSTEM) -> None:
        """Closes the case file; a closed one is left as it is.

        One with a joint acceptance or a supplement that stands, or that is handed on, goes on, and is closed by its
        decision. Raises `NoSuchCase`.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            if folder.row.state == CaseState.OPEN and folder.row.left_at is not None:
                return
            if await goes_on(session, case_id) or await one_stands(session, case_id):
                folder.row.left_at = self._tools.clock.now()
                await folder.log(who, VISIT_LEFT, VisitLeft(case_id=case_id, worker_id=folder.row.worker_id))
            elif folder.row.state in (CaseState.OPEN, CaseState.DECIDED):
                folder.move(CaseState.CLOSED)
                await folder.log(who, "case_closed", CaseClosed(case_id=case_id, worker_id=folder.row.worker_id))

    async def _serve(self, session: WriteSession, principal: Principal, case_id: str) -> Folder:
        folder = await Folder.open(self._tools, session, case_id)
        may_serve(principal, folder.record())
        folder.require_open()
        return folder

    async def _case_of(self, kind: type[MaterialRow | PageRow], id_: str) -> str:
        async with self._database.read() as session:
            case_id = await self._tools.reader.case_of(session, kind, id_)
        if case_id is None:
            raise NoSuchMaterial if kind is MaterialRow else NoSuchPage
        return case_id

    async def _read(self, file: CaseRecord, name: str) -> bytes:
        return await self._blobs.get(self._tools.reader.key_of(file), file.id, name)

    def _case_row(self, wanted: OpenCase) -> CaseRow:
        case_id, now = self._tools.identifiers.new(), self._tools.clock.now()
        wrapped = self._vault.new_data_key()
        row = CaseRow(
            id=case_id,
            number=case_number(now, case_id),
            state=CaseState.OPEN,
            data_key=wrapped,
            opened_at=now,
            stored_bytes=0,
            stored_pieces=0,
            **{name: getattr(wanted, name) for name in _COPIED},
        )
        private = Private(applicant_name=wanted.applicant_name, answers=wanted.answers, fields=wanted.fields)
        row.private = self._tools.reader.key(row).seal(private, "private")
        return row

    def _review(self, folder: Folder, row: MaterialRow, principal: Principal, rejection: Rejection | None) -> ReviewRow:
        review_id = self._tools.identifiers.new()
        note = rejection.note if rejection else ""
        mark = rejection.mark if rejection else None
        return ReviewRow(
            id=review_id,
            case_id=row.case_id,
            material_id=row.id,
            verdict="rejected" if rejection else "accepted",
            reason=rejection.reason if rejection else None,
            note=folder.key.seal(note, f"note {review_id}"),
            mark=msgspec.to_builtins(mark) if mark else None,
            by_name=principal.name,
            at=self._tools.clock.now(),
            undone=False,
        )


_COPIED = (
    "ticket_id",
    "item_id",
    "item_zh",
    "item_en",
    "department_id",
    "site_id",
    "site_path",
    "site_zh",
    "worker_id",
)


def who_acts(principal: Principal) -> tuple[str, str]:
    """Whose act the history names."""
    return principal.person_id, principal.name
