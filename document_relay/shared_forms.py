"""Application forms that the applicant's side and the clerk fill in together, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from directory.form_definitions import FormDefinition, LaidField, applicant_field
from directory.forms import RULES
from directory.principal import Principal
from document_relay.access import may_show, may_work
from document_relay.case_core import form_acts as acts
from document_relay.case_core.form_life import Entered, FormState, Side, written
from document_relay.case_files import who_acts
from document_relay.documents import Archive, Documents, Made
from document_relay.errors import NotYourCase
from document_relay.form_checking import writable, wrong_fields
from document_relay.form_errors import (
    FieldMasked,
    FormChanged,
    FormFull,
    FormIncomplete,
    FormNameDiffers,
    FormOver,
    FormValueInvalid,
    ItemWithoutForm,
    TooManyForms,
)
from document_relay.form_records import FormRecord
from document_relay.records import CaseRecord
from document_relay.store.folder import Folder, Tools
from document_relay.store.form_reading import FormPrivate, case_of_form, count_forms, newest_form
from document_relay.store.form_tables import FormRow
from document_relay.store.forms import KnownChange, OpenForm
from document_relay.store.tables import DocumentRow
from document_relay.typesetting.papers import Papers
from foundation.database import Database, WriteSession

MOST_CHANGES = 5_000
MOST_FORMS = 10
"""Of a case, whatever became of them."""


class FieldChange(NamedTuple):
    """A new value of a field; the page gives each change an identifier of its own, and sends it again with the same."""

    change_id: str
    field_id: str
    value: str
    unseen: bool = False
    """Whether who changes it has not asked to see what is hidden there from the clerk."""


class Stored(NamedTuple):
    """A change that is stored, with its value as it is kept; `side` is None for one that was stored before."""

    sequence: int
    value: str
    side: Side | None


def side_of(principal: Principal, case: CaseRecord) -> Side:
    """On which side of the case somebody writes; raises `NotYourCase`, `WrongCaseState` for the clerk."""
    if case.clerk_id == principal.person_id:
        may_work(principal, case)
        return "clerk"
    may_show(principal, case)
    return "applicant"


class SharedForms:
    """The forms of cases: one at most is being filled in."""

    def __init__(
        self, database: Database, tools: Tools, documents: Documents, archive: Archive, papers: Papers
    ) -> None:
        self._database = database
        self._tools = tools
        self._documents = documents
        self._archive = archive
        self._papers = papers

    async def newest(self, case: CaseRecord) -> FormRecord | None:
        """The form of the case that was opened last."""
        async with self._database.read() as session:
            return await newest_form(session, case.id, self._tools.reader.key_of(case))

    async def case_of(self, form_id: str) -> CaseRecord:
        """The case of a form; raises `NoSuchForm`."""
        async with self._database.read() as session:
            return await self._tools.reader.file(session, await case_of_form(session, form_id))

    async def open(
        self, principal: Principal, case_id: str, definition: FormDefinition, known: Mapping[str, str]
    ) -> str:
        """Opens the form of a case, or goes on with it, and returns its id.

        `known` is what the case knows by field; what somebody wrote into the form before comes first, under their name,
        and what they emptied stays empty. Raises `NoSuchCase`, `CaseDestroyed`, `NotYourCase`, `WrongCaseState`,
        `TooManyForms`.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            side_of(principal, folder.record())
            folder.require_open()
            form = await OpenForm.draft(session, folder)
            if form is not None:
                await self._follow(principal, form, definition)
                return form.row.id
            if await count_forms(session, case_id) >= MOST_FORMS:
                raise TooManyForms(most=MOST_FORMS)
            former = await newest_form(session, case_id, folder.key)
            entered = self._known(definition, known) | (_carried(former, known) if former else {})
            form = self._begin(session, folder, principal, (definition, list(entered.values())))
            await form.log(who_acts(principal), acts.OPENED)
            return form.row.id

    async def change(
        self, principal: Principal, form_id: str, definition: FormDefinition | None, change: FieldChange
    ) -> Stored:
        """Puts a value into a field; `definition` is what the catalogue asks for now.

        A change of theirs that was carried out already keeps its sequence and alters nothing, whatever became of the
        form and the case since. Raises `NoSuchForm`, `FormOver`, `NotYourCase`, `WrongCaseState`, `FormValueInvalid`,
        `FieldMasked`, `CharactersNotPrintable`, `FormFull`, `ItemWithoutForm`.
        """
        self._tools.fonts.require(change.value)
        async with self._database.write() as session:
            form = await OpenForm.locked(self._tools, session, form_id)
            if (known := await form.known(change.change_id)) is not None:
                return _stored_before(known, principal)
            form.require_draft()
            side = side_of(principal, form.case.record())
            form.case.require_open()
            if definition is None:
                raise ItemWithoutForm
            former = form.record().definition.fields().get(change.field_id)
            await self._follow(principal, form, definition)
            try:
                value = _kept(definition.fields().get(change.field_id), change, former)
                return self._enter(principal, form, side, change._replace(value=value))
            except (FormValueInvalid, FormFull, FieldMasked) as refusal:
                # What the form asks for now is kept all the same: the page sees why.
                refused = refusal
        raise refused

    def _enter(self, principal: Principal, form: OpenForm, side: Side, change: FieldChange) -> Stored:
        record = form.record()
        if record.sequence >= MOST_CHANGES:
            raise FormFull(most=MOST_CHANGES)
        entered = Entered(
            field_id=change.field_id,
            value=change.value,
            sequence=record.sequence + 1,
            side=side,
            by_id=principal.person_id,
            by_name=principal.name,
            at=self._tools.clock.now().isoformat(),
        )
        former = {one.field_id: one for one in record.entered}
        if change.unseen and side == "clerk":
            _require_seen(record.definition.fields()[change.field_id], former.get(change.field_id), principal)
        form.enter(change.change_id, entered, list(written(former, entered).values()))
        return Stored(entered.sequence, change.value, side)

    async def see(self, principal: Principal, form_id: str, field_id: str) -> None:
        """Notes that the clerk looks at a hidden field; raises `FormValueInvalid`, and as `change`."""
        async with self._database.write() as session:
            form = await OpenForm.open(self._tools, session, form_id)
            if side_of(principal, form.case.record()) != "clerk":
                raise NotYourCase
            field = form.record().definition.fields().get(field_id)
            if field is None:
                raise FormValueInvalid(field_zh=field_id, field_en=field_id)
            await form.log(who_acts(principal), acts.SEEN, field=field.name_zh)

    async def discard(self, principal: Principal, form_id: str) -> None:
        """Discards an unfinished form as the clerk; raises as `change`."""
        async with self._database.write() as session:
            form = await OpenForm.open(self._tools, session, form_id)
            may_work(principal, form.case.record())
            form.end(FormState.DISCARDED, principal.name, self._tools.clock.now())
            await form.log(who_acts(principal), acts.DISCARDED)

    async def follow(self, principal: Principal, form_id: str, definition: FormDefinition) -> bool:
        """Has the form ask for what the catalogue asks for now, as the clerk; whether that is new.

        Raises as `change`.
        """
        async with self._database.write() as session:
            form = await OpenForm.open(self._tools, session, form_id)
            may_work(principal, form.case.record())
            return await self._follow(principal, form, definition)

    async def finish(self, principal: Principal, form_id: str) -> str:
        """Sets the form as a document to be signed, as the clerk, and returns the document's id.

        Raises `FormIncomplete`, `FormNameDiffers`, `FormChanged`, `CaseFull`, `DiskFull`, imaging's refusals, and as
        `change`.
        """
        file = await self.case_of(form_id)
        case = await self._documents.made_for(principal, file.id, 0)
        form = await self.newest(file)
        if form is None or form.id != form_id or form.state is not FormState.DRAFT:
            raise FormOver
        _require_complete(form)
        _require_name(form, file)
        paper = await self._archive.set_paper(self._papers.shared_form(case, form, self._tools.clock.now()))
        title = {"title_zh": f"{file.item_zh}申请表", "title_en": f"Application form: {file.item_en}"}
        made = Made(kind="form", pdf=paper.pdf, field=paper.field, **title)

        async def finished(session: WriteSession, _folder: Folder, row: DocumentRow) -> None:
            now = await OpenForm.open(self._tools, session, form_id)
            stands = now.record()
            same = (stands.sequence, stands.definition.version) == (form.sequence, form.definition.version)
            if not same or _named(now.case.record()) != _named(case.file):
                raise FormChanged
            now.end(FormState.FINISHED, principal.name, self._tools.clock.now())
            now.row.document_id = row.id
            await now.log(who_acts(principal), acts.FINISHED, sha256=row.sha256)

        return await self._documents.join(principal, case, made, finished)

    async def _follow(self, principal: Principal, form: OpenForm, definition: FormDefinition) -> bool:
        """Has the form ask for what the catalogue asks for now; what was entered is kept. Whether that is new."""
        former = form.record().definition
        if former.version == definition.version:
            return False
        new = definition.fields().keys() - former.fields().keys()
        # What an earlier change has brought stays marked: nobody has been told of it twice.
        added = [one for one in definition.fields() if one in new or one in form.row.added]
        form.row.definition, form.row.added = msgspec.to_builtins(definition), added
        await form.log(who_acts(principal), acts.ANOTHER, count=str(len(new)))
        return True

    def _begin(
        self, session: WriteSession, folder: Folder, principal: Principal, form: tuple[FormDefinition, list[Entered]]
    ) -> OpenForm:
        definition, entered = form
        row = FormRow(
            id=self._tools.identifiers.new(),
            case_id=folder.row.id,
            state=FormState.DRAFT,
            definition=msgspec.to_builtins(definition),
            sequence=0,
            added=[],
            opened_at=self._tools.clock.now(),
            ended_at=None,
            document_id=None,
        )
        return OpenForm.begin(session, folder, row, FormPrivate(entered=entered, opened_by=principal.name))

    def _known(self, definition: FormDefinition, known: Mapping[str, str]) -> dict[str, Entered]:
        at = self._tools.clock.now().isoformat()
        return {
            field_id: Entered(field_id=field_id, value=value, sequence=0, side="case", by_id="", by_name="", at=at)
            for field_id, value in known.items()
            if field_id in definition.fields()
        }


def _carried(former: FormRecord, known: Mapping[str, str]) -> dict[str, Entered]:
    """What goes on from the form before; what the case knew then gives way to what it knows now."""
    return {
        one.field_id: msgspec.structs.replace(one, sequence=0)
        for one in former.entered
        if one.side != "case" or one.field_id not in known
    }


def _stored_before(known: KnownChange, principal: Principal) -> Stored:
    if known.by_id != principal.person_id:
        raise NotYourCase
    return Stored(known.sequence, known.value, None)


def _kept(field: LaidField | None, change: FieldChange, former: LaidField | None) -> str:
    if field is None:
        zh, en = (former.name_zh, former.name_en) if former else (change.field_id, change.field_id)
        raise FormValueInvalid(field_zh=zh, field_en=en)
    kept = writable(field, change.value, RULES[field.kind].longest)
    if kept is None:
        raise FormValueInvalid(field_zh=field.name_zh, field_en=field.name_en)
    return kept


def hidden(field: LaidField, entered: Entered, person_id: str) -> bool:
    """Whether a value is hidden from a person who is not of the applicant's side and has not asked to see it."""
    return field.personal and bool(entered.value) and entered.by_id != person_id


def _require_seen(field: LaidField, entered: Entered | None, principal: Principal) -> None:
    if entered is not None and hidden(field, entered, principal.person_id):
        raise FieldMasked(field_zh=field.name_zh, field_en=field.name_en)


def _require_complete(form: FormRecord) -> None:
    fields = form.definition.fields()
    if wrong := wrong_fields(form.definition, form.values()):
        zh, en = "、".join(fields[one].name_zh for one in wrong), ", ".join(fields[one].name_en for one in wrong)
        raise FormIncomplete(fields_zh=zh, fields_en=en)


def _require_name(form: FormRecord, case: CaseRecord) -> None:
    # A name without a mandate may be written rightly in the form alone; with one it says for whom somebody signs.
    if case.acting and form.values().get(applicant_field(case.item_id)) != case.applicant_name:
        raise FormNameDiffers(name=case.applicant_name)


def _named(case: CaseRecord) -> tuple[str, bool]:
    """For whom a paper of the case is, and whether somebody acts for them."""
    return case.applicant_name, case.acting
