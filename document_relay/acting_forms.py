"""The forms of acting: the clerk suspends what is done under a mandate, has it go on, completes or terminates it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from directory.principal import Principal
from document_relay.access import may_serve
from document_relay.acting_records import ActingFormRecord, CaseFacts, Standing, standing_of
from document_relay.case_core import acting as acts
from document_relay.case_core import mandates as mandate_acts
from document_relay.case_core.acting import FORM_WORDS, MOST_OF_A_CASE, ActingForm
from document_relay.case_core.mandates import MandateState
from document_relay.case_files import who_acts
from document_relay.document_signing import Signing
from document_relay.documents import Archive, Documents, Made
from document_relay.errors import NoSuchPage
from document_relay.mandate_errors import ActingChanged, NotThePaper, ResumeDayWrong, TooManyActingForms
from document_relay.mandate_records import MandateRecord
from document_relay.mandates import give_up_paper, take_from_the_pad
from document_relay.records import Case, PageRecord
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.seal import Seal
from document_relay.store.acting_folder import ActingFolder, require_form
from document_relay.store.folder import Folder, Tools
from document_relay.store.tables import DocumentRow
from document_relay.typesetting.acting_papers import acting_paper, continuation_on_paper, continuation_to_sign
from document_relay.typesetting.paper import Field, Paper
from document_relay.typesetting.papers import Papers
from foundation.database import Database, WriteSession

_ACTS = {
    ActingForm.SUSPENSION: acts.SUSPENDED,
    ActingForm.CONTINUATION: acts.ACCEPTED,
    ActingForm.COMPLETION: acts.COMPLETED,
    ActingForm.TERMINATION: acts.TERMINATED,
}
# What is suspended can go on.
_ROOM = {ActingForm.SUSPENSION: 2, ActingForm.CONTINUATION: 1}


class _Read(msgspec.Struct, frozen=True):
    """A case as it was read for a form, and where its acting stood."""

    case: Case
    standing: Standing
    mandate: MandateRecord


class ActingForms:
    """Makes the forms of acting."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        signing: tuple[Documents, Archive, Signing],
        means: tuple[Papers, SigningAuthority],
    ) -> None:
        self._database = database
        self._tools = tools
        self._documents, self._archive, self._signing = signing
        self._papers, self._authority = means

    def standing(self, case: Case) -> Standing:
        """Where the acting of a case stands."""
        file = case.file
        facts = CaseFacts(file.acting, file.state, file.outcome)
        return standing_of(facts, case.mandates, case.acting_forms, self._tools.clock.now())

    async def suspend(self, principal: Principal, case_id: str, reason: str, days: tuple[str, date]) -> str:
        """Suspends the acting until it goes on by the first of `days`; the second is today. The document's id.

        Until it goes on nothing is signed, received or approved under the mandate. Raises `ResumeDayWrong`,
        `TooManyActingForms`, `NotThisFormNow`, `ActingChanged`, `CharactersNotPrintable`, `NoSuchCase`, `NotYourCase`,
        `WrongCaseState`; `DiskFull` when nothing at all is left.
        """
        read = await self._read(principal, case_id, ActingForm.SUSPENSION)
        until = _day_to_resume(days, read.mandate)
        form = msgspec.structs.replace(self._form(principal, read, ActingForm.SUSPENSION, reason), until=until)
        return await self._sealed(principal, read, form, acting_paper(self._papers, read.case, _of(read), form))

    async def ask_to_continue(self, principal: Principal, case_id: str, reason: str) -> str:
        """Sets the mandate to continue and asks for the principal's signature; once sealed the acting goes on.

        One that was asked for before is signed no more. Raises as `suspend`, and `CaseFull`.
        """
        read = await self._read(principal, case_id, ActingForm.CONTINUATION)
        form = msgspec.structs.replace(self._form(principal, read, ActingForm.CONTINUATION, reason), done_at=None)
        made = await self._archive.set_paper(continuation_to_sign(self._papers, read.case, _of(read), form))
        forgotten: list[str] = []

        async def joined(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            forms = await self._joining(session, folder, principal, form)
            asked = forms.add(msgspec.structs.replace(form, document_id=row.id))
            await forms.log(who_acts(principal), acts.ASKED, asked, reason=form.reason)
            forgotten.extend(forms.mandates.forgotten)

        document_id = await self._documents.join(principal, read.case, _made(form, made.pdf, made.field), joined)
        await self._forget(read.case, forgotten)
        await self._signing.push(principal, document_id)
        return document_id

    async def accept_continuation(self, principal: Principal, case_id: str, page_id: str, reason: str) -> str:
        """Accepts the mandate to continue that a page of the case shows; the acting goes on.

        Raises `NotThePaper`, and as `suspend`.
        """
        read = await self._read(principal, case_id, ActingForm.CONTINUATION)
        page = _page(read.case, page_id)
        form = msgspec.structs.replace(self._form(principal, read, ActingForm.CONTINUATION, reason), page_id=page_id)
        paper = continuation_on_paper(self._papers, read.case, _of(read), form, page)
        return await self._sealed(principal, read, form, paper)

    async def complete(self, principal: Principal, case_id: str, handed_over: str) -> str:
        """Writes down of a decided case what was handed over to who acted; raises as `suspend`."""
        read = await self._read(principal, case_id, ActingForm.COMPLETION)
        form = self._form(principal, read, ActingForm.COMPLETION, handed_over)
        return await self._sealed(principal, read, form, acting_paper(self._papers, read.case, _of(read), form))

    async def terminate(self, principal: Principal, case_id: str, reason: str) -> str:
        """Ends the acting without a result, and with it the mandate, in this case alone; raises as `suspend`."""
        read = await self._read(principal, case_id, ActingForm.TERMINATION)
        form = self._form(principal, read, ActingForm.TERMINATION, reason)
        paper = acting_paper(self._papers, read.case, _of(read), form)
        return await self._sealed(principal, read, form, paper)

    async def _read(self, principal: Principal, case_id: str, form: ActingForm) -> _Read:
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, case_id)
        may_serve(principal, case.file)
        standing = self.standing(case)
        require_form(standing, form)
        _require_room(case.acting_forms, form)
        assert standing.mandate is not None
        return _Read(case, standing, standing.mandate)

    def _form(self, principal: Principal, read: _Read, form: ActingForm, reason: str) -> ActingFormRecord:
        """The form before it joins its case, without its document; raises `CharactersNotPrintable`."""
        self._tools.fonts.require(reason)
        now = self._tools.clock.now()
        return ActingFormRecord(
            id=self._tools.identifiers.new(),
            case_id=read.case.file.id,
            mandate_id=read.mandate.id,
            number=_number(read.case.file.number, read.case.acting_forms),
            form=form,
            reason=reason,
            until=None,
            document_id="",
            page_id=None,
            made_by=principal.name,
            made_at=now,
            done_at=now,
        )

    async def _sealed(self, principal: Principal, read: _Read, form: ActingFormRecord, paper: Paper) -> str:
        pdf = (await self._archive.set_paper(paper)).pdf
        file = read.case.file
        who = f"{read.mandate.actor_name} 代 {read.mandate.principal_name}"
        words = f"案卷 {file.number} {FORM_WORDS[form.form][0]} {form.number}：{who}"
        seal = Seal(name=principal.name, reason=words, location=file.site_zh, at=form.made_at)
        sealed = await self._archive.sealed(self._authority, pdf, seal)
        forgotten: list[str] = []

        async def joined(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            forms = await self._joining(session, folder, principal, form)
            if form.form is ActingForm.TERMINATION:
                await self._end_mandate(forms, principal, form)
            added = forms.add(msgspec.structs.replace(form, document_id=row.id))
            said = {"reason": form.reason, "sha256": row.sha256}
            if form.until:
                said["until"] = form.until
            await forms.log(who_acts(principal), _ACTS[form.form], added, **said)
            forgotten.extend(forms.mandates.forgotten)

        made = _made(form, sealed, None)
        document_id = await self._documents.join_sealed(file, made, form.made_at, joined)
        await self._forget(read.case, forgotten)
        return document_id

    async def _joining(
        self, session: WriteSession, folder: Folder, principal: Principal, form: ActingFormRecord
    ) -> ActingFolder:
        """The forms of the case, which is locked now: what was read must be so still."""
        may_serve(principal, folder.record())
        forms = await ActingFolder.of(session, folder)
        standing = forms.standing(self._tools.clock.now())
        require_form(standing, form.form)
        _require_room(forms.rows, form.form)
        assert standing.mandate is not None
        if standing.mandate.id != form.mandate_id or form.number != _number(forms.case.row.number, forms.rows):
            raise ActingChanged
        waiting = forms.waiting()
        if waiting is not None:
            # One that is signed and not sealed yet keeps no acting from its end: nothing goes on by it then.
            ends = form.form in (ActingForm.COMPLETION, ActingForm.TERMINATION)
            await (take_from_the_pad if ends else give_up_paper)(
                forms.mandates, waiting.document_id, who_acts(principal)
            )
        return forms

    async def _end_mandate(self, forms: ActingFolder, principal: Principal, form: ActingFormRecord) -> None:
        """Revokes the mandate of this case where it is in force: nothing more is done under it here."""
        row = forms.mandates.one(form.mandate_id)
        if row.state != MandateState.IN_FORCE:
            return
        forms.mandates.move(row, MandateState.REVOKED)
        row.ended_at = form.made_at
        forms.mandates.change_words(row, ended_by=principal.name, reason=form.reason)
        await forms.mandates.log(who_acts(principal), mandate_acts.REVOKED, row, reason=form.reason)

    async def _forget(self, case: Case, names: list[str]) -> None:
        for name in names:
            await self._archive.forget(case.file, name)


def _number(case_number: str, former: Sequence[object]) -> str:
    return f"{case_number}-D{len(former) + 1}"


def _of(read: _Read) -> tuple[Standing, MandateRecord]:
    return read.standing, read.mandate


def _made(form: ActingFormRecord, pdf: bytes, field: Field | None) -> Made:
    zh, en = FORM_WORDS[form.form]
    titles = {"title_zh": f"{zh} {form.number}", "title_en": f"{en} {form.number}"}
    return Made(kind=form.form.value, pdf=pdf, field=field, **titles)


def _page(case: Case, page_id: str) -> PageRecord:
    """The page that shows a form on paper; raises `NotThePaper`."""
    try:
        page = case.page(page_id)
    except NoSuchPage as missing:
        raise NotThePaper from missing
    if page.replaced:
        raise NotThePaper
    return page


def _day_to_resume(days: tuple[str, date], mandate: MandateRecord) -> str:
    """The day by which a suspended acting goes on; raises `ResumeDayWrong`."""
    text, today = days
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise ResumeDayWrong(path="until", until=mandate.until) from wrong
    if not today <= day <= date.fromisoformat(mandate.until):
        raise ResumeDayWrong(path="until", until=mandate.until)
    return day.isoformat()


def _require_room(former: Sequence[object], form: ActingForm) -> None:
    """Raises `TooManyActingForms`; how an acting ended is written down in any case."""
    if len(former) + _ROOM.get(form, 0) > MOST_OF_A_CASE:
        raise TooManyActingForms(most=MOST_OF_A_CASE)
