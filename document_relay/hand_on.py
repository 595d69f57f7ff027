"""Handing on 转办: a department of another level decides a case later, and at any time somebody owns it by a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

import msgspec

from directory.principal import Principal
from directory.working_days import WorkCalendar
from document_relay.access import may_work
from document_relay.case_core import hand_on_acts as acts
from document_relay.case_core.hand_on_life import AT_SENDER, HELD, HandOnState
from document_relay.case_files import SYSTEM, who_acts
from document_relay.hand_on_errors import AskedOftenEnough, HandOnStands, HandOnTaken, NotYourDesk, SameDesk
from document_relay.hand_on_records import Desk, Exchange, HandOnRecord, Reach
from document_relay.records import CaseRecord
from document_relay.store import hand_on_reading as reading
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on import HandOnFolder, Owner
from document_relay.store.hand_on_reading import HandOnWords, OverdueRow, belongs
from document_relay.store.hand_on_tables import HandOnRow
from document_relay.store.joint_reading import require_none_stands
from document_relay.store.supplement_reading import require_no_supplement
from foundation.database import Database, ReadSession, tell_damaged, told_if_damaged
from foundation.errors import Words

MOST_QUESTIONS = 10
INBOX_AT_MOST = 100
_SHOWN_AFTER = timedelta(days=30)
"""How long a decision stands in the inbox of who handed the case on, and at the point."""


class Reckoning(NamedTuple):
    """What due dates are counted with."""

    calendar: WorkCalendar
    today: date

    def after(self, days: int) -> str:
        """The working day so many days ahead, as 2026-03-02; raises `CalendarTooShort`."""
        return self.calendar.after(self.today, days).isoformat()


class NewHandOn(NamedTuple):
    """Where to, in how many working days, what the department is told, and how the resident is."""

    sender: Desk
    receiver: Desk
    days: int
    note: str
    reach: Reach


class InboxCase(NamedTuple):
    """A case and how it is handed on; `wanted` papers wait at the point."""

    file: CaseRecord
    hand_on: HandOnRecord
    wanted: int


class HandOns:
    """Hands cases on, and hears what becomes of them."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def hand_on(self, principal: Principal, case_id: str, new: NewHandOn, reckoning: Reckoning) -> str:
        """Hands an open case on, or one that was returned once more; returns the date by which it is decided.

        Raises `NoSuchCase`, `CaseDestroyed`, `NotYourCase`, `WrongCaseState`, `SameDesk`, `HandOnStands`,
        `JointAcceptanceStands`, `SupplementStands`, `CalendarTooShort`.
        """
        if (new.sender.site_id, new.sender.department_id) == (new.receiver.site_id, new.receiver.department_id):
            raise SameDesk
        due_on = reckoning.after(new.days)
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_work(principal, folder.record())
            await require_none_stands(session, case_id)
            await require_no_supplement(session, case_id)
            former = await HandOnFolder.of(session, folder)
            if former is None:
                made = HandOnFolder(folder, self._row(folder, new, due_on))
                session.add(made.row)
            elif former.state is HandOnState.RETURNED:
                made = former
                made.row.receiver = msgspec.to_builtins(new.receiver)
                made.move(HandOnState.HANDED_ON, due_on)
                made.change_words(note=new.note, returned="")
                self._set_reach(made, new.reach)
            else:
                desk = former.receiver
                raise HandOnStands(desk=Words(desk.zh, desk.en))
            made.row.sender_id, made.row.sender_name = principal.person_id, principal.name
            made.row.handed_at, made.row.days, made.row.decide_by = self._tools.clock.now(), new.days, due_on
            await made.log(who_acts(principal), acts.MADE, to=new.receiver.zh, due=due_on)
        return due_on

    async def take(self, principal: Principal, case_id: str) -> None:
        """Takes a case: at the department to decide it, at the desk that handed it on what came back.

        Raises `HandOnTaken` for the second of two, `NotYourDesk`, `NoSuchCase`, `CaseDestroyed`, `WrongCaseState`,
        `NoHandOn`.
        """
        async with self._database.write() as session:
            made = await HandOnFolder.open(self._tools, session, case_id)
            if made.state in AT_SENDER:
                await self._take_over(made, principal)
                return
            desk = made.receiver
            if not belongs(principal, desk):
                raise NotYourDesk(desk=Words(desk.zh, desk.en))
            if made.row.taker_id is not None:
                if made.row.taker_id != principal.person_id:
                    raise HandOnTaken(name=made.row.taker_name or "")
                # A colleague who stood in for them may have the case in hand.
                await made.into_hands(Owner(principal.person_id, principal.name))
                return
            made.move(HandOnState.TAKEN, made.row.decide_by)
            made.row.taker_id, made.row.taker_name = principal.person_id, principal.name
            await made.into_hands(Owner(principal.person_id, principal.name))
            await made.log(who_acts(principal), acts.TAKEN, desk=desk.zh)

    async def ask_back(
        self, principal: Principal, case_id: str, question: str, days: int, reckoning: Reckoning
    ) -> None:
        """Asks the desk that handed the case on, which owns it for so many working days.

        Raises `NotYourDesk`, `AskedOftenEnough`, `CalendarTooShort`, and as `take`.
        """
        due_on = reckoning.after(days)
        async with self._database.write() as session:
            made = await HandOnFolder.open(self._tools, session, case_id)
            made.require_taker(principal)
            exchanges = made.record().exchanges
            if len(exchanges) >= MOST_QUESTIONS:
                raise AskedOftenEnough(most=MOST_QUESTIONS)
            asked = Exchange(question=question, asked_by=principal.name, asked_at=self._tools.clock.now())
            made.change_words(exchanges=[*exchanges, asked])
            made.move(HandOnState.ASKED_BACK, due_on)
            made.row.asked_on = reckoning.today.isoformat()
            await made.into_hands(Owner(made.row.sender_id, made.row.sender_name))
            await made.log(who_acts(principal), acts.ASKED_BACK, desk=made.sender.zh, due=due_on)

    async def answer(self, principal: Principal, case_id: str, text: str, reckoning: Reckoning) -> None:
        """Answers what was asked back; the working days that it took are not counted against the department.

        Raises `NotYourDesk`, `CalendarTooShort`, and as `take`.
        """
        async with self._database.write() as session:
            made = await HandOnFolder.open(self._tools, session, case_id)
            made.require_sender(principal)
            taker = made.row.taker_id
            decide_by = _prolonged(made.row, reckoning)
            made.move(HandOnState.HANDED_ON if taker is None else HandOnState.ANSWERED, decide_by)
            made.row.decide_by, made.row.asked_on = decide_by, None
            *former, last = made.record().exchanges
            now = self._tools.clock.now()
            answered = msgspec.structs.replace(last, answer=text, answered_by=principal.name, answered_at=now)
            made.change_words(exchanges=[*former, answered])
            if taker is not None:
                await made.into_hands(Owner(taker, made.row.taker_name or ""))
            await made.log(who_acts(principal), acts.ANSWERED, desk=made.sender.zh, due=decide_by)

    async def give_up(self, principal: Principal, case_id: str, reason: str, days: int, reckoning: Reckoning) -> None:
        """Returns the case to the desk that handed it on, which owns it for so many working days, and says why.

        Raises `NotYourDesk`, `CalendarTooShort`, and as `take`.
        """
        due_on = reckoning.after(days)
        async with self._database.write() as session:
            made = await HandOnFolder.open(self._tools, session, case_id)
            made.require_taker(principal)
            made.move(HandOnState.RETURNED, due_on)
            made.row.taker_id = made.row.taker_name = None
            made.change_words(returned=reason)
            await made.into_hands(Owner(made.row.sender_id, made.row.sender_name))
            await made.log(who_acts(principal), acts.RETURNED, desk=made.sender.zh, due=due_on)

    async def release(self, staff_id: str) -> list[str]:
        """Gives back to their department what a person has taken who is gone; returns the cases.

        One that is damaged is told of and stays with that person.
        """
        async with self._database.read() as session:
            held = await reading.held_by(session, staff_id)
        released = []
        for row_id, case_id in held:
            with told_if_damaged(self._database.damaged, HandOnRow.__tablename__, row_id):
                await self._release_one(case_id, staff_id)
                released.append(case_id)
        return released

    async def takers(self) -> frozenset[str]:
        """Everybody who has taken one and not decided it."""
        async with self._database.read() as session:
            return await reading.takers(session)

    async def inbox(self, principal: Principal) -> tuple[list[InboxCase], int]:
        """What lies at the person's desks or was handed on from them, and how many there are of it.

        The first due first, `INBOX_AT_MOST`; what was decided lately stands behind it.
        """
        since = self._tools.clock.now() - _SHOWN_AFTER
        async with self._database.read() as session:
            found, total = await reading.inbox(session, principal, since, INBOX_AT_MOST)
            return self._readable(session, found), total

    async def results(self, principal: Principal) -> list[InboxCase]:
        """The cases that the person took, or has as a visitor, that are handed on or were decided lately."""
        since = self._tools.clock.now() - _SHOWN_AFTER
        async with self._database.read() as session:
            return self._readable(session, await reading.results(session, principal, since))

    async def overdue(self, site_path: str, today: date) -> list[OverdueRow]:
        """The departments at a site or below that own cases; those with the most overdue first."""
        async with self._database.read() as session:
            return await reading.overdue(session, site_path, today.isoformat())

    def _readable(self, session: ReadSession, found: Sequence[reading.Followed]) -> list[InboxCase]:
        """Those that can be read: one that is damaged must not take the others out of sight."""
        cases = []
        for one in found:
            with told_if_damaged(partial(tell_damaged, session), HandOnRow.__tablename__, one.row.id):
                cases.append(self._case(one))
        return cases

    def _case(self, one: reading.Followed) -> InboxCase:
        file = self._tools.reader.record(one.case)
        return InboxCase(file, reading.record(one.row, self._tools.reader.key_of(file)), one.wanted)

    async def _release_one(self, case_id: str, staff_id: str) -> None:
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            made = await HandOnFolder.of(session, folder)
            if made is not None and made.row.taker_id == staff_id and made.state is not HandOnState.DECIDED:
                await _give_back(made)

    async def _take_over(self, made: HandOnFolder, principal: Principal) -> None:
        made.require_sender(principal)
        # Another visit may have given a returned case to a colleague.
        if made.row.sender_id == principal.person_id == made.case.row.clerk_id:
            return
        made.row.sender_id, made.row.sender_name = principal.person_id, principal.name
        await made.into_hands(Owner(principal.person_id, principal.name))
        await made.log(who_acts(principal), acts.TAKEN_OVER, desk=made.sender.zh)

    def _row(self, folder: Folder, new: NewHandOn, due_on: str) -> HandOnRow:
        row = HandOnRow(
            id=self._tools.identifiers.new(),
            case_id=folder.row.id,
            state=HandOnState.HANDED_ON,
            sender=msgspec.to_builtins(new.sender),
            receiver=msgspec.to_builtins(new.receiver),
            sender_site_id=new.sender.site_id,
            sender_department_id=new.sender.department_id,
            desk_site_id=new.receiver.site_id,
            desk_site_path=new.receiver.site_path,
            desk_department_id=new.receiver.department_id,
            taker_id=None,
            taker_name=None,
            due_on=due_on,
            asked_on=None,
        )
        row.words = folder.key.seal(HandOnWords(note=new.note), f"hand-on {row.id}")
        row.reach = folder.key.seal(new.reach, f"reach {row.id}")
        return row

    def _set_reach(self, made: HandOnFolder, reach: Reach) -> None:
        made.row.reach = made.case.key.seal(reach, f"reach {made.row.id}")


async def _give_back(made: HandOnFolder) -> None:
    """The department has it again; while it is asked back, it will have it with the answer."""
    name, desk = made.row.taker_name or "", made.receiver.zh
    if made.state in HELD:
        made.move(HandOnState.HANDED_ON, made.row.decide_by)
        await made.into_hands(Owner(made.row.sender_id, made.row.sender_name))
    made.row.taker_id = made.row.taker_name = None
    await made.log(SYSTEM, acts.GIVEN_BACK, name=name, desk=desk)


def _prolonged(row: HandOnRow, reckoning: Reckoning) -> str:
    """The day by which the department decides, later by the working days that it waited; raises `CalendarTooShort`."""
    asked_on, decide_by = (
        date.fromisoformat(row.asked_on or reckoning.today.isoformat()),
        date.fromisoformat(row.decide_by),
    )
    waited = reckoning.calendar.between(asked_on, reckoning.today) if asked_on < reckoning.today else 0
    return (reckoning.calendar.after(decide_by, waited) if waited else decide_by).isoformat()
