"""The link by which an applicant answers findings from home: what it opens, and what may be sent by it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from directory.principal import Answerer
from directory.senders import MOST_LINKS, SenderLinks, answerer_of
from document_relay.case_core.findings import FindingState, JointState
from document_relay.errors import NoSuchMaterial
from document_relay.joint_errors import FindingsOverdue, JointAcceptanceOver, NoJointAcceptance
from document_relay.store.folder import Folder, Tools
from document_relay.store.joint import JointFolder
from document_relay.store.joint_reading import OF_CASE
from document_relay.store.joint_tables import FindingRow
from document_relay.store.material_rows import material_row
from document_relay.store.tables import MaterialRow
from document_relay.supplement_notices import SupplementNotices
from foundation.database import ReadSession, WriteSession

_ANSWERS = ("补正意见的答复材料", "Papers that answer findings")


class FindingsLinks:
    """Makes links in the transaction of the joint acceptance whose findings they show."""

    def __init__(self, tools: Tools, links: SenderLinks, notices: SupplementNotices) -> None:
        self._tools = tools
        self._links = links
        self._notices = notices

    async def add(self, session: WriteSession, joint: JointFolder, most: int = MOST_LINKS) -> str:
        """One more link to the findings that were told; the secret, which is told once.

        Raises `FindingsOverdue`, `TooManySupplementLinks` where there are `most`.
        """
        row, case = joint.row, joint.case.row
        assert row.due_on is not None  # what was told has a date
        row.ends_at = self._notices.ends_at(date.fromisoformat(row.due_on))
        if row.ends_at <= self._tools.clock.now():
            raise FindingsOverdue(due=row.due_on)
        if row.answers_material_id is None and any(
            one.material_id is None and one.number is not None for one in await joint.findings()
        ):
            row.answers_material_id = await self._material(joint.case)
        return await self._links.add(session, answerer_of(row.id), (case.id, case.site_id), row.ends_at, most)

    async def _material(self, folder: Folder) -> str:
        """A material for the pages that answer what is about no paper of the case."""
        row = material_row(self._tools, folder, await folder.count(MaterialRow) + 1, _ANSWERS)
        folder.add(row)
        return row.id


async def require_to_answer(
    session: ReadSession, folder: Folder, person_id: str, material_id: str, now: datetime
) -> None:
    """Raises unless who has a link may send a page of the material now: one that an open finding is about.

    Raises `NoJointAcceptance`, `JointAcceptanceOver`, `FindingsOverdue`, `NoSuchMaterial`.
    """
    joint = await session.scalar(OF_CASE, {"case_id": folder.row.id})
    if joint is None or joint.id != person_id.removeprefix(Answerer.PREFIX):
        raise NoJointAcceptance
    if joint.state == JointState.CONCLUDED:
        raise JointAcceptanceOver
    if joint.ends_at is None or joint.ends_at <= now:
        raise FindingsOverdue(due=joint.due_on)
    waiting = select(FindingRow.material_id).where(
        FindingRow.case_id == folder.row.id, FindingRow.state == FindingState.TOLD
    )
    asked = {one or joint.answers_material_id for one in await session.scalars(waiting)}
    if material_id not in asked:
        raise NoSuchMaterial
