"""A form open for change inside a write transaction, and its entries in the case's history."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Table, bindparam, select

from document_relay.case_core.form_life import FORM_TRANSITIONS, Entered, FormState
from document_relay.case_core.kept import FIELD, kept
from document_relay.events import FormEvent
from document_relay.form_errors import FormOver, NoSuchForm
from document_relay.form_records import FormRecord
from document_relay.store.folder import Folder, Tools, check_transition
from document_relay.store.form_reading import FormPrivate, case_of_form, form_private, form_record
from document_relay.store.form_tables import FormChangeRow, FormRow
from foundation.database import WriteSession

_forms = cast(Table, FormRow.__table__)
_changes = cast(Table, FormChangeRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
_DRAFT = select(FormRow).where(_forms.c.case_id == bindparam("case_id"), _forms.c.state == FormState.DRAFT.value)
_KNOWN = select(FormChangeRow).where(
    _changes.c.form_id == bindparam("form_id"), _changes.c.change_id == bindparam("change_id")
)


class KnownChange(NamedTuple):
    """A change that is stored: its number, its value as it was kept, and whose it is."""

    sequence: int
    value: str
    by_id: str


class OpenForm:
    """A form inside a write transaction, in which its case is locked."""

    def __init__(self, session: WriteSession, folder: Folder, row: FormRow) -> None:
        self._session = session
        self.case = folder
        self.row = row

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, form_id: str) -> OpenForm:
        """As `locked`; raises also `FormOver` unless it is a draft."""
        form = await cls.locked(tools, session, form_id)
        form.require_draft()
        return form

    @classmethod
    async def locked(cls, tools: Tools, session: WriteSession, form_id: str) -> OpenForm:
        """Locks the form's case, whatever the form's state is; raises `NoSuchForm`, `CaseDestroyed`."""
        folder = await Folder.open(tools, session, await case_of_form(session, form_id))
        row = await session.get(FormRow, form_id)
        if row is None:
            raise NoSuchForm
        return cls(session, folder, row)

    @classmethod
    async def draft(cls, session: WriteSession, folder: Folder) -> OpenForm | None:
        """The form of the case that is being filled in."""
        row = await session.scalar(_DRAFT, {"case_id": folder.row.id})
        return None if row is None else cls(session, folder, row)

    @classmethod
    def begin(cls, session: WriteSession, folder: Folder, row: FormRow, private: FormPrivate) -> OpenForm:
        """A new form."""
        form = cls(session, folder, row)
        form._seal(private)
        session.add(row)
        return form

    def require_draft(self) -> None:
        """Raises `FormOver` for one that has ended."""
        if self.row.state != FormState.DRAFT:
            raise FormOver

    def record(self) -> FormRecord:
        """The form as a plain value."""
        return form_record(self.row, self.case.key)

    async def known(self, change_id: str) -> KnownChange | None:
        """A change that was carried out before; None for a new one."""
        row = await self._session.scalar(_KNOWN, {"form_id": self.row.id, "change_id": change_id})
        if row is None:
            return None
        value = msgspec.convert(self.case.key.unseal(row.value, _sealed(self.row.id, row.sequence)), str)
        return KnownChange(row.sequence, value, row.by_id)

    def enter(self, change_id: str, change: Entered, entered: list[Entered]) -> None:
        """Keeps the change, and what stands in the fields after it."""
        self.row.sequence = change.sequence
        self._change(entered=entered)
        row = FormChangeRow(
            form_id=self.row.id,
            sequence=change.sequence,
            change_id=change_id,
            field_id=change.field_id,
            by_id=change.by_id,
            at=datetime.fromisoformat(change.at),
            value=self.case.key.seal(change.value, _sealed(self.row.id, change.sequence)),
        )
        self._session.add(row)

    def end(self, wanted: FormState, by_name: str, at: datetime) -> None:
        """Ends the form; raises `WrongCaseState`."""
        check_transition(FORM_TRANSITIONS, FormState(self.row.state), wanted)
        self.row.state, self.row.ended_at = wanted, at
        self._change(ended_by=by_name)

    async def log(self, who: tuple[str, str], act: str, **details: str) -> None:
        """Adds the entry to the case's chain; of a form that has ended, with the hash of its record."""
        said = {} if self.row.state == FormState.DRAFT else {FIELD: kept([self.record()])}
        await self.case.log(who, act, FormEvent(case_id=self.row.case_id, act=act), **said, **details)

    def _change(self, **values: object) -> None:
        self._seal(msgspec.structs.replace(form_private(self.row, self.case.key), **values))

    def _seal(self, private: FormPrivate) -> None:
        self.row.private = self.case.key.seal(private, f"form {self.row.id}")


def _sealed(form_id: str, sequence: int) -> str:
    return f"form {form_id} change {sequence}"
