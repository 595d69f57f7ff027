"""Rows of forms into plain values."""

from __future__ import annotations

from typing import cast

import msgspec
from sqlalchemy import Table, bindparam, func, select

from document_relay.case_core.form_life import Entered, FormState
from document_relay.form_errors import NoSuchForm
from document_relay.form_records import FormRecord
from document_relay.store.form_tables import FormRow
from document_relay.store.keyring import CaseKey
from document_relay.store.plain import plain
from foundation.database import ReadSession

_forms = cast(Table, FormRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
_NEWEST = (
    select(FormRow)
    .where(_forms.c.case_id == bindparam("case_id"))
    # The one that is being filled in comes first, whatever the clock says.
    .order_by(_forms.c.ended_at.is_not(None), _forms.c.opened_at.desc(), _forms.c.id.desc())
    .limit(1)
)
_ENDED = (
    select(FormRow)
    .where(_forms.c.case_id == bindparam("case_id"), _forms.c.state != FormState.DRAFT.value)
    .order_by(_forms.c.opened_at, _forms.c.id)
)
_COUNT = select(func.count()).select_from(_forms).where(_forms.c.case_id == bindparam("case_id"))


class FormPrivate(msgspec.Struct, kw_only=True):
    """What of a form's row is sealed."""

    entered: list[Entered]
    opened_by: str
    ended_by: str | None = None


def form_record(row: FormRow, key: CaseKey) -> FormRecord:
    """The row as a plain value; raises `SealBroken`."""
    return plain(row, FormRecord, form_private(row, key))


async def newest_form(session: ReadSession, case_id: str, key: CaseKey) -> FormRecord | None:
    """The form of the case that was opened last."""
    row = await session.scalar(_NEWEST, {"case_id": case_id})
    return None if row is None else form_record(row, key)


async def ended_forms(session: ReadSession, case_id: str, key: CaseKey) -> list[FormRecord]:
    """The forms of the case that are finished or discarded: what the case's history vouches for."""
    return [form_record(row, key) for row in await session.scalars(_ENDED, {"case_id": case_id})]


async def count_forms(session: ReadSession, case_id: str) -> int:
    """How many forms the case has had."""
    return await session.scalar(_COUNT, {"case_id": case_id}) or 0


async def case_of_form(session: ReadSession, form_id: str) -> str:
    """The case that the form belongs to; raises `NoSuchForm`."""
    case_id: str | None = await session.scalar(select(FormRow.case_id).where(FormRow.id == form_id))
    if case_id is None:
        raise NoSuchForm
    return case_id


def form_private(row: FormRow, key: CaseKey) -> FormPrivate:
    """What of the row is sealed; raises `SealBroken`."""
    return msgspec.convert(key.unseal(row.private, f"form {row.id}"), FormPrivate)
