"""What the applicant is told of a joint acceptance by notice: its list, that something is asked once more, its end."""

from __future__ import annotations

from datetime import date

import msgspec

from directory.errors import TooManySupplementLinks
from directory.senders import MOST_TOLD
from document_relay.case_core.findings import FindingState
from document_relay.findings_by_link import FindingsLinks
from document_relay.store.joint import JointFolder
from document_relay.supplement_notices import Reach, SupplementNotices, Told, findings_topic
from foundation.database import WriteSession


async def tell_list(
    session: WriteSession, notices: SupplementNotices, joint: JointFolder, reach: Reach, listed: tuple[int, str]
) -> None:
    """Tells how many are `listed` and the link's secret, and keeps how the applicant is reached until the end."""
    count, secret = listed
    if not (reach.phone or reach.email):
        return
    joint.row.reach = joint.case.key.seal(reach, f"reach {joint.row.id}")
    if count:
        await notices.findings(session, _told(joint, "1", count, secret), reach)


async def tell_again(
    session: WriteSession, notices: SupplementNotices, joint: JointFolder, links: FindingsLinks, version: str
) -> None:
    """Tells that answers were not enough, with a link of its own, and reminds anew by the same due date.

    Where there are as many links as there may be, the notice leads to the page that takes the code of an older one.
    """
    reach = _reach(joint)
    if reach is not None:
        waiting = {one.number for one in await joint.findings() if one.state == FindingState.TOLD}
        try:
            secret = await links.add(session, joint, MOST_TOLD)
        except TooManySupplementLinks:
            secret = ""
        await notices.findings_again(session, _told(joint, version, len(waiting), secret), reach)


async def tell_end(session: WriteSession, notices: SupplementNotices, joint: JointFolder) -> None:
    """Tells that the answer is there, and forgets how the applicant was reached."""
    reach = _reach(joint)
    joint.row.reach = None
    await notices.over(session, findings_topic(joint.row.case_id))
    if reach is not None:
        await notices.findings_concluded(session, _told(joint, "1", 0, ""), reach)


def _reach(joint: JointFolder) -> Reach | None:
    row = joint.row
    return None if row.reach is None else msgspec.convert(joint.case.key.unseal(row.reach, f"reach {row.id}"), Reach)


def _told(joint: JointFolder, version: str, count: int, secret: str) -> Told:
    row = joint.row
    assert row.due_on is not None  # who is reached was told, and by when
    return Told(
        topic=findings_topic(row.case_id),
        version=version,
        case=joint.case.row,
        due_on=date.fromisoformat(row.due_on),
        count=count,
        secret=secret,
    )
