"""Rows of the forms of acting into plain values."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from document_relay.acting_records import ActingFormRecord
from document_relay.store.acting_tables import ActingFormRow
from document_relay.store.keyring import CaseKey
from document_relay.store.plain import plain
from foundation.database import ReadSession

_BY_POSITION = ActingFormRow.position


class ActingWords(msgspec.Struct, frozen=True, kw_only=True):
    """What of a form's row is sealed."""

    reason: str
    made_by: str


def acting_form_record(row: ActingFormRow, key: CaseKey) -> ActingFormRecord:
    """The form as a plain value."""
    words = msgspec.convert(key.unseal(row.words, f"acting form {row.id}"), ActingWords)
    return plain(row, ActingFormRecord, words)


async def acting_rows(session: ReadSession, case_id: str) -> Sequence[ActingFormRow]:
    """The forms of a case, the oldest first."""
    wanted = select(ActingFormRow).where(ActingFormRow.case_id == case_id).order_by(_BY_POSITION)
    return list(await session.scalars(wanted))


def waiting_of(rows: Sequence[ActingFormRow]) -> ActingFormRow | None:
    """The form of a case whose signature is waited for; whatever came after it has taken its place."""
    last = rows[-1] if rows else None
    return last if last is not None and last.done_at is None else None


async def acting_forms_of(session: ReadSession, case_id: str, key: CaseKey) -> list[ActingFormRecord]:
    """The forms of a case as plain values; raises `SealBroken`."""
    return [acting_form_record(row, key) for row in await acting_rows(session, case_id)]
