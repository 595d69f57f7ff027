"""The forms of acting of a case open for change inside a write transaction, and their entries in its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from document_relay.acting_records import ActingFormRecord, CaseFacts, Standing, standing_of
from document_relay.case_core.acting import FORM_WORDS, STATE_WORDS, ActingForm
from document_relay.case_core.kept import FIELD, kept
from document_relay.events import MandateChanged
from document_relay.mandate_errors import NotThisFormNow
from document_relay.store.acting import ActingWords, acting_form_record, acting_rows, waiting_of
from document_relay.store.acting_tables import ActingFormRow
from document_relay.store.folder import Folder
from document_relay.store.mandate_folder import MandateFolder
from foundation.database import WriteSession
from foundation.errors import Words


class ActingFolder:
    """The forms of a case, which is locked."""

    def __init__(self, session: WriteSession, mandates: MandateFolder, rows: Sequence[ActingFormRow]) -> None:
        self._session = session
        self.mandates = mandates
        self.case = mandates.case
        self.rows = list(rows)

    @classmethod
    async def of(cls, session: WriteSession, folder: Folder) -> ActingFolder:
        """Those of a case that is locked already."""
        rows = await acting_rows(session, folder.row.id)
        return cls(session, await MandateFolder.of(session, folder), rows)

    def standing(self, now: datetime) -> Standing:
        """Where the acting stands."""
        row = self.case.row
        mandates = [self.mandates.record(one) for one in self.mandates.rows]
        forms = [self.record(one) for one in self.rows]
        return standing_of(CaseFacts(row.acting, row.state, row.outcome), mandates, forms, now)

    def waiting(self) -> ActingFormRow | None:
        """The form whose signature is waited for."""
        return waiting_of(self.rows)

    def add(self, form: ActingFormRecord) -> ActingFormRow:
        """Adds a form."""
        words = ActingWords(reason=form.reason, made_by=form.made_by)
        row = ActingFormRow(
            id=form.id,
            case_id=form.case_id,
            mandate_id=form.mandate_id,
            position=len(self.rows) + 1,
            number=form.number,
            form=form.form.value,
            words=self.case.key.seal(words, f"acting form {form.id}"),
            until=form.until,
            document_id=form.document_id,
            page_id=form.page_id,
            made_at=form.made_at,
            done_at=form.done_at,
        )
        self._session.add(row)
        self.rows.append(row)
        return row

    def record(self, row: ActingFormRow) -> ActingFormRecord:
        """The form as a plain value."""
        return acting_form_record(row, self.case.key)

    async def log(self, who: tuple[str, str], act: str, row: ActingFormRow, **details: str) -> None:
        """Adds the entry to the case's chain, with the hash of the form as it is now."""
        said = {FIELD: kept([self.record(row)]), "number": row.number}
        await self.case.log(who, act, MandateChanged(case_id=self.case.row.id, act=act), **said, **details)


def require_form(standing: Standing, form: ActingForm) -> None:
    """Raises `NotThisFormNow` unless the form may follow."""
    if not standing.allows(form):
        raise NotThisFormNow(form=Words(*FORM_WORDS[form]), state=Words(*STATE_WORDS[standing.state]))
