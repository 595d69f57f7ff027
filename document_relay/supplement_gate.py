"""Whether something may still be sent to a case: what is missing of it is taken until its deadline, and no more."""

from __future__ import annotations

from datetime import datetime

from directory.principal import Answerer, Principal, Sender
from document_relay.access import may_deliver, may_show
from document_relay.case_core.supplements import STANDING, SupplementState
from document_relay.errors import NoSuchMaterial, NotYourCase
from document_relay.findings_by_link import require_to_answer
from document_relay.mandate_rules import require_to_hand_in
from document_relay.store.folder import Folder, Tools
from document_relay.store.grants import had_found, has_found
from document_relay.store.hand_on_reading import goes_on
from document_relay.store.joint_reading import stands
from document_relay.store.supplement_reading import last_of, words_of
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import MaterialRow
from document_relay.supplement_errors import (
    NoSuchSupplement,
    SupplementNotOpen,
    SupplementSearchOver,
    SupplementTooLate,
)
from foundation.database import Database, ReadSession, WriteSession


def require_open(row: SupplementRow, now: datetime) -> None:
    """Raises `SupplementTooLate` after the deadline, `SupplementNotOpen` unless it waits for the applicant."""
    late = row.state == SupplementState.PARKED and row.ends_at <= now
    if late or row.state == SupplementState.ENDED:
        raise SupplementTooLate(due=row.due_on)
    if row.state != SupplementState.PARKED:
        raise SupplementNotOpen


async def require_may_show(session: ReadSession, principal: Principal, folder: Folder, now: datetime) -> None:
    """Raises as `may_show`; who has found the supplement for its applicant stands where the point stands."""
    try:
        may_show(principal, folder.record())
    except NotYourCase:
        if not await has_found(session, principal.person_id, folder.row.id, now):
            raise


async def require_may_deliver(session: ReadSession, principal: Principal, folder: Folder, now: datetime) -> None:
    """Raises as `may_deliver`, but for who has found the supplement."""
    try:
        may_deliver(principal, folder.record())
    except NotYourCase:
        if not await has_found(session, principal.person_id, folder.row.id, now):
            raise


async def require_still_found(database: Database, tools: Tools, principal: Principal, case_id: str) -> None:
    """Raises `SupplementSearchOver` when an upload is to end whose sender had found the case, and may see it no more.

    Its bytes are kept: who finds the case once more ends the same upload.
    """
    async with database.read() as session:
        try:
            may_deliver(principal, await tools.reader.file(session, case_id))
        except NotYourCase:
            lasting = await has_found(session, principal.person_id, case_id, tools.clock.now())
            if not lasting and await had_found(session, principal.person_id, case_id):
                raise SupplementSearchOver from None


async def require_may_begin(
    session: WriteSession, folder: Folder, principal: Principal, material_id: str, now: datetime
) -> None:
    """Raises unless the person may begin to send a page: as `require_wanted`, and as `require_to_hand_in`.

    A link does not tell who opened it, and is good until its deadline, which a mandate need not reach; who comes to
    another point could send the same by it.
    """
    if not isinstance(principal, Sender) and not await _found(session, folder, principal.person_id, now):
        await require_to_hand_in(session, folder, now)
    await require_wanted(session, folder, principal.person_id, material_id, now)


async def require_wanted(session: ReadSession, folder: Folder, person_id: str, material_id: str, now: datetime) -> None:
    """Raises unless the person may send a page of the material now; asked when it is begun and when it has come.

    A sender sends what is asked for and nothing else, and so does who has found the supplement. After the visit others
    send until the deadline, too, and beside it what a desk has asked for by itself. Raises `SupplementTooLate`,
    `SupplementNotOpen`, `NoSuchSupplement`, `NoSuchMaterial`, and by a link to findings as `require_to_answer`.
    """
    if person_id.startswith(Answerer.PREFIX):
        return await require_to_answer(session, folder, person_id, material_id, now)
    last = await last_of(session, folder.row.id)
    if person_id.startswith(Sender.PREFIX):
        if last is None or last.id != person_id.removeprefix(Sender.PREFIX):
            raise NoSuchSupplement
        _require_asked(last, folder, material_id, now)
        return
    if last is not None and await _found(session, folder, person_id, now):
        _require_asked(last, folder, material_id, now)
        return
    if folder.row.left_at is None or last is None or await stands(session, folder.row.id):
        return
    if not await _is_asked_beside(session, folder, last, material_id):
        require_open(last, now)


async def _found(session: ReadSession, folder: Folder, person_id: str, now: datetime) -> bool:
    """Whether the person has the case by its number alone."""
    row = folder.row
    return row.left_at is not None and person_id != row.worker_id and await has_found(session, person_id, row.id, now)


def _require_asked(last: SupplementRow, folder: Folder, material_id: str, now: datetime) -> None:
    require_open(last, now)
    if material_id not in _open(last, folder):
        raise NoSuchMaterial


async def _is_asked_beside(session: ReadSession, folder: Folder, last: SupplementRow, material_id: str) -> bool:
    """Whether a desk wants the paper now, and the supplement has nothing to do with it any more or never had."""
    material = await folder.one(MaterialRow, material_id)
    if not material.asked_now:
        return False
    if last.state not in STANDING:
        return True
    return material_id not in _open(last, folder) and await goes_on(session, folder.row.id)


def _open(row: SupplementRow, folder: Folder) -> set[str]:
    return {one.material_id for one in words_of(row, folder.key).missing if one.open}
