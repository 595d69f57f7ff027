"""Joint acceptance 联合验收: several departments look at one case; the applicant is told once what they all find."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from directory.principal import Answerer, Permission, Principal, permits
from document_relay.access import may_serve, may_show, may_work
from document_relay.case_core import joint_acts as acts
from document_relay.case_core.findings import (
    OPINION_WORDS,
    STANDING,
    FindingState,
    JointState,
    Opinion,
    PartyState,
    Said,
    numbered,
)
from document_relay.case_files import who_acts
from document_relay.errors import NotYourCase
from document_relay.findings_by_link import FindingsLinks
from document_relay.joint_access import of_department, speaks_for
from document_relay.joint_errors import (
    DepartmentsUnheard,
    FindingsNotTold,
    FindingsStand,
    FindingsTold,
    JointAcceptanceOver,
    NotYourDepartment,
    TooManyDepartments,
)
from document_relay.joint_notices import tell_list
from document_relay.joint_records import FindingRecord, Joint, PartyRecord
from document_relay.records import Case, CaseRecord
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on_reading import require_not_handed_on
from document_relay.store.joint import JointFolder
from document_relay.store.joint_reading import (
    cases_asking,
    cases_to_answer,
    departments_named,
    has_one,
    require_none_stands,
)
from document_relay.store.joint_tables import FindingRow, JointRow, PartyRow
from document_relay.store.supplement_reading import require_no_supplement
from document_relay.supplement_notices import Reach, SupplementNotices
from foundation.database import Database, WriteSession

MOST_DEPARTMENTS = 8
_NOBODY = Reach()


class Named(NamedTuple):
    """A department and its names."""

    department_id: str
    zh: str
    en: str


class Asking(NamedTuple):
    """A case that waits for a department, and which."""

    case_id: str
    number: str
    item_zh: str
    item_en: str
    site_zh: str
    told: bool
    departments: Sequence[Named]


class ToAnswer(NamedTuple):
    """A case of which `waiting` findings are to be answered by `due_on`."""

    case: CaseRecord
    due_on: str
    waiting: int


class Told(NamedTuple):
    """How many the list has, and the secret of a link to answer them by, which is told once; "" for no finding."""

    findings: int
    secret: str


class JointAcceptances:
    """Opens joint acceptances, hears the departments, tells the applicant."""

    def __init__(self, database: Database, tools: Tools, notices: SupplementNotices, links: FindingsLinks) -> None:
        self._database = database
        self._tools = tools
        self._notices = notices
        self._links = links

    async def open(self, principal: Principal, case_id: str, departments: Sequence[Named], days: int) -> None:
        """Begins one on an open case; `days` are the working days that the applicant will have.

        Raises `NoSuchCase`, `NotYourCase`, `WrongCaseState`, `JointAcceptanceStands`, `JointAcceptanceOver`,
        `SupplementStands`, `HandOnStands`, `TooManyDepartments`.
        """
        named = list({one.department_id: one for one in departments}.values())
        if len(named) > MOST_DEPARTMENTS:
            raise TooManyDepartments(most=MOST_DEPARTMENTS)
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_work(principal, folder.record())
            await require_none_stands(session, case_id)
            await require_no_supplement(session, case_id)
            await require_not_handed_on(session, case_id)
            if await has_one(session, case_id):
                raise JointAcceptanceOver
            row = JointRow(
                id=self._tools.identifiers.new(),
                case_id=case_id,
                state=JointState.COLLECTING,
                days=days,
                opened_by=principal.name,
                opened_at=self._tools.clock.now(),
                told_at=None,
                due_on=None,
                document_id=None,
                opened_site_id=principal.site_id,
            )
            joint = JointFolder(session, folder, (row, []))
            joint.add(row)
            await joint.log(who_acts(principal), acts.OPENED, [row], days=str(days))
            for one in named:
                await self._ask(joint, principal, one)

    async def ask(self, principal: Principal, case_id: str, department: Named) -> None:
        """Asks one more department, or once more one that has left.

        Raises `FindingsTold` for a new one once the applicant was told, `TooManyDepartments`, and as `open`.
        """
        async with self._database.write() as session:
            joint = await self._worked(session, principal, case_id)
            former = next((one for one in joint.parties if one.department_id == department.department_id), None)
            if former is not None:
                joint.move_party(former, PartyState.ASKED)
                former.asked_at = self._tools.clock.now()
                await joint.log(who_acts(principal), acts.ASKED, [former], department=former.name_zh)
                return
            if joint.row.state != JointState.COLLECTING:
                raise FindingsTold
            if len(joint.parties) >= MOST_DEPARTMENTS:
                raise TooManyDepartments(most=MOST_DEPARTMENTS)
            await self._ask(joint, principal, department)

    async def leave(self, principal: Principal, case_id: str, department_id: str) -> None:
        """Lets a department go, as itself or the case's clerk asks; its findings stay, and the clerk answers for them.

        Raises `NoJointAcceptance`, `JointAcceptanceOver`, `NotYourDepartment`, `WrongCaseState`.
        """
        async with self._database.write() as session:
            joint = await JointFolder.open(self._tools, session, case_id)
            joint.case.require_open()
            try:
                may_serve(principal, joint.case.record())
                party = joint.party(department_id)
            except NotYourCase:
                party = of_department(joint, self._tools.lent, principal, department_id)
            joint.move_party(party, PartyState.LEFT)
            await joint.log(who_acts(principal), acts.LEFT, [party], department=party.name_zh)

    async def say_all(self, principal: Principal, case_id: str, department_id: str) -> None:
        """Says that the department has no more findings; raises as `leave`."""
        async with self._database.write() as session:
            joint, party = await self._spoken(session, principal, case_id, department_id)
            joint.move_party(party, PartyState.SAID)
            await joint.log(who_acts(principal), acts.SAID, [party], department=party.name_zh)

    async def tell(self, principal: Principal, case_id: str, due_on: date, reach: Reach = _NOBODY) -> Told:
        """Tells the applicant every finding at once, as one list without repeats, and by when; makes a link to it.

        Who can be reached is sent a notice, too, and reminders.
        Raises `DepartmentsUnheard`, `FindingsTold`, `NoJointAcceptance`, `JointAcceptanceOver`, `NotYourCase`,
        `WrongCaseState`.
        """
        async with self._database.write() as session:
            joint = await self._worked(session, principal, case_id)
            if joint.row.state != JointState.COLLECTING:
                raise FindingsTold
            unheard = [one for one in joint.parties if one.state == PartyState.ASKED]
            if unheard:
                raise DepartmentsUnheard(departments=departments_named(unheard))
            drafts = [one for one in await joint.findings() if one.state == FindingState.DRAFT]
            numbers = numbered(Said(one.id, one.material_id, one.severity, joint.words(one).text) for one in drafts)
            for one in drafts:
                joint.move_finding(one, FindingState.TOLD)
                one.number = numbers[one.id]
            joint.move(JointState.TOLD)
            joint.row.told_at, joint.row.due_on = self._tools.clock.now(), due_on.isoformat()
            count = len(set(numbers.values()))
            said = {"count": str(count), "due": due_on.isoformat()}
            await joint.log(who_acts(principal), acts.TOLD, [joint.row, *drafts], **said)
            secret = await self._links.add(session, joint) if count else ""
            await tell_list(session, self._notices, joint, reach, (count, secret))
        return Told(count, secret)

    async def link(self, principal: Principal, case_id: str) -> str:
        """One more link to answer by, for who sits with the applicant; those before stay good.

        Raises `FindingsNotTold`, `FindingsOverdue`, `TooManySupplementLinks`, `NotYourCase`, `WrongCaseState`,
        `NoJointAcceptance`, `JointAcceptanceOver`.
        """
        async with self._database.write() as session:
            joint = await JointFolder.open(self._tools, session, case_id)
            try:
                may_work(principal, joint.case.record())
            except NotYourCase:
                may_show(principal, joint.case.record())
                joint.case.require_open()
            if joint.row.state != JointState.TOLD:
                raise FindingsNotTold
            secret = await self._links.add(session, joint)
            await joint.log(who_acts(principal), acts.LINKED, [joint.row])
        return secret

    async def of_answerer(self, answerer: Answerer) -> Case | None:
        """The whole case of what the answerer is asked, of which the caller shows that alone."""
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, answerer.case_id)
        return case if case.joint is not None and case.joint.file.id == answerer.asked_id else None

    async def decide(
        self, principal: Principal, case_id: str, department_id: str, decision: tuple[Opinion, str]
    ) -> None:
        """Says what the department decides, in an opinion and words.

        Agreed, also on conditions, it is only when nothing stands that the department says must be mended. Raises
        `FindingsStand`, `CharactersNotPrintable`, `NoJointAcceptance`, `JointAcceptanceOver`, `NotYourDepartment`,
        `WrongCaseState`.
        """
        opinion, words = decision
        self._tools.fonts.require(words)
        async with self._database.write() as session:
            joint, party = await self._spoken(session, principal, case_id, department_id)
            own = [one for one in await joint.findings() if one.department_id == department_id]
            stand = [one for one in own if must_stand(one)]
            if stand and opinion != "refused":
                raise FindingsStand(count=len(stand))
            joint.move_party(party, PartyState.DECIDED)
            party.opinion, party.by_name, party.at = opinion, principal.name, self._tools.clock.now()
            party.words = joint.case.key.seal(words, f"party {party.id}")
            said = {"department": party.name_zh, "opinion": OPINION_WORDS[opinion][0], "words": words}
            await joint.log(who_acts(principal), acts.DECIDED, [party], **said)

    def speaks_for(self, principal: Principal, case: CaseRecord, joint: Joint, party: PartyRecord) -> bool:
        """Whether the person speaks for this department in the case."""
        return speaks_for(principal, self._tools.lent, case, party, joint.parties)

    async def asking(self, principal: Principal) -> list[Asking]:
        """The cases of others that wait for a department of the person's, those that wait longest first."""
        if not principal.department_ids or not permits(principal, Permission.READ_CASE):
            return []
        async with self._database.read() as session:
            found = await cases_asking(session, principal)
        return [
            Asking(
                case_id=case.id,
                number=case.number,
                item_zh=case.item_zh,
                item_en=case.item_en,
                site_zh=case.site_zh,
                told=joint.state == JointState.TOLD,
                departments=[Named(one.department_id, one.name_zh, one.name_en) for one in parties],
            )
            for case, joint, parties in found
        ]

    async def to_answer(self, principal: Principal) -> list[ToAnswer]:
        """The cases that the person took, or has as a visitor, of which something is to be answered."""
        async with self._database.read() as session:
            found = await cases_to_answer(session, principal.person_id)
        return [
            ToAnswer(self._tools.reader.record(case), joint.due_on or "", waiting) for case, joint, waiting in found
        ]

    async def _worked(self, session: WriteSession, principal: Principal, case_id: str) -> JointFolder:
        joint = await JointFolder.open(self._tools, session, case_id)
        may_work(principal, joint.case.record())
        return joint

    async def _spoken(
        self, session: WriteSession, principal: Principal, case_id: str, department_id: str
    ) -> tuple[JointFolder, PartyRow]:
        """The department's own people alone say what it finds and decides, not the clerk for one that has left."""
        joint = await JointFolder.open(self._tools, session, case_id)
        joint.case.require_open()
        party = of_department(joint, self._tools.lent, principal, department_id)
        if party.state == PartyState.LEFT:
            raise NotYourDepartment
        party.speaker_id = principal.person_id
        return joint, party

    async def _ask(self, joint: JointFolder, principal: Principal, department: Named) -> None:
        party_id = self._tools.identifiers.new()
        row = PartyRow(
            id=party_id,
            case_id=joint.case.row.id,
            department_id=department.department_id,
            name_zh=department.zh,
            name_en=department.en,
            state=PartyState.ASKED,
            # The clerk of the case speaks for the department whose matter it is.
            speaker_id=principal.person_id if department.department_id == joint.case.row.department_id else None,
            opinion=None,
            words=joint.case.key.seal("", f"party {party_id}"),
            by_name=None,
            at=None,
            asked_at=self._tools.clock.now(),
        )
        joint.add(row)
        await joint.log(who_acts(principal), acts.ASKED, [row], department=department.zh)


def must_stand(finding: FindingRow | FindingRecord) -> bool:
    """Whether the finding must be mended and is neither struck out nor withdrawn."""
    return finding.severity == "must" and finding.state in STANDING
