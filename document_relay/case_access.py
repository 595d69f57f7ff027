"""Reading the cases of others: with a reason, for a working day, and the case's own log says who and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from directory.principal import Permission, Principal, permits
from document_relay.access import is_of_case, may_ask_for, may_read
from document_relay.case_core.wording import ACCESS_REASONS
from document_relay.errors import NoSuchCase, ReasonIncomplete
from document_relay.events import CaseAccessGranted
from document_relay.records import CaseRecord
from document_relay.store import grants
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on_reading import is_at_desk
from document_relay.store.joint_reading import departments_asked
from document_relay.store.tables import GrantRow
from foundation.database import Database

GRANT_LASTS = timedelta(hours=8)
"""A working day; who reads the case tomorrow says once more why."""


class Granted(NamedTuple):
    """The case that may be read, and until when; None for the people of the case."""

    case_id: str
    until: datetime | None


class CaseAccess:
    """Grants access to cases of others, and requires it."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def require(self, principal: Principal, case: CaseRecord) -> None:
        """Raises `NotYourCase`, and `ReasonNeeded` where the person may read the case and has not said why."""
        if self._tools.lent.is_lent(case.id, principal.person_id):
            return
        granted = False
        if not is_of_case(principal, case):
            async with self._database.read() as session:
                granted = case.id in await grants.lasting(session, principal.person_id, self._tools.clock.now())
                asked = await departments_asked(session, case.id) if principal.department_ids else frozenset()
                at_desk = await is_at_desk(session, case.id, principal)
            # Whose findings are asked for, or to whom it is handed on, needs no other reason.
            if asked & principal.department_ids and permits(principal, Permission.READ_CASE, case.site_path):
                return
            if at_desk and permits(principal, Permission.READ_CASE):
                return
        may_read(principal, case, granted=granted)

    def lend(self, case_id: str, staff_id: str) -> None:
        """Lets somebody read a case wherever it is, until it is taken back; whoever asked them in answers for it."""
        self._tools.lent.lend(case_id, staff_id)

    def take_back(self, case_id: str, staff_id: str) -> None:
        """Ends that; does nothing where the case is not lent to them."""
        self._tools.lent.take_back(case_id, staff_id)

    async def grant(self, principal: Principal, case: str, reason: str, note: str) -> Granted:
        """Lets the person read a case, by id or number, from now on; the people of the case need no grant.

        Raises `ReasonIncomplete`, `NoSuchCase`, `CaseDestroyed`, `NotYourCase`.
        """
        note = note.strip()
        if reason not in ACCESS_REASONS or (reason == "other" and not note):
            raise ReasonIncomplete
        async with self._database.write() as session:
            if (case_id := await grants.case_named(session, case)) is None:
                raise NoSuchCase
            folder = await Folder.open(self._tools, session, case_id)
            may_ask_for(principal, folder.record())
            if is_of_case(principal, folder.record()):
                return Granted(case_id, None)
            now = self._tools.clock.now()
            row = GrantRow(
                id=self._tools.identifiers.new(),
                case_id=case_id,
                staff_id=principal.person_id,
                reason=reason,
                granted_at=now,
                ends_at=now + GRANT_LASTS,
            )
            row.note = folder.key.seal(note, f"grant {row.id}")
            session.add(row)
            said = "：".join(filter(None, (ACCESS_REASONS[reason][0], note)))
            who = (principal.person_id, principal.name)
            await folder.log(who, "access_granted", CaseAccessGranted(case_id=case_id), reason=said)
        return Granted(case_id, row.ends_at)
