"""Visits at home: a worker is with the applicant with a tablet, and says where."""

from __future__ import annotations

from collections.abc import Sequence

from directory.principal import Principal, Visitor
from document_relay.access import may_show
from document_relay.case_core.history import Act
from document_relay.case_files import who_acts
from document_relay.errors import NotYourCase
from document_relay.events import MandateChanged
from document_relay.store.folder import Folder, Tools
from foundation.database import Database

AT_HOME = "home_visit"
NOT_AT_HOME = "home_visit_ended"
HOME_ACTS: Sequence[Act] = (
    Act(AT_HOME, "上门服务，地点：{place}", "A visit at home: {place}"),
    Act(NOT_AT_HOME, "不是上门服务", "No visit at home"),
)


class HomeVisits:
    """Marks the cases of visits at home."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database = database
        self._tools = tools

    async def mark(self, principal: Principal, case_id: str, place: str) -> None:
        """Says where the worker visits the applicant of an open case; empty for nowhere.

        A visitor is where they are, and says nothing of it. Raises `NoSuchCase`, `NotYourCase`, `WrongCaseState`.
        """
        if isinstance(principal, Visitor):
            raise NotYourCase
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case_id)
            may_show(principal, folder.record())
            folder.require_open()
            folder.change_private(home_place=place)
            act = AT_HOME if place else NOT_AT_HOME
            event = MandateChanged(case_id=case_id, act=act)
            await folder.log(who_acts(principal), act, event, **({"place": place} if place else {}))
