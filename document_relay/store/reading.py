"""Rows of a case into plain values."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import Table, bindparam, exists, or_, select

from document_relay.case_core.chain import ChainEntry
from document_relay.case_core.history import Acts
from document_relay.errors import CaseDamaged, NoSuchCase
from document_relay.records import (
    Case,
    CaseRecord,
    DocumentRecord,
    EntryRecord,
    MaterialRecord,
    PageRecord,
    ReviewRecord,
)
from document_relay.store.acting import acting_forms_of
from document_relay.store.acting_tables import ActingFormRow
from document_relay.store.form_reading import ended_forms
from document_relay.store.form_tables import FormRow
from document_relay.store.hand_on_reading import hand_on_of
from document_relay.store.hand_on_tables import HandOnRow
from document_relay.store.joint_reading import joint_of
from document_relay.store.joint_tables import JointRow
from document_relay.store.keyring import CaseKey
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.mandates import mandates_of
from document_relay.store.plain import plain
from document_relay.store.supplement_reading import supplements_of
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import CaseEventRow, CaseRow, DocumentRow, MaterialRow, PageRow, ReviewRow
from foundation.database import ReadSession, is_damage, readable, tell_damaged
from foundation.errors import Refusal
from foundation.vault import Vault

_cases = cast(Table, CaseRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
_CASE = select(_cases).where(_cases.c.id == bindparam("case_id"))
# One question for what few cases have; by its name in `Case`.
_HAS = select(
    *(
        exists().where(column == bindparam("case_id")).label(name)
        for name, column in {
            "joint": JointRow.case_id,
            "forms": FormRow.case_id,
            "mandates": MandateRow.case_id,
            "acting_forms": ActingFormRow.case_id,
            "hand_on": HandOnRow.case_id,
            "supplements": SupplementRow.case_id,
        }.items()
    )
)
_CASE_OF_TICKET = select(_cases).where(_cases.c.ticket_id == bindparam("ticket_id"))


class Private(msgspec.Struct, kw_only=True):
    """What of a case file's row is sealed."""

    applicant_name: str
    answers: list[list[str]]
    fields: list[list[str]] = []
    notice: str | None = None
    notice_en: str = ""
    remark: str = ""
    home_place: str = ""


class CaseReader:
    """Reads case files."""

    def __init__(self, vault: Vault, acts: Acts) -> None:
        """`acts` word the history."""
        self.acts = acts
        self._vault = vault

    def key(self, row: CaseRow) -> CaseKey:
        """The case's key."""
        return CaseKey(self._vault, row.id, row.data_key)

    def key_of(self, file: CaseRecord) -> CaseKey:
        """The key of a case that was read."""
        return CaseKey(self._vault, file.id, file.data_key)

    async def file(self, session: ReadSession, case_id: str) -> CaseRecord:
        """The case file without its contents; raises `NoSuchCase`."""
        row = (await session.execute(_CASE, {"case_id": case_id})).one_or_none()
        if row is None:
            raise NoSuchCase
        return self.record(cast(CaseRow, row))

    async def whole(self, session: ReadSession, case_id: str) -> Case:
        """The whole case as it stands; raises `NoSuchCase`, `SealBroken`, `CaseDamaged`."""
        try:
            return await self._whole(session, case_id)
        except Exception as error:
            if isinstance(error, Refusal) or not is_damage(error):
                raise
            tell_damaged(session, "case_files", case_id, error)
            raise CaseDamaged from error

    async def _whole(self, session: ReadSession, case_id: str) -> Case:
        row = await session.get(CaseRow, case_id)
        if row is None:
            raise NoSuchCase
        key = self.key(row)
        materials = await self._materials(session, case_id, key)
        pages = await self._pages(session, case_id, key)
        reviews = await self._reviews(session, case_id, key)
        documents = await self._documents(session, case_id, key)
        history = [self._entry(entry) for entry in await self.chain(session, case_id, key)]
        # Asked behind the history: where the database keeps no snapshot, what the history tells of is still found.
        has = (await session.execute(_HAS, {"case_id": case_id})).one()
        return Case(
            file=self.record(row),
            materials=materials,
            pages=pages,
            reviews=reviews,
            documents=documents,
            history=history,
            joint=await joint_of(session, case_id, key) if has.joint else None,
            forms=await ended_forms(session, case_id, key) if has.forms else [],
            mandates=await mandates_of(session, case_id, key) if has.mandates else [],
            acting_forms=await acting_forms_of(session, case_id, key) if has.acting_forms else [],
            hand_on=await hand_on_of(session, case_id, key) if has.hand_on else None,
            supplements=await supplements_of(session, case_id, key) if has.supplements else [],
        )

    async def of_ticket(self, session: ReadSession, ticket_id: str) -> CaseRecord | None:
        """The case file of a ticket, if one was opened."""
        row = (await session.execute(_CASE_OF_TICKET, {"ticket_id": ticket_id})).one_or_none()
        return None if row is None else self.record(cast(CaseRow, row))

    async def of_person(
        self, session: ReadSession, staff_id: str, more: Collection[str], most: int
    ) -> list[CaseRecord]:
        """The case files that the person took or served, and `more`; newest first, `most` at most.

        Damaged ones are left out.
        """
        mine = or_(_cases.c.worker_id == staff_id, _cases.c.clerk_id == staff_id, _cases.c.id.in_(more))
        wanted = select(_cases).where(mine).order_by(_cases.c.opened_at.desc(), _cases.c.id.desc()).limit(most)
        return await readable(session, wanted, _cases.c.id, lambda row: self.record(CaseRow(**row)))

    async def case_of(
        self, session: ReadSession, kind: type[MaterialRow | PageRow | DocumentRow], id_: str
    ) -> str | None:
        """The case that the material, page or document belongs to."""
        return await session.scalar(select(kind.case_id).where(kind.id == id_))

    async def chain(self, session: ReadSession, case_id: str, key: CaseKey) -> list[ChainEntry]:
        """The event chain in order."""
        rows = await session.scalars(
            select(CaseEventRow).where(CaseEventRow.case_id == case_id).order_by(CaseEventRow.sequence)
        )
        return [_chain_entry(row, key) for row in rows]

    def record(self, row: CaseRow) -> CaseRecord:
        """The row with what is sealed in the clear."""
        return plain(row, CaseRecord, msgspec.convert(self.key(row).unseal(row.private, "private"), Private))

    def names(self, row: MaterialRow, key: CaseKey) -> dict[str, str]:
        """The material's names, as `MaterialRecord` has them."""
        zh, en = msgspec.convert(key.unseal(row.names, f"names {row.id}"), tuple[str, str])
        return {"name_zh": zh, "name_en": en}

    def titles(self, row: DocumentRow, key: CaseKey) -> dict[str, str]:
        """The document's titles, as `DocumentRecord` has them."""
        zh, en = msgspec.convert(key.unseal(row.titles, f"titles {row.id}"), tuple[str, str])
        return {"title_zh": zh, "title_en": en}

    def page(self, row: PageRow, key: CaseKey) -> PageRecord:
        """The page as a plain value."""
        return plain(row, PageRecord, {"findings": key.unseal(row.findings, f"findings {row.id}")})

    async def _materials(self, session: ReadSession, case_id: str, key: CaseKey) -> list[MaterialRecord]:
        rows = await session.scalars(
            select(MaterialRow).where(MaterialRow.case_id == case_id).order_by(MaterialRow.position)
        )
        return [
            plain(row, MaterialRecord, {"note": key.unseal(row.note, f"note {row.id}"), **self.names(row, key)})
            for row in rows
        ]

    async def _pages(self, session: ReadSession, case_id: str, key: CaseKey) -> list[PageRecord]:
        rows = await session.scalars(
            select(PageRow).where(PageRow.case_id == case_id).order_by(PageRow.number, PageRow.id)
        )
        return [self.page(row, key) for row in rows]

    async def _reviews(self, session: ReadSession, case_id: str, key: CaseKey) -> list[ReviewRecord]:
        rows = await session.scalars(
            select(ReviewRow).where(ReviewRow.case_id == case_id).order_by(ReviewRow.at, ReviewRow.id)
        )
        return [plain(row, ReviewRecord, {"note": key.unseal(row.note, f"note {row.id}")}) for row in rows]

    async def _documents(self, session: ReadSession, case_id: str, key: CaseKey) -> list[DocumentRecord]:
        rows = await session.scalars(
            select(DocumentRow).where(DocumentRow.case_id == case_id).order_by(DocumentRow.made_at, DocumentRow.id)
        )
        return [plain(row, DocumentRecord, {"signed_by": _signer(row, key), **self.titles(row, key)}) for row in rows]

    def _entry(self, entry: ChainEntry) -> EntryRecord:
        fields = msgspec.json.decode(entry.words or "{}", type=dict[str, str])
        return EntryRecord(
            at=datetime.fromisoformat(entry.at),
            who=fields.get("by", "…"),
            act=entry.act,
            details=fields,
            sentence=self.acts.sentence(entry.act, fields),
        )


def _signer(row: DocumentRow, key: CaseKey) -> object:
    return None if row.signed_by is None else key.unseal(row.signed_by, f"signer {row.id}")


def _chain_entry(row: CaseEventRow, key: CaseKey) -> ChainEntry:
    salt, words = msgspec.convert(key.unseal(row.words, f"event {row.sequence}"), tuple[str, str])
    return ChainEntry(
        sequence=row.sequence,
        at=row.at,
        who=row.who,
        act=row.act,
        words=words,
        salt=salt,
        commitment=row.commitment,
        hash=row.hash,
    )
