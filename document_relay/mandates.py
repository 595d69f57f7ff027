"""Mandates 委托书: drafted, in force, revoked, and used again in a later case of the same item and principal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import NamedTuple

from directory.principal import Permission, Principal, permits
from document_relay.access import may_deliver, may_serve, may_show
from document_relay.case_core import mandates as acts
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.mandates import MandateState
from document_relay.case_files import SYSTEM, who_acts
from document_relay.errors import CaseDestroyed, NoSuchCase, NotYourCase, WrongCaseState
from document_relay.events import MandateChanged, SignatureDeclined
from document_relay.mandate_errors import MandateStands, NoSuchMandate, TooManyMandates
from document_relay.mandate_maker import MandateMaker
from document_relay.mandate_records import Draft, MandateRecord
from document_relay.records import Case, CaseRecord
from document_relay.store import mandates as store
from document_relay.store.folder import Folder, Tools
from document_relay.store.keyring import CaseBlobs
from document_relay.store.mandate_folder import MandateFolder
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.tables import DocumentRow
from foundation.database import Database, ReadSession, WriteSession, take_turn, tell_damaged, told_if_damaged

MOST_OF_A_CASE = 10


class Former(NamedTuple):
    """A mandate that was made in an earlier case of the same item and principal, for the same person, and holds."""

    mandate: MandateRecord
    case_number: str


class Mandates:
    """Drafts mandates and ends them."""

    def __init__(self, database: Database, tools: Tools, maker: MandateMaker, blobs: CaseBlobs) -> None:
        self._database = database
        self._tools = tools
        self._maker = maker
        self._blobs = blobs

    async def draft(self, principal: Principal, case_id: str, draft: Draft) -> str:
        """Drafts one in an open case, at its point or by its clerk, and returns its id.

        Raises `MandateStands`, `TooManyMandates`, `CharactersNotPrintable`, `NoSuchCase`, `NotYourCase`,
        `WrongCaseState`.
        """
        self._tools.fonts.require(draft.principal_name)
        self._tools.fonts.require(draft.actor_name)
        async with self._opened(case_id) as folder:
            may_deliver(principal, folder.case.record())
            folder.case.require_open()
            standing = folder.standing()
            if standing is not None and self._tools.clock.now() < standing.ends_at:
                raise MandateStands(number=standing.number)
            if len(folder.rows) >= MOST_OF_A_CASE:
                raise TooManyMandates(most=MOST_OF_A_CASE)
            if standing is not None:
                await self._expire(folder, standing)
            return (await self._maker.draft(folder, who_acts(principal), draft)).id

    async def refuse(self, principal: Principal, mandate_id: str, reason: str) -> None:
        """Does not take a drafted one: its case's point or clerk says so, and why.

        Raises `NoSuchMandate`, `NotYourCase`, `WrongCaseState`.
        """
        case_id, _ = await self._place(mandate_id)
        async with self._opened(case_id) as folder:
            may_deliver(principal, folder.case.record())
            await self._refuse(folder, folder.one(mandate_id), who_acts(principal), reason)

    async def revoke(self, principal: Principal, mandate_id: str, reason: str) -> None:
        """Ends one in force at once, in every case in which it is used, however far these are.

        At its point, by its link, by its clerk on the principal's word, or by a supervisor of its place. What was done
        under it stays. A case that is damaged or destroyed keeps no other from it. Raises `NoSuchMandate`,
        `NotYourCase`, `WrongCaseState`.
        """
        case_id, root_id = await self._place(mandate_id)
        opened: list[MandateFolder] = []
        async with self._database.write() as session:
            # Before the cases are locked: so does who is about to use it in another case, and is not overlooked.
            await take_turn(session, f"mandate {root_id}")
            own = await self._tools.reader.file(session, case_id)
            may_end(principal, own)
            for one in sorted({case_id, *await store.cases_under(session, root_id)}):
                try:
                    folder = await MandateFolder.open(self._tools, session, one)
                except (CaseDestroyed, NoSuchCase):
                    # Nothing is done in it any more.
                    if one == case_id:
                        raise
                    continue
                opened.append(folder)
                asked = [folder.one(mandate_id)] if one == case_id else []
                for row in {row.id: row for row in (*asked, *folder.under(root_id))}.values():
                    await self._revoke(session, folder, row, (principal, reason))
        await self._forget(opened)

    async def _revoke(
        self, session: WriteSession, folder: MandateFolder, row: MandateRow, said: tuple[Principal, str]
    ) -> None:
        """Ends one of those that are revoked together; where its words do not open, without them."""
        principal, reason = said
        folder.move(row, MandateState.REVOKED)
        row.ended_at = self._tools.clock.now()
        opens = False
        with _told_if_damaged(session, row):
            folder.record(row)
            opens = True
        if opens:
            await take_from_the_pad(folder, await folder.continuation(), who_acts(principal))
            self._end(folder, row, principal.name, reason)
            await folder.log(who_acts(principal), acts.REVOKED, row, reason=reason)

    async def act_in_person(self, principal: Principal, case_id: str, reason: str) -> None:
        """Notes as the clerk that the applicant is there and acts in person; a draft falls away.

        Raises `MandateStands` while one is in force, which is to be revoked first; `NoSuchCase`, `NotYourCase`,
        `WrongCaseState`.
        """
        async with self._opened(case_id) as folder:
            may_serve(principal, folder.case.record())
            folder.case.require_open()
            standing = folder.standing()
            if standing is not None and standing.state == MandateState.DRAFTED:
                await self._refuse(folder, standing, who_acts(principal), reason)
            elif standing is not None and self._tools.clock.now() < standing.ends_at:
                raise MandateStands(number=standing.number)
            elif standing is not None:
                await self._expire(folder, standing)
            folder.case.row.acting = False
            event = MandateChanged(case_id=case_id, act=acts.IN_PERSON)
            await folder.case.log(who_acts(principal), acts.IN_PERSON, event, reason=reason)

    async def expire(self) -> int:
        """Notes of those whose day is over that they have ended; how many.

        One that cannot be read is told as damaged, and the others end all the same.
        """
        now, ended, last = self._tools.clock.now(), 0, ""
        while True:
            async with self._database.read() as session:
                found = await store.ended_by(session, now, last)
            for mandate_id in found:
                with told_if_damaged(self._database.damaged, MandateRow.__tablename__, mandate_id):
                    ended += await self._expire_one(mandate_id, now)
            if len(found) < store.ENDED_AT_MOST:
                return ended
            last = found[-1]

    async def _expire_one(self, mandate_id: str, now: datetime) -> bool:
        case_id, _ = await self._place(mandate_id)
        async with self._opened(case_id) as folder:
            row = folder.one(mandate_id)
            # Asked again now that it is locked: a draft may have been confirmed meanwhile, to a later day.
            over = row.state in acts.STANDING and row.ends_at <= now
            if over:
                await self._expire(folder, row)
        return over

    async def former(self, case: Case, mandate: MandateRecord) -> list[Former]:
        """Those made earlier that may be used for this draft, the newest first."""
        async with self._database.read() as session:
            return await self.former_of(session, case.file.id, mandate)

    async def former_of(self, session: ReadSession, case_id: str, mandate: MandateRecord) -> list[Former]:
        """As `former`, of another transaction."""
        rows = await store.rows_of(session, case_id)
        hashed = next(row.principal_hash for row in rows if row.id == mandate.id)
        found = []
        for row, case in await store.in_force_for(session, hashed, self._tools.clock.now()):
            with _told_if_damaged(session, row):
                record = store.mandate_record(row, self._tools.reader.key(case))
                same = (record.actor_name, record.relation) == (mandate.actor_name, mandate.relation)
                if same and case.id != case_id:
                    found.append(Former(record, case.number))
        return found

    async def place(self, mandate_id: str) -> str:
        """The case of a mandate; raises `NoSuchMandate`."""
        return (await self._place(mandate_id))[0]

    @asynccontextmanager
    async def _opened(self, case_id: str) -> AsyncIterator[MandateFolder]:
        """The mandates of a case, locked; what its folder has forgotten is removed once this is committed."""
        async with self._database.write() as session:
            folder = await MandateFolder.open(self._tools, session, case_id)
            yield folder
        await self._forget([folder])

    async def _forget(self, folders: Iterable[MandateFolder]) -> None:
        """Removes what the folders have forgotten."""
        for folder in folders:
            for name in folder.forgotten:
                await self._blobs.delete(folder.case.row.id, name)

    async def _place(self, mandate_id: str) -> tuple[str, str]:
        async with self._database.read() as session:
            found = await store.place_of(session, mandate_id)
        if found is None:
            raise NoSuchMandate
        return found

    async def _refuse(self, folder: MandateFolder, row: MandateRow, who: tuple[str, str], reason: str) -> None:
        folder.move(row, MandateState.REFUSED)
        folder.name_former_applicant(row)
        await take_from_the_pad(folder, row.document_id, who)
        self._end(folder, row, who[1], reason)
        await folder.log(who, acts.REFUSED, row, reason=reason)

    async def _expire(self, folder: MandateFolder, row: MandateRow) -> None:
        if row.state == MandateState.DRAFTED:
            folder.name_former_applicant(row)
        folder.move(row, MandateState.EXPIRED)
        for document_id in (row.document_id, await folder.continuation()):
            await take_from_the_pad(folder, document_id, SYSTEM)
        self._end(folder, row, SYSTEM[1], "")
        await folder.log(SYSTEM, acts.EXPIRED, row)

    def _end(self, folder: MandateFolder, row: MandateRow, by: str, reason: str) -> None:
        row.ended_at = self._tools.clock.now()
        folder.change_words(row, ended_by=by, reason=reason)


async def give_up_paper(folder: MandateFolder, document_id: str | None, who: tuple[str, str]) -> None:
    """Takes a paper that was to be signed from the pad; raises `WrongCaseState` when it was signed meanwhile."""
    if document_id is not None:
        document = await folder.case.one(DocumentRow, document_id)
        if document.state == DocumentState.SIGNED:
            raise WrongCaseState(former=document.state, wanted=MandateState.IN_FORCE)
    await take_from_the_pad(folder, document_id, who)


async def take_from_the_pad(folder: MandateFolder, document_id: str | None, who: tuple[str, str]) -> None:
    """The paper is signed no more: the point shows it no longer, and a mark on it is forgotten."""
    if document_id is None:
        return
    document = await folder.case.one(DocumentRow, document_id)
    if document.state == DocumentState.MARKED:
        await folder.forget_mark(document, who)
    if document.state in (DocumentState.REQUESTED, DocumentState.SHOWN):
        folder.case.move_document(document, DocumentState.DECLINED)
        event = SignatureDeclined(case_id=folder.case.row.id, document_id=document.id)
        await folder.case.log(who, "signature_declined", event, title=folder.case.title_of(document))


def _told_if_damaged(session: ReadSession, row: MandateRow) -> AbstractContextManager[None]:
    return told_if_damaged(partial(tell_damaged, session), MandateRow.__tablename__, row.id)


def begin(folder: MandateFolder, row: MandateRow, way: str, now: datetime) -> None:
    """Brings a draft into force; raises `WrongCaseState`."""
    folder.move(row, MandateState.IN_FORCE)
    row.way, row.begun_at = way, now


def may_end(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless it is the case's point, visitor or clerk, or a supervisor of its place."""
    if permits(principal, Permission.WATCH_QUEUE, case.site_path):
        return
    try:
        may_show(principal, case)
    except NotYourCase:
        may_serve(principal, case)


async def require_drafted(session: WriteSession, folder: Folder, document_id: str) -> None:
    """Raises `WrongCaseState` unless the mandate of this document waits for its signature."""
    row = _of_document(await MandateFolder.of(session, folder), document_id)
    # A paper that is no mandate's was given up for another one.
    state = MandateState.REFUSED if row is None else row.state
    if state != MandateState.DRAFTED:
        raise WrongCaseState(former=state, wanted=MandateState.IN_FORCE)


async def signed_in_call(
    session: WriteSession, folder: Folder, document: tuple[str, str], who: tuple[str, str], now: datetime
) -> None:
    """Brings the mandate into force whose document, named by id and hash, was just sealed."""
    document_id, sha256 = document
    mandates = await MandateFolder.of(session, folder)
    row = _of_document(mandates, document_id)
    if row is None or row.state != MandateState.DRAFTED:
        # It was refused while the seal was made: the paper stays, and nothing is done under it.
        return
    begin(mandates, row, "signed", now)
    await mandates.log(who, acts.SIGNED, row, sha256=sha256)


def _of_document(mandates: MandateFolder, document_id: str) -> MandateRow | None:
    return next((one for one in mandates.rows if one.document_id == document_id), None)
