"""Looking for case files of one's site: by name, number, item, time and state."""

from __future__ import annotations

from typing import NamedTuple

from directory.principal import Principal
from document_relay.access import is_of_case, may_ask_for
from document_relay.errors import NotYourCase
from document_relay.records import CaseRecord
from document_relay.store import grants, searching
from document_relay.store.folder import Tools
from document_relay.store.searching import CaseFilter
from foundation.database import Database

PAGE = 20
_CHUNK = 200
_OPENED_AT_MOST = 2000
"""Names are sealed, so each case that the tables cannot rule out is opened; no more of them in one search."""


class FoundCase(NamedTuple):
    """A case file, and whether the person has to say why before it is read."""

    file: CaseRecord
    needs_reason: bool


class FoundCases(NamedTuple):
    """A page of what was found, newest first; `last_id` goes on behind it, None at the end."""

    cases: list[FoundCase]
    last_id: str | None


class CaseSearch:
    """Finds the case files that a person may read, or may ask for."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def find(self, principal: Principal, wanted: CaseFilter, name: str, last_id: str | None) -> FoundCases:
        """The next page of the cases whose applicant's name has `name` in it."""
        found: list[FoundCase] = []
        async with self._database.read() as session:
            granted = await grants.lasting(session, principal.person_id, self._tools.clock.now())
            for _ in range(_OPENED_AT_MOST // _CHUNK):
                rows = await searching.before(session, self._tools.reader, wanted, last_id, _CHUNK)
                for file in rows:
                    last_id = file.id
                    if name in file.applicant_name and _is_allowed(principal, file):
                        reason = not is_of_case(principal, file) and file.id not in granted
                        found.append(FoundCase(file, reason))
                        if len(found) == PAGE:
                            return FoundCases(found, last_id)
                if len(rows) < _CHUNK:
                    return FoundCases(found, None)
        return FoundCases(found, last_id)


def _is_allowed(principal: Principal, file: CaseRecord) -> bool:
    try:
        may_ask_for(principal, file)
    except NotYourCase:
        return False
    return True
