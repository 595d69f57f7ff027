"""Findings: made by a department, answered by the applicant, struck out one by one by who made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import select

from directory.principal import Answerer, Principal
from document_relay.access import may_show
from document_relay.case_core import joint_acts as acts
from document_relay.case_core.findings import FindingState, JointState, PartyState, Severity
from document_relay.case_files import who_acts
from document_relay.errors import NoSuchPage, NotYourCase
from document_relay.findings_by_link import FindingsLinks
from document_relay.joint_access import of_department, of_finding
from document_relay.joint_errors import (
    FindingAnswered,
    FindingIncomplete,
    FindingsNotTold,
    FindingsOverdue,
    FindingsTold,
    NoSuchFinding,
    NotYourDepartment,
    ReturnedTooLate,
    TooManyFindings,
)
from document_relay.joint_notices import tell_again
from document_relay.mandate_rules import require_to_hand_in
from document_relay.rejection import Mark
from document_relay.store.folder import Tools
from document_relay.store.joint import JointFolder
from document_relay.store.joint_reading import FindingWords, case_of_finding
from document_relay.store.joint_tables import FindingRow, PartyRow
from document_relay.store.tables import MaterialRow, PageRow
from document_relay.supplement_notices import SupplementNotices, findings_topic
from foundation.database import Database, WriteSession

MOST_OF_A_DEPARTMENT = 20


class NewFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What a department finds: how hard it is, what it is, and what to do; where, if it is about a material."""

    severity: Severity
    text: str
    todo: str
    material_id: str | None
    mark: Mark | None


class Findings:
    """The findings of the service's joint acceptances."""

    def __init__(self, database: Database, tools: Tools, notices: SupplementNotices, links: FindingsLinks) -> None:
        self._database = database
        self._tools = tools
        self._notices = notices
        self._links = links

    async def add(self, principal: Principal, case_id: str, department_id: str, new: NewFinding) -> str:
        """Adds a finding before the applicant is told any, and returns its id; the department has not said all then.

        Raises `FindingsTold`, `FindingIncomplete`, `TooManyFindings`, `CharactersNotPrintable`, `NoSuchMaterial`,
        `NotYourDepartment`, `NoJointAcceptance`, `JointAcceptanceOver`, `NoSuchCase`, `WrongCaseState`.
        """
        self._tools.fonts.require(new.text, new.todo)
        async with self._database.write() as session:
            joint = await JointFolder.open(self._tools, session, case_id)
            joint.case.require_open()
            party = of_department(joint, self._tools.lent, principal, department_id)
            if party.state == PartyState.LEFT:
                raise NotYourDepartment
            _require_collecting(joint)
            await _check_place(joint, new)
            former = await joint.findings()
            if sum(one.department_id == department_id for one in former) >= MOST_OF_A_DEPARTMENT:
                raise TooManyFindings(most=MOST_OF_A_DEPARTMENT)
            row = self._row(joint, principal, (department_id, len(former) + 1), new)
            joint.add(row)
            party.speaker_id = principal.person_id
            if party.state == PartyState.SAID:
                joint.move_party(party, PartyState.ASKED)
            said = {"department": party.name_zh, "text": new.text}
            await joint.log(who_acts(principal), acts.ADDED, [row, party], **said)
        return row.id

    async def withdraw(self, principal: Principal, finding_id: str) -> None:
        """Takes a finding back that the applicant was not told; raises `FindingsTold` otherwise, and as `strike`."""
        async with self._database.write() as session:
            joint, finding, party = await self._own(session, principal, finding_id)
            _require_collecting(joint)
            self._end(joint, principal, finding, FindingState.WITHDRAWN)
            said = {"department": party.name_zh, "text": joint.words(finding).text}
            await joint.log(who_acts(principal), acts.WITHDRAWN, [finding], **said)

    async def answer(
        self, principal: Principal, case_id: str, number: int, answer: tuple[str, Sequence[str], date]
    ) -> None:
        """Answers a finding of the list for the applicant: with a text, pages of the case, and the day it is there.

        Departments that share the number are answered together. Raises `FindingAnswered`, `FindingsOverdue`,
        `NoSuchFinding`, `NoSuchPage`, `NoJointAcceptance`, `JointAcceptanceOver`, `NotYourCase`, `WrongCaseState`, and
        as `require_to_hand_in`.
        """
        text, page_ids, today = answer
        self._tools.fonts.require(text)
        async with self._database.write() as session:
            joint = await JointFolder.open(self._tools, session, case_id)
            await self._require_may_answer(session, principal, joint)
            joint.require_in_time(today, FindingsOverdue)
            shared = [one for one in await joint.findings() if one.number == number]
            if not shared:
                raise NoSuchFinding
            waiting = [one for one in shared if one.state == FindingState.TOLD]
            if not waiting and any(one.state == FindingState.ANSWERED for one in shared):
                raise FindingAnswered(number=number)
            await _check_pages(session, joint, page_ids, by_link=isinstance(principal, Answerer))
            # Where none waits, the first move is refused with the state that it is in.
            for one in waiting or shared:
                joint.move_finding(one, FindingState.ANSWERED)
                one.answer_page_ids, one.answered_at = list(page_ids), self._tools.clock.now()
                joint.change_words(one, answer=text)
            if not any(one.state == FindingState.TOLD for one in await joint.findings()):
                await self._notices.over(session, findings_topic(case_id))
            await joint.log(who_acts(principal), acts.ANSWERED, waiting, number=str(number), text=text)

    async def send_back(self, principal: Principal, finding_id: str, why: str, today: date) -> None:
        """Says that the answer is not enough, and why: it is answered once more, by the same due date.

        Raises `ReturnedTooLate` after it, and as `strike`.
        """
        async with self._database.write() as session:
            joint, finding, party = await self._own(session, principal, finding_id)
            joint.require_in_time(today, ReturnedTooLate)
            joint.move_finding(finding, FindingState.TOLD)
            joint.change_words(finding, returned=why)
            said = {"department": party.name_zh, "number": str(finding.number), "text": why}
            await joint.log(who_acts(principal), acts.RETURNED, [finding], **said)
            await tell_again(session, self._notices, joint, self._links, self._tools.clock.now().isoformat())

    async def strike(self, principal: Principal, finding_id: str) -> None:
        """Strikes a finding out; of a department that has left the case's clerk does so.

        Raises `NoSuchFinding`, `NotYourFinding`, `FindingsNotTold`, `JointAcceptanceOver`, `WrongCaseState`.
        """
        async with self._database.write() as session:
            joint, finding, party = await self._own(session, principal, finding_id)
            if finding.state == FindingState.DRAFT:
                raise FindingsNotTold
            self._end(joint, principal, finding, FindingState.STRUCK)
            said = {"department": party.name_zh, "number": str(finding.number)}
            await joint.log(who_acts(principal), acts.STRUCK, [finding], **said)

    async def _require_may_answer(self, session: WriteSession, principal: Principal, joint: JointFolder) -> None:
        """Raises unless it is for the person to answer; a link may outlast a mandate, as one for papers does."""
        if isinstance(principal, Answerer):
            if principal.asked_id != joint.row.id:
                raise NotYourCase
            joint.case.require_open()
            return
        may_show(principal, joint.case.record())
        joint.case.require_open()
        await require_to_hand_in(session, joint.case, self._tools.clock.now())

    async def _own(
        self, session: WriteSession, principal: Principal, finding_id: str
    ) -> tuple[JointFolder, FindingRow, PartyRow]:
        case_id = await case_of_finding(session, finding_id)
        if case_id is None:
            raise NoSuchFinding
        joint = await JointFolder.open(self._tools, session, case_id)
        joint.case.require_open()
        finding = await joint.finding(finding_id)
        return joint, finding, of_finding(joint, self._tools.lent, principal, finding)

    def _end(self, joint: JointFolder, principal: Principal, finding: FindingRow, wanted: FindingState) -> None:
        joint.move_finding(finding, wanted)
        finding.ended_by, finding.ended_at = principal.name, self._tools.clock.now()

    def _row(self, joint: JointFolder, principal: Principal, place: tuple[str, int], new: NewFinding) -> FindingRow:
        finding_id = self._tools.identifiers.new()
        department_id, position = place
        words = FindingWords(text=new.text, todo=new.todo)
        return FindingRow(
            id=finding_id,
            case_id=joint.case.row.id,
            position=position,
            department_id=department_id,
            severity=new.severity,
            words=joint.case.key.seal(words, f"finding {finding_id}"),
            material_id=new.material_id,
            mark=msgspec.to_builtins(new.mark) if new.mark else None,
            state=FindingState.DRAFT,
            number=None,
            made_by=principal.name,
            made_at=self._tools.clock.now(),
            answer_page_ids=[],
            answered_at=None,
            ended_by=None,
            ended_at=None,
        )


def _require_collecting(joint: JointFolder) -> None:
    if joint.row.state != JointState.COLLECTING:
        raise FindingsTold


async def _check_place(joint: JointFolder, new: NewFinding) -> None:
    """Raises `NoSuchMaterial`, and `FindingIncomplete` for a mark that is not on a page of the material."""
    if new.material_id is not None:
        await joint.case.one(MaterialRow, new.material_id)
    if new.mark is None:
        return
    pages = await joint.case.pages_of(new.material_id) if new.material_id is not None else []
    mark = new.mark
    inside = all(0 <= value <= 1 for value in (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height))
    if not inside or mark.page_id not in {page.id for page in pages}:
        raise FindingIncomplete(path="mark", problem=mark.page_id)


async def _check_pages(session: WriteSession, joint: JointFolder, page_ids: Sequence[str], *, by_link: bool) -> None:
    """Raises `NoSuchPage` unless they are pages of the case that count; by a link, such as came after the list."""
    wanted = select(PageRow.id).where(PageRow.case_id == joint.case.row.id, PageRow.replaced.is_(False))
    if by_link:
        wanted = wanted.where(PageRow.delivered_at >= joint.row.told_at)
    if set(page_ids) - set(await session.scalars(wanted)):
        raise NoSuchPage
