"""The consolidated answer of a joint acceptance: one paper, sealed for each department that has decided."""

from __future__ import annotations

from datetime import datetime

from directory.principal import Principal
from document_relay.access import may_decide, may_work
from document_relay.case_core import joint_acts as acts
from document_relay.case_core.findings import OPINION_WORDS, FindingState, JointState, PartyState
from document_relay.case_core.kept import kept
from document_relay.case_files import who_acts
from document_relay.documents import Archive, Documents, Made
from document_relay.joint_acceptance import must_stand
from document_relay.joint_errors import (
    DepartmentsUndecided,
    FindingsChanged,
    FindingsNotTold,
    FindingsStand,
    JointAcceptanceOver,
    NoJointAcceptance,
)
from document_relay.joint_notices import tell_end
from document_relay.joint_records import Joint, PartyRecord
from document_relay.records import Case, CaseRecord
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.seal import Seal
from document_relay.store.folder import Folder, Tools
from document_relay.store.joint import JointFolder
from document_relay.store.joint_reading import departments_named, joint_of
from document_relay.store.tables import DocumentRow
from document_relay.supplement_notices import SupplementNotices
from document_relay.typesetting.joint_papers import consolidated_answer
from document_relay.typesetting.papers import Papers
from foundation.database import Database, WriteSession

_TITLE = {"title_zh": "联合验收综合答复", "title_en": "Consolidated answer"}


class JointAnswers:
    """Makes consolidated answers."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        documents: Documents,
        archive: Archive,
        means: tuple[Papers, SigningAuthority, SupplementNotices],
    ) -> None:
        self._database = database
        self._tools = tools
        self._documents = documents
        self._archive = archive
        self._papers, self._authority, self._notices = means

    async def conclude(self, principal: Principal, case_id: str) -> str:
        """Ends the joint acceptance with its answer, and returns the document's id.

        Each department that has decided seals it by name. Every finding was told before, and what must be mended stands
        only where its department refuses. Raises `DepartmentsUndecided`, `FindingsNotTold`, `FindingsStand`,
        `FindingsChanged`, `NoJointAcceptance`, `JointAcceptanceOver`, `NoSuchCase`, `NotYourCase`, `WrongCaseState`,
        imaging's refusals; `DiskFull` when nothing at all is left.
        """
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, case_id)
        joint = case.joint
        if joint is None:
            raise NoJointAcceptance
        may_decide(principal, case.file)
        may_work(principal, case.file)
        if joint.file.state is JointState.CONCLUDED:
            raise JointAcceptanceOver
        decided = _decided(joint)
        now = self._tools.clock.now()
        pdf = (await self._archive.set_paper(consolidated_answer(self._papers, case, now))).pdf
        for place, party in enumerate(decided, 1):
            seal = _seal(case.file, party, (place, len(decided)), now)
            pdf = await self._archive.sealed(self._authority, pdf, seal)

        async def concluded(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            may_work(principal, folder.record())
            await self._conclude(session, principal, (case, joint), row)

        return await self._documents.join_sealed(
            case.file, Made(kind="answer", pdf=pdf, field=None, **_TITLE), now, concluded
        )

    async def _conclude(
        self, session: WriteSession, principal: Principal, read: tuple[Case, Joint], row: DocumentRow
    ) -> None:
        case, former = read
        folder = await JointFolder.open(self._tools, session, case.file.id)
        # The paper says what was read: it must be so still.
        now = await joint_of(session, case.file.id, folder.case.key)
        if now is None or kept(now.records()) != kept(former.records()):
            raise FindingsChanged
        folder.move(JointState.CONCLUDED)
        folder.row.document_id = row.id
        await tell_end(session, self._notices, folder)
        names = departments_named([one for one in folder.parties if one.state == PartyState.DECIDED]).zh
        await folder.log(who_acts(principal), acts.CONCLUDED, [folder.row], departments=names, sha256=row.sha256)


def _decided(joint: Joint) -> list[PartyRecord]:
    """The departments that seal; raises `DepartmentsUndecided`, `FindingsNotTold`, `FindingsStand`."""
    waiting = [one for one in joint.parties if one.state in (PartyState.ASKED, PartyState.SAID)]
    decided = [one for one in joint.parties if one.state is PartyState.DECIDED]
    if waiting or not decided:
        raise DepartmentsUndecided(departments=departments_named(waiting or joint.parties))
    # The paper lists what was told: a finding that nobody was told would be sealed away unseen.
    if any(one.state is FindingState.DRAFT for one in joint.findings):
        raise FindingsNotTold
    refusing = {one.department_id for one in decided if one.opinion == "refused"}
    stand = [one for one in joint.findings if must_stand(one) and one.department_id not in refusing]
    if stand:
        raise FindingsStand(count=len(stand))
    return decided


def _seal(file: CaseRecord, party: PartyRecord, place: tuple[int, int], at: datetime) -> Seal:
    opinion = OPINION_WORDS[party.opinion or ""][0]
    return Seal(
        name=f"{party.name_zh}（{party.by_name}）",
        reason=f"{file.number} 联合验收 {party.name_zh} {opinion}，第 {place[0]} 枚，共 {place[1]} 枚",
        location=file.site_zh,
        at=at,
        place=place[0],
        of=place[1],
    )
