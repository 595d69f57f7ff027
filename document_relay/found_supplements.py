"""Supplements that a worker finds for an applicant who came to another point, or has lost the link."""

from __future__ import annotations

import contextlib
import hmac
import unicodedata
from datetime import datetime, timedelta

from directory.principal import Principal
from document_relay.case_core import supplement_acts as acts
from document_relay.case_core.numbers import as_case_number
from document_relay.case_files import who_acts
from document_relay.errors import CaseDamaged
from document_relay.records import Case
from document_relay.store import grants
from document_relay.store.folder import Tools
from document_relay.store.supplement_reading import of_number
from document_relay.store.supplements import SupplementFolder
from document_relay.store.tables import GrantRow
from document_relay.supplement_errors import SupplementNotFound
from document_relay.supplement_gate import require_open
from foundation.database import Database, ReadSession
from foundation.vault import SealBroken

LASTS = timedelta(hours=2)
"""As long as somebody may sit at a point; whoever comes again is found again."""
_SHOWN = 10


class FoundSupplements:
    """Opens what is missing of a case by the case's number and the applicant's name."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def open(self, principal: Principal, number: str, name: str, place: str) -> tuple[str, str]:
        """Lets the person bring what is missing, for `LASTS`; the supplement's id and its case's.

        The case's history says at which `place`. Raises `SupplementNotFound` alike for a number that there is not, for
        another name, and where nothing was asked for or the visit goes on; `SupplementTooLate`, `SupplementNotOpen`,
        `SealBroken`.
        """
        async with self._database.read() as session:
            supplement_id = await self._proven(session, number, name)
        async with self._database.write() as session:
            parked = await SupplementFolder.open(self._tools, session, supplement_id)
            now = self._tools.clock.now()
            require_open(parked.row, now)
            case_id = parked.row.case_id
            session.add(self._grant(parked, principal, place, now))
            await parked.log(who_acts(principal), acts.FOUND, place=place)
        return supplement_id, case_id

    async def of(self, principal: Principal) -> list[Case]:
        """The cases whose supplements the person has found, the last one first; the caller shows that alone of them."""
        cases = []
        async with self._database.read() as session:
            for case_id in await grants.found_by(session, principal.person_id, self._tools.clock.now(), _SHOWN):
                # One that is damaged is told of where it is read, and must not take the others out of sight.
                with contextlib.suppress(CaseDamaged, SealBroken):
                    cases.append(await self._tools.reader.whole(session, case_id))
        return [one for one in cases if one.supplement is not None]

    async def _proven(self, session: ReadSession, number: str, name: str) -> str:
        # One question whatever is wrong: the time that the answer takes must not tell what there is of a number.
        found = await of_number(session, as_case_number(number))
        if found is None or not _is_same(self._tools.reader.record(found.case).applicant_name, name):
            raise SupplementNotFound
        return found.row.id

    def _grant(self, parked: SupplementFolder, principal: Principal, place: str, now: datetime) -> GrantRow:
        row = GrantRow(
            id=self._tools.identifiers.new(),
            case_id=parked.row.case_id,
            staff_id=principal.person_id,
            reason=grants.SUPPLEMENT,
            granted_at=now,
            ends_at=min(now + LASTS, parked.row.ends_at),
        )
        row.note = parked.case.key.seal(place, f"grant {row.id}")
        return row


def _is_same(kept: str, typed: str) -> bool:
    """Whether it is the same name, however it is spaced and in whatever capitals."""
    known = _plain(kept)
    return bool(known) and hmac.compare_digest(known, _plain(typed))


def _plain(name: str) -> bytes:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).encode()
