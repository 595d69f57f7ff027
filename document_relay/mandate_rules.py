"""What is refused of a case in which somebody acts for the applicant, without a mandate that covers it."""

from __future__ import annotations

from datetime import datetime

from document_relay.case_core.acting import ActingForm
from document_relay.case_core.mandates import SCOPE_WORDS, MandateState, Scope
from document_relay.mandate_errors import ActingSuspended, MandateDoesNotCover, MandateEnded, MandateNeeded
from document_relay.mandate_records import MandateRecord
from document_relay.store.acting import acting_forms_of
from document_relay.store.folder import Folder
from document_relay.store.mandates import mandates_of
from foundation.database import WriteSession
from foundation.errors import Words


async def require_mandate(session: WriteSession, folder: Folder, scope: Scope, now: datetime) -> MandateRecord | None:
    """The mandate under which this is done; None where the applicant acts in person.

    The case is locked, so that no mandate ends meanwhile. Raises `MandateNeeded`, `MandateEnded`,
    `MandateDoesNotCover`, `ActingSuspended`.
    """
    if not folder.row.acting:
        return None
    found = await mandates_of(session, folder.row.id, folder.key)
    holding = covering(found, scope, now)
    forms = await acting_forms_of(session, folder.row.id, folder.key)
    last = [one for one in forms if one.mandate_id == holding.id and one.done_at is not None][-1:]
    if last and last[0].form is ActingForm.SUSPENSION:
        raise ActingSuspended(number=last[0].number)
    return holding


async def require_to_hand_in(session: WriteSession, folder: Folder, now: datetime) -> None:
    """As `require_mandate`; but papers may come in before a drafted mandate is in force, its own paper among them.

    They may while the acting is suspended, too: what it waits for comes so.
    """
    if not folder.row.acting:
        return
    found = await mandates_of(session, folder.row.id, folder.key)
    newest = found[-1] if found else None
    if newest is not None and newest.state is MandateState.DRAFTED and now < newest.ends_at:
        return
    covering(found, "hand_in", now)


def covering(mandates: list[MandateRecord], scope: Scope, now: datetime) -> MandateRecord:
    """The one that holds and covers it; raises as `require_mandate`."""
    holding = next((one for one in mandates if one.holds(now)), None)
    if holding is None:
        ended = [one for one in mandates if one.begun_at is not None]
        if ended and mandates[-1].state is not MandateState.DRAFTED:
            raise MandateEnded(number=ended[-1].number)
        raise MandateNeeded
    if scope not in holding.scope:
        raise MandateDoesNotCover(number=holding.number, scope=Words(*SCOPE_WORDS[scope]))
    return holding
