"""A case file open for change: its rows inside one write transaction, and the event chain that grows with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Table, bindparam, func, insert, select

from document_relay.case_core.canonical import canonical
from document_relay.case_core.chain import ChainEntry, link
from document_relay.case_core.kept import FIELD, kept
from document_relay.case_core.lives import (
    CASE_TRANSITIONS,
    DOCUMENT_TRANSITIONS,
    MATERIAL_TRANSITIONS,
    CaseState,
    DocumentState,
    IllegalTransition,
    MaterialState,
    check,
)
from document_relay.errors import (
    CaseDestroyed,
    NoSuchCase,
    NoSuchDocument,
    NoSuchMaterial,
    NoSuchPage,
    NoSuchUpload,
    WrongCaseState,
)
from document_relay.events import CaseEvent
from document_relay.fonts import Fonts
from document_relay.lent_cases import LentCases
from document_relay.quotas import Stored
from document_relay.records import CaseRecord
from document_relay.store.keyring import CaseKey
from document_relay.store.reading import CaseReader, Private
from document_relay.store.tables import (
    CaseEventRow,
    CaseRow,
    DocumentRow,
    MaterialRow,
    PageRow,
    ReviewRow,
    SignatureRow,
    UploadRow,
)
from foundation.clock import Clock
from foundation.database import Outbox, WriteSession
from foundation.errors import NotFound
from foundation.identifiers import Identifiers

Row = MaterialRow | PageRow | ReviewRow | DocumentRow | SignatureRow | UploadRow
_events = cast(Table, CaseEventRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
_LOCKED = select(CaseRow).where(CaseRow.id == bindparam("case_id")).with_for_update()
_ADD_EVENT = insert(_events)
_LAST_EVENT = (
    select(_events).where(_events.c.case_id == bindparam("case_id")).order_by(_events.c.sequence.desc()).limit(1)
)
R = TypeVar("R", MaterialRow, PageRow, DocumentRow, UploadRow)
_MISSING: dict[type[Row], type[NotFound]] = {
    MaterialRow: NoSuchMaterial,
    PageRow: NoSuchPage,
    DocumentRow: NoSuchDocument,
    UploadRow: NoSuchUpload,
}


@dataclass(frozen=True)
class Tools:
    """What every change of a case file needs."""

    reader: CaseReader
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    fonts: Fonts
    lent: LentCases = field(default_factory=LentCases)


class Folder:
    """One case file inside a write transaction; its row is locked, so changes of one case come one after the other."""

    def __init__(self, tools: Tools, session: WriteSession, row: CaseRow) -> None:
        self._tools = tools
        self._session = session
        self.row = row
        self.key: CaseKey = tools.reader.key(row)
        self._end: ChainEntry | None = None
        self._end_known = False

    @classmethod
    def begin(cls, tools: Tools, session: WriteSession, row: CaseRow) -> Folder:
        """The folder of a new case, whose chain has no entry yet."""
        folder = cls(tools, session, row)
        folder._end_known = True
        return folder

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, case_id: str) -> Folder:
        """Locks the case; raises `NoSuchCase`, and `CaseDestroyed` when nothing of it is left."""
        row = await session.scalar(_LOCKED, {"case_id": case_id})
        if row is None:
            raise NoSuchCase
        if row.state == CaseState.DESTROYED:
            raise CaseDestroyed
        return cls(tools, session, row)

    def record(self) -> CaseRecord:
        """The case file as a plain value."""
        return self._tools.reader.record(self.row)

    async def one(self, kind: type[R], id_: str) -> R:
        """The row of this case with that id; raises the kind's `NoSuch…`."""
        row = await self._session.get(kind, id_)
        if row is None or row.case_id != self.row.id:
            raise _MISSING[kind]
        return row

    def add(self, row: Row) -> None:
        """Adds a row."""
        self._session.add(row)

    def require_open(self) -> None:
        """Raises `WrongCaseState` once the case is decided or closed."""
        if self.row.state != CaseState.OPEN:
            raise WrongCaseState(former=self.row.state, wanted=CaseState.OPEN)

    def require_unrated(self, *, visited: bool) -> None:
        """Raises `WrongCaseState` unless the case is decided or closed, or its visit over, and not rated yet."""
        over = self.row.state in (CaseState.DECIDED, CaseState.CLOSED) or (visited and self.row.state == CaseState.OPEN)
        if self.row.rating is not None or not over:
            raise WrongCaseState(former=self.row.state, wanted="rated")

    def stored(self) -> Stored:
        """What the case keeps."""
        return Stored(bytes=self.row.stored_bytes, pieces=self.row.stored_pieces)

    def keep(self, more: Stored) -> None:
        """Counts what the case keeps from now on; it may be negative."""
        self.row.stored_bytes += more.bytes
        self.row.stored_pieces += more.pieces

    def move(self, wanted: CaseState) -> None:
        """Moves the case; raises `WrongCaseState`."""
        check_transition(CASE_TRANSITIONS, CaseState(self.row.state), wanted)
        self.row.state = wanted

    def move_material(self, row: MaterialRow, wanted: MaterialState) -> None:
        """Moves a material; raises `WrongCaseState`."""
        check_transition(MATERIAL_TRANSITIONS, MaterialState(row.state), wanted)
        row.state = wanted

    def move_document(self, row: DocumentRow, wanted: DocumentState) -> None:
        """Moves a document; raises `WrongCaseState`."""
        check_transition(DOCUMENT_TRANSITIONS, DocumentState(row.state), wanted)
        row.state = wanted

    def change_private(self, **values: object) -> None:
        """Changes some of what is sealed in the case file's row."""
        private = msgspec.convert(self.key.unseal(self.row.private, "private"), Private)
        changed = msgspec.structs.replace(private, **values)
        self.row.private = self.key.seal(changed, "private")

    def name_of(self, row: MaterialRow) -> str:
        """The material's Chinese name."""
        return self._tools.reader.names(row, self.key)["name_zh"]

    def title_of(self, row: DocumentRow) -> str:
        """The document's Chinese title."""
        return self._tools.reader.titles(row, self.key)["title_zh"]

    def kept_pages(self, rows: Iterable[PageRow]) -> dict[str, str]:
        """What an entry says of pages that it has changed: the hash of each as it is now."""
        return {FIELD: kept(self._tools.reader.page(row, self.key) for row in rows)}

    async def log(self, who: tuple[str, str], act: str, event: CaseEvent, **details: str) -> None:
        """Adds the entry to the case's chain and tells the service; `who` is an id and a name.

        Raises ValueError for an act that is not registered, or whose fields are not all there.
        """
        self._tools.reader.acts.require(act, details)
        now = self._tools.clock.now().isoformat(timespec="milliseconds")
        words = canonical({"by": who[1], **details}).decode()
        if not self._end_known:
            self._end, self._end_known = await self._last(), True
        entry = link(self._end, now, who[0], act, (words, self._tools.identifiers.new()))
        await self._session.flush()
        await self._session.execute(_ADD_EVENT, self._event_row(entry))
        self._end = entry
        await self._tools.outbox.add(self._session, event)

    async def count(self, kind: type[MaterialRow]) -> int:
        """How many rows of this kind the case has."""
        counted = select(func.count()).select_from(kind).where(kind.case_id == self.row.id)
        return await self._session.scalar(counted) or 0

    async def pages_of(self, material_id: str) -> list[PageRow]:
        """The pages of a material that count, in order."""
        pages = select(PageRow).where(PageRow.material_id == material_id, PageRow.replaced.is_(False))
        return list(await self._session.scalars(pages.order_by(PageRow.number)))

    async def materials(self) -> list[MaterialRow]:
        """The case's materials, in order."""
        rows = select(MaterialRow).where(MaterialRow.case_id == self.row.id).order_by(MaterialRow.position)
        return list(await self._session.scalars(rows))

    async def same_content(self, sha256: str) -> list[PageRow]:
        """The pages of the case that were made from exactly these bytes and still count."""
        pages = select(PageRow).where(
            PageRow.case_id == self.row.id, PageRow.sha256 == sha256, PageRow.replaced.is_(False)
        )
        return list(await self._session.scalars(pages.order_by(PageRow.number)))

    async def last_review(self, material_id: str) -> ReviewRow | None:
        """The review that stands."""
        reviews = select(ReviewRow).where(ReviewRow.material_id == material_id, ReviewRow.undone.is_(False))
        row: ReviewRow | None = await self._session.scalar(reviews.order_by(ReviewRow.at.desc(), ReviewRow.id.desc()))
        return row

    async def _last(self) -> ChainEntry | None:
        row = (await self._session.execute(_LAST_EVENT, {"case_id": self.row.id})).one_or_none()
        if row is None:
            return None
        return ChainEntry(
            sequence=row.sequence,
            at=row.at,
            who=row.who,
            act=row.act,
            words=None,
            salt="",
            commitment=row.commitment,
            hash=row.hash,
        )

    def _event_row(self, entry: ChainEntry) -> dict[str, Any]:
        return {
            "case_id": self.row.id,
            "sequence": entry.sequence,
            "at": entry.at,
            "who": entry.who,
            "act": entry.act,
            "words": self.key.seal((entry.salt, entry.words), f"event {entry.sequence}"),
            "commitment": entry.commitment,
            "hash": entry.hash,
        }


S = TypeVar("S", bound=StrEnum)


def check_transition(transitions: Mapping[S, frozenset[S]], former: S, wanted: S) -> None:
    """Raises `WrongCaseState` unless the table has the transition."""
    try:
        check(transitions, former, wanted)
    except IllegalTransition as illegal:
        raise WrongCaseState(former=illegal.former, wanted=illegal.wanted) from illegal
