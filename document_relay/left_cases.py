"""Cases whose visit is over: whose turn it is in each and by when, who sees it, and who takes over for a clerk gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from directory.errors import CalendarTooShort
from directory.principal import Permission, Principal, permits
from directory.working_days import WorkCalendar
from document_relay.case_core import joint_acts as acts
from document_relay.case_core.act_by import ActBy, act_by
from document_relay.case_core.lives import CaseState
from document_relay.case_files import who_acts
from document_relay.errors import NotYourCase
from document_relay.events import ClerkAssigned
from document_relay.joint_errors import NoJointAcceptance
from document_relay.records import CaseRecord
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on_reading import OverdueRow, is_handed_on
from document_relay.store.joint import JointFolder
from document_relay.store.joint_tables import JointRow
from document_relay.store.left_reading import HANDED_ON, LEFT, deserted, facts_of, left_jointly
from document_relay.store.site_paths import at_or_below
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import CaseRow
from foundation.database import Database, ReadSession, tell_damaged, told_if_damaged
from foundation.errors import Words

LISTED_AT_MOST = 100
_COUNTED_AT_MOST = 5_000
_STILL_TOLD = timedelta(days=7)
"""How long who had a case is told that a colleague has taken it."""


class Days(NamedTuple):
    """What days are counted with: the calendar, today, and the zone of the clock on the wall."""

    calendar: WorkCalendar
    today: date
    zone: tzinfo

    def day_of(self, moment: datetime) -> date:
        """The day on the wall."""
        return moment.astimezone(self.zone).date()

    def after(self, day: date, count: int) -> date:
        """The working day so many after; plain ones where no table reaches: a list must be shown all the same."""
        try:
            return self.calendar.after(day, count)
        except CalendarTooShort:
            return day + timedelta(days=count)

    def left(self, day: date) -> int | None:
        """Working days until then; None where no table reaches."""
        try:
            return self.calendar.between(self.today, day)
        except CalendarTooShort:
            return None


class LeftCase(NamedTuple):
    """A case with a joint acceptance whose visit is over; `taken_by` is set where it is told that it was taken.

    `deserted` are the departments that have left while findings of theirs stand.
    """

    file: CaseRecord
    act_by: ActBy
    taken_by: str | None
    deserted: Sequence[Words]


class LeftCases:
    """Keeps in sight what goes on after its visit."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def act_by(self, case_ids: Collection[str], days: Days) -> dict[str, ActBy]:
        """Whose turn it is in each of these cases, by its id."""
        async with self._database.read() as session:
            return await _act_by(session, case_ids, days)

    async def of_clerk(self, principal: Principal, days: Days) -> list[LeftCase]:
        """The person's own with a joint acceptance, the first due first, and those that colleagues took lately."""
        since = self._tools.clock.now() - _STILL_TOLD
        gone = and_(JointRow.taken_from == principal.person_id, JointRow.taken_at >= since)
        return await self._listed(or_(CaseRow.clerk_id == principal.person_id, gone), days, principal)

    async def clerks_beside(self, principal: Principal) -> frozenset[str]:
        """The colleagues of the same site and business who have such a case."""
        if not _has_colleagues(principal):
            return frozenset()
        async with self._database.read() as session:
            found = await left_jointly(session, _of_colleagues(principal, ()), LISTED_AT_MOST)
        return frozenset(case.clerk_id for case, _ in found if case.clerk_id is not None)

    async def of_colleagues(self, principal: Principal, signed_in: Collection[str], days: Days) -> list[LeftCase]:
        """Those of colleagues of the same site and business who are not `signed_in`, or of nobody."""
        if not _has_colleagues(principal):
            return []
        return await self._listed(_of_colleagues(principal, signed_in), days, principal)

    async def take(self, principal: Principal, case_id: str) -> None:
        """Gives the case of a clerk who is gone into a colleague's hands; whether they are gone is the caller's to say.

        Raises `NoSuchCase`, `CaseDestroyed`, `NoJointAcceptance`; `NotYourCase` for other business, another site, and
        what is decided, handed on, or in a visit still.
        """
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            case, joint = folder.row, await JointFolder.ended_or_not(session, folder)
            if joint is None:
                raise NoJointAcceptance
            near = permits(principal, Permission.SERVE, case.site_path, case.department_id)
            here = joint.row.opened_site_id in (None, principal.site_id)
            goes_on = case.state == CaseState.OPEN and case.left_at is not None
            if not (near and here and goes_on) or await is_handed_on(session, case_id):
                raise NotYourCase
            if case.clerk_id == principal.person_id:
                return
            joint.row.taken_from, joint.row.taken_by = case.clerk_id, principal.name
            joint.row.taken_at = self._tools.clock.now()
            case.clerk_id, who = principal.person_id, who_acts(principal)
            await folder.log(who, "clerk_assigned", ClerkAssigned(case_id=case_id, clerk_id=principal.person_id))
            await joint.log(who, acts.TAKEN, [joint.row])

    async def overdue(self, site_path: str, days: Days) -> list[OverdueRow]:
        """The departments at a site or below that cases left without a desk lie with: how many, and how many late."""
        rows: dict[tuple[str, str], list[date]] = {}
        async with self._database.read() as session:
            which = and_(LEFT, at_or_below(CaseRow.site_path, site_path), CaseRow.id.not_in(HANDED_ON))
            wanted = select(CaseRow.id, CaseRow.site_id, CaseRow.department_id).where(which).limit(_COUNTED_AT_MOST)
            cases = (await session.execute(wanted)).all()
            ids = [one.id for one in cases]
            known, sites = await _act_by(session, ids, days), await _sites(session, ids)
        for case in (one for one in cases if one.id in known):
            place = (sites.get(case.id) or case.site_id, case.department_id)
            rows.setdefault(place, []).append(known[case.id].on)
        return [
            OverdueRow(*place, len(dates), sum(one < days.today for one in dates), min(dates).isoformat())
            for place, dates in rows.items()
        ]

    async def lying_between(self, days: Days) -> Sequence[str]:
        """Open cases whose visit is over and that nobody has, neither a clerk nor a desk; there are none."""
        async with self._database.read() as session:
            wanted = select(CaseRow.id, CaseRow.clerk_id).where(LEFT).order_by(CaseRow.left_at).limit(_COUNTED_AT_MOST)
            clerks = dict[str, str | None]((await session.execute(wanted)).all())
            known = await _act_by(session, clerks, days)
            handed = set(await session.scalars(HANDED_ON))
        return [
            case_id
            for case_id, clerk_id in clerks.items()
            if case_id in known and known[case_id].turn != "desk" and (clerk_id is None or case_id in handed)
        ]

    async def _listed(self, which: ColumnElement[bool], days: Days, principal: Principal) -> list[LeftCase]:
        reader, listed = self._tools.reader, list[LeftCase]()
        async with self._database.read() as session:
            found = await left_jointly(session, which, LISTED_AT_MOST)
            ids = [case.id for case, _ in found]
            known, gone = await _act_by(session, ids, days), await deserted(session, ids)
            for case, joint in (one for one in found if one[0].id in known):
                with told_if_damaged(partial(tell_damaged, session), CaseRow.__tablename__, case.id):
                    taken = joint.taken_from == principal.person_id and case.clerk_id != principal.person_id
                    told = joint.taken_by if taken else None
                    listed.append(LeftCase(reader.record(case), known[case.id], told, gone.get(case.id, ())))
        return sorted(listed, key=lambda one: one.act_by.on)


async def _act_by(session: ReadSession, case_ids: Collection[str], days: Days) -> dict[str, ActBy]:
    found = await facts_of(session, case_ids, days.day_of)
    return {case_id: act_by(facts, days.today, days.after) for case_id, facts in found.items()}


async def _sites(session: ReadSession, case_ids: Collection[str]) -> dict[str, str | None]:
    """The centre of each case's clerk: where it was asked for, or opened to departments."""
    asked = select(SupplementRow.case_id, SupplementRow.asked_site_id).where(SupplementRow.case_id.in_(case_ids))
    opened = select(JointRow.case_id, JointRow.opened_site_id).where(JointRow.case_id.in_(case_ids))
    found = dict[str, str | None]((await session.execute(asked)).all())
    return found | {case_id: site for case_id, site in await session.execute(opened) if site is not None}


def _has_colleagues(principal: Principal) -> bool:
    return bool(principal.department_ids) and permits(principal, Permission.READ_CASE)


def _of_colleagues(principal: Principal, signed_in: Collection[str]) -> ColumnElement[bool]:
    return and_(
        or_(CaseRow.clerk_id.is_(None), CaseRow.clerk_id.not_in(sorted({*signed_in, principal.person_id}))),
        or_(JointRow.opened_site_id.is_(None), JointRow.opened_site_id == principal.site_id),
        CaseRow.department_id.in_(sorted(principal.department_ids)),
        at_or_below(CaseRow.site_path, principal.site_path),
    )
