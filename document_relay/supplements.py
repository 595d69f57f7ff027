"""Supplements 补正: a clerk asks for what is missing until a deadline; it comes by a link or at the point."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from directory.principal import Permission, Principal, Sender, permits
from directory.senders import MOST_LINKS, MOST_TOLD, SenderLinks, sender_of
from document_relay.access import may_work
from document_relay.case_core import supplement_acts as acts
from document_relay.case_core.lives import CaseState
from document_relay.case_core.supplements import MOST_MISSING, SupplementState
from document_relay.case_files import SYSTEM, who_acts
from document_relay.errors import NoSuchMaterial, NotYourCase
from document_relay.events import ClerkAssigned
from document_relay.records import Case, CaseRecord
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on_reading import is_held, require_not_handed_on
from document_relay.store.joint_reading import require_none_stands
from document_relay.store.material_rows import material_row
from document_relay.store.supplement_reading import (
    Found,
    SupplementWords,
    case_of,
    clerks_beside,
    due,
    of_clerk,
    of_colleagues,
    of_worker,
    record,
    require_no_supplement,
    sealed_words,
    was_asked,
)
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.supplements import SupplementFolder
from document_relay.store.tables import MaterialRow
from document_relay.supplement_errors import (
    NotYourSupplement,
    SupplementEmpty,
    SupplementIncomplete,
)
from document_relay.supplement_gate import require_may_show, require_open
from document_relay.supplement_notices import Reach, SupplementNotices, Told
from document_relay.supplement_records import Missing, SupplementRecord
from foundation.database import Database, ReadSession, WriteSession, tell_damaged, told_if_damaged


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One paper that is missing: of the case, by id, or else a new one, by name; and what to do."""

    material_id: str | None
    name: str
    todo: str


class MadeLink(NamedTuple):
    """A supplement and the secret of a link to it, which is told once."""

    supplement_id: str
    secret: str


class Listed(NamedTuple):
    """A supplement and its case, for a list."""

    case: CaseRecord
    supplement: SupplementRecord


class Supplements:
    """Asks for what is missing, takes it, and ends what was not sent in time."""

    def __init__(self, database: Database, tools: Tools, links: SenderLinks, notices: SupplementNotices) -> None:
        self._database = database
        self._tools = tools
        self._links = links
        self._notices = notices

    async def ask(
        self, principal: Principal, case_id: str, wanted: Sequence[Wanted], due_on: date, reach: Reach
    ) -> MadeLink:
        """Parks the open case until `due_on` for what is missing, tells the applicant, and makes a link.

        Raises `SupplementEmpty`, `SupplementStands`, `JointAcceptanceStands`, `HandOnStands`, `NoSuchMaterial`,
        `NoSuchCase`, `CharactersNotPrintable`, `NotYourCase`, `WrongCaseState`.
        """
        if not 0 < len(wanted) <= MOST_MISSING:
            raise SupplementEmpty(path="missing", problem=str(len(wanted)))
        self._tools.fonts.require(*(one.name for one in wanted))
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_work(principal, folder.record())
            await require_none_stands(session, case_id)
            await require_no_supplement(session, case_id)
            await require_not_handed_on(session, case_id)
            missing = [await self._missing(folder, one) for one in wanted]
            row = self._row(folder, principal, missing, due_on)
            if reach.phone or reach.email:
                row.reach = folder.key.seal(reach, f"reach {row.id}")
            session.add(row)
            parked = SupplementFolder(session, folder, row)
            said = {"count": str(len(missing)), "due": row.due_on, "materials": await _names(parked)}
            await parked.log(who_acts(principal), acts.ASKED, **said)
            secret = await self._add_link(session, parked)
            await self._tell(session, parked, secret, again=False)
        return MadeLink(row.id, secret)

    async def link(self, principal: Principal, supplement_id: str) -> MadeLink:
        """One more link, for who sits with the applicant; those before stay good.

        Raises `NoSuchSupplement`, `SupplementNotOpen`, `SupplementTooLate`, `TooManySupplementLinks`, `NotYourCase`.
        """
        async with self._database.write() as session:
            parked = await SupplementFolder.open(self._tools, session, supplement_id)
            try:
                may_work(principal, parked.case.record())
            except NotYourCase:
                await require_may_show(session, principal, parked.case, self._tools.clock.now())
            require_open(parked.row, self._tools.clock.now())
            secret = await self._add_link(session, parked)
            await parked.log(who_acts(principal), acts.LINKED)
        return MadeLink(supplement_id, secret)

    async def answer(self, principal: Principal, supplement_id: str) -> None:
        """Says for the applicant that all was sent.

        Raises `SupplementIncomplete`, `NoSuchSupplement`, `SupplementNotOpen`, `SupplementTooLate`, `NotYourCase`.
        """
        async with self._database.write() as session:
            parked = await SupplementFolder.open(self._tools, session, supplement_id)
            if not isinstance(principal, Sender):
                await require_may_show(session, principal, parked.case, self._tools.clock.now())
            elif principal.asked_id != supplement_id:
                raise NotYourCase
            require_open(parked.row, self._tools.clock.now())
            if lacking := await parked.lacking():
                raise SupplementIncomplete(materials=_joined(parked.case, lacking))
            await self._answer(session, parked, who_acts(principal))

    async def accept(self, principal: Principal, supplement_id: str) -> None:
        """Says that it is enough; the case is decided then. Raises `NoSuchSupplement`, `NotYourCase`."""
        await self._end(principal, supplement_id, SupplementState.ACCEPTED, acts.ACCEPTED)

    async def withdraw(self, principal: Principal, supplement_id: str) -> None:
        """Takes the request back; raises as `accept`."""
        await self._end(principal, supplement_id, SupplementState.WITHDRAWN, acts.WITHDRAWN)

    async def ask_again(
        self, principal: Principal, supplement_id: str, material_ids: Collection[str], text: str, due_on: date
    ) -> None:
        """Says why what was sent is not enough, and which of it is asked for again until `due_on`.

        Raises `SupplementEmpty` where that was not asked for, and as `accept`.
        """
        async with self._database.write() as session:
            parked = await self._worked(session, principal, supplement_id)
            words, again = parked.words(), set(material_ids)
            if not again or not again <= {one.material_id for one in words.missing}:
                raise SupplementEmpty(path="material_ids", problem=" ".join(sorted(again)))
            parked.move(SupplementState.PARKED)
            row = parked.row
            row.since, row.due_on = self._tools.clock.now(), due_on.isoformat()
            row.ends_at = self._notices.ends_at(due_on)
            missing = [msgspec.structs.replace(one, open=one.material_id in again) for one in words.missing]
            parked.change_words(SupplementWords(missing=missing, returned=text))
            await self._links.prolong(session, sender_of(supplement_id), row.ends_at)
            said = {"due": row.due_on, "materials": await _names(parked), "text": text}
            await parked.log(who_acts(principal), acts.AGAIN, **said)
            # Who cannot be told has no use for one more link.
            secret = "" if row.reach is None else await self._add_link(session, parked, MOST_TOLD)
            await self._tell(session, parked, secret, again=True)

    async def take(self, principal: Principal, supplement_id: str) -> None:
        """Gives a case whose clerk is not there into a colleague's hands; whether they are not is the caller's to say.

        Raises `NoSuchSupplement`, `NotYourSupplement` for other business, another site, what nobody has sent while the
        visit goes on, what is decided, or what somebody has whom the case was handed on to: that one alone decides it.
        """
        async with self._database.write() as session:
            parked = await SupplementFolder.open(self._tools, session, supplement_id)
            case, row = parked.case.row, parked.row
            near = principal.site_id == row.asked_site_id and permits(
                principal, Permission.SERVE, case.site_path, case.department_id
            )
            waits = row.state == SupplementState.ANSWERED or case.left_at is not None
            if not near or not waits or case.state != CaseState.OPEN or await is_held(session, case.id):
                raise NotYourSupplement
            if case.clerk_id == principal.person_id:
                return
            case.clerk_id = principal.person_id
            who = who_acts(principal)
            await parked.case.log(who, "clerk_assigned", ClerkAssigned(case_id=case.id, clerk_id=principal.person_id))
            await parked.log(who, acts.TAKEN)

    async def end_due(self) -> int:
        """Ends what was not sent in time, and tells; what was sent whole goes to the clerk. Returns how many.

        One that is damaged is told and left: it stands in the way of no other.
        """
        now, ended, last = self._tools.clock.now(), 0, None
        while True:
            async with self._database.read() as session:
                found = await due(session, now, last)
            if not found:
                return ended
            for last in found:
                with told_if_damaged(self._database.damaged, SupplementRow.__tablename__, last.id):
                    await self._end_one(last.id)
                    ended += 1

    async def case_of(self, supplement_id: str) -> str:
        """The case of a supplement; raises `NoSuchSupplement`."""
        async with self._database.read() as session:
            return await case_of(session, supplement_id)

    async def of_worker(self, principal: Principal) -> list[Listed]:
        """Those of the cases that the person took, or has as a visitor: waiting or ended, the first due first."""
        async with self._database.read() as session:
            return self._listed(session, await of_worker(session, principal.person_id))

    async def was_asked(self, case_id: str) -> bool:
        """Whether anything was ever asked for in the case."""
        async with self._database.read() as session:
            return await was_asked(session, case_id)

    async def of_clerk(self, clerk_id: str) -> tuple[list[Listed], int]:
        """Those of the clerk's cases, what was sent first, and how many there are."""
        async with self._database.read() as session:
            found, total = await of_clerk(session, clerk_id)
            return self._listed(session, found), total

    async def clerks_beside(self, principal: Principal) -> frozenset[str]:
        """The colleagues of the same site and business who have what waits for a clerk."""
        async with self._database.read() as session:
            return await clerks_beside(session, principal)

    async def of_colleagues(
        self, principal: Principal, at_window: Collection[str] = (), signed_in: Collection[str] = ()
    ) -> list[Listed]:
        """What was sent to those not `at_window`, and what else those have who are not `signed_in`."""
        async with self._database.read() as session:
            return self._listed(session, await of_colleagues(session, principal, at_window, signed_in))

    async def of_sender(self, sender: Sender) -> tuple[Case, SupplementRecord] | None:
        """What the sender is asked for, with the whole case, of which the caller shows that alone."""
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, sender.case_id)
        found = next((one for one in case.supplements if one.id == sender.asked_id), None)
        return None if found is None else (case, found)

    def _listed(self, session: ReadSession, found: Sequence[Found]) -> list[Listed]:
        """Those that can be read: one that is damaged must not take the others out of sight."""
        reader, listed = self._tools.reader, list[Listed]()
        for case, row in found:
            with told_if_damaged(partial(tell_damaged, session), SupplementRow.__tablename__, row.id):
                listed.append(Listed(reader.record(case), record(row, reader.key(case))))
        return listed

    async def _worked(self, session: WriteSession, principal: Principal, supplement_id: str) -> SupplementFolder:
        parked = await SupplementFolder.open(self._tools, session, supplement_id)
        may_work(principal, parked.case.record())
        return parked

    async def _end(self, principal: Principal, supplement_id: str, wanted: SupplementState, act: str) -> None:
        async with self._database.write() as session:
            parked = await self._worked(session, principal, supplement_id)
            parked.move(wanted)
            await self._over(session, parked, principal.name)
            if wanted is SupplementState.WITHDRAWN:
                await self._links.end(session, sender_of(supplement_id))
            await parked.log(who_acts(principal), act)

    async def _end_one(self, supplement_id: str) -> None:
        async with self._database.write() as session:
            parked = await SupplementFolder.open(self._tools, session, supplement_id)
            row = parked.row
            if row.state != SupplementState.PARKED or row.ends_at > self._tools.clock.now():
                # Sent, or prolonged, or ended by another process meanwhile.
                return
            lacking = await parked.lacking()
            if not lacking:
                await self._answer(session, parked, SYSTEM)
                return
            reach = self._reach(parked)
            parked.move(SupplementState.ENDED)
            await self._links.end(session, sender_of(supplement_id))
            if reach is not None:
                await self._notices.ended(session, self._told(parked, len(lacking), ""), reach)
            await self._over(session, parked, SYSTEM[1], told=reach is not None)
            await parked.log(SYSTEM, acts.ENDED, due=row.due_on, materials=_joined(parked.case, lacking))

    async def _answer(self, session: WriteSession, parked: SupplementFolder, who: tuple[str, str]) -> None:
        parked.move(SupplementState.ANSWERED)
        parked.row.answered_at = self._tools.clock.now()
        await self._notices.over(session, _topic(parked.row))
        await parked.log(who, acts.ANSWERED)

    async def _over(self, session: WriteSession, parked: SupplementFolder, by: str, *, told: bool = False) -> None:
        """Nothing more is asked: how the applicant is reached is forgotten, and what was to be told is withdrawn."""
        row = parked.row
        row.reach, row.ended_by, row.ended_at = None, by, self._tools.clock.now()
        for one in await parked.lacking():
            one.asked_now = False
        if not told:
            await self._notices.over(session, _topic(row))

    async def _tell(self, session: WriteSession, parked: SupplementFolder, secret: str, *, again: bool) -> None:
        reach = self._reach(parked)
        if reach is not None:
            count = len(await parked.open_materials())
            await self._notices.asked(session, self._told(parked, count, secret), reach, again=again)

    async def _add_link(self, session: WriteSession, parked: SupplementFolder, most: int = MOST_LINKS) -> str:
        case, row = parked.case.row, parked.row
        return await self._links.add(session, sender_of(row.id), (case.id, case.site_id), row.ends_at, most)

    def _reach(self, parked: SupplementFolder) -> Reach | None:
        row = parked.row
        if row.reach is None:
            return None
        return msgspec.convert(parked.case.key.unseal(row.reach, f"reach {row.id}"), Reach)

    def _told(self, parked: SupplementFolder, count: int, secret: str) -> Told:
        row = parked.row
        return Told(
            topic=_topic(row),
            version=row.since.isoformat(),
            case=parked.case.row,
            due_on=date.fromisoformat(row.due_on),
            count=count,
            secret=secret,
        )

    async def _missing(self, folder: Folder, wanted: Wanted) -> Missing:
        if wanted.material_id is None:
            name = wanted.name.strip()
            if not name:
                raise SupplementEmpty(path="missing", problem="name")
            row = material_row(self._tools, folder, await folder.count(MaterialRow) + 1, (name, name))
            folder.add(row)
        else:
            row = await folder.one(MaterialRow, wanted.material_id)
        row.asked_now, row.note = True, folder.key.seal(wanted.todo, f"note {row.id}")
        return Missing(material_id=row.id, todo=wanted.todo, open=True)

    def _row(self, folder: Folder, principal: Principal, missing: list[Missing], due_on: date) -> SupplementRow:
        if len({one.material_id for one in missing}) < len(missing):
            raise NoSuchMaterial
        supplement_id, now = self._tools.identifiers.new(), self._tools.clock.now()
        return SupplementRow(
            id=supplement_id,
            case_id=folder.row.id,
            state=SupplementState.PARKED,
            asked_by=principal.person_id,
            asked_name=principal.name,
            asked_site_id=principal.site_id,
            asked_at=now,
            since=now,
            due_on=due_on.isoformat(),
            ends_at=self._notices.ends_at(due_on),
            words=sealed_words(SupplementWords(missing=missing), supplement_id, folder.key),
            reach=None,
            answered_at=None,
            ended_by=None,
            ended_at=None,
        )


async def _names(parked: SupplementFolder) -> str:
    return _joined(parked.case, await parked.open_materials())


def _joined(folder: Folder, materials: Sequence[MaterialRow]) -> str:
    return "、".join(folder.name_of(one) for one in materials)


def _topic(row: SupplementRow) -> str:
    return f"supplement {row.id}"
