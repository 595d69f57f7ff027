"""A case that is handed on, open for change inside a write transaction, and its entries in the case's history."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from directory.principal import Principal
from document_relay.case_core import hand_on_acts as acts
from document_relay.case_core.hand_on_life import AT_SENDER, HAND_ON_TRANSITIONS, HELD, HandOnState
from document_relay.case_core.kept import FIELD, kept
from document_relay.events import ClerkAssigned, HandOnChanged
from document_relay.hand_on_errors import HandOnStands, NoHandOn, NotYourDesk
from document_relay.hand_on_records import Desk, HandOnRecord, Reach
from document_relay.store.folder import Folder, Tools, check_transition
from document_relay.store.hand_on_reading import OF_CASE, belongs, record, words_of
from document_relay.store.hand_on_tables import HandOnRow
from foundation.database import ReadSession, WriteSession
from foundation.errors import Words


class Owner(NamedTuple):
    """Whose case it is in the service's tables: an id and a name."""

    id: str
    name: str


class HandOnFolder:
    """How a case is handed on, inside a write transaction in which its case is locked."""

    def __init__(self, folder: Folder, row: HandOnRow) -> None:
        self.case = folder
        self.row = row

    @classmethod
    async def of(cls, session: ReadSession, folder: Folder) -> HandOnFolder | None:
        """That of a case that is locked already; None where it never was handed on."""
        row = await session.scalar(OF_CASE, {"case_id": folder.row.id})
        return None if row is None else cls(folder, row)

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, case_id: str) -> HandOnFolder:
        """Locks the case; raises `NoSuchCase`, `CaseDestroyed`, `WrongCaseState`, `NoHandOn`."""
        folder = await Folder.open(tools, session, case_id)
        found = await cls.of(session, folder)
        if found is None:
            raise NoHandOn
        folder.require_open()
        return found

    @property
    def state(self) -> HandOnState:
        """Where it is."""
        return HandOnState(self.row.state)

    @property
    def sender(self) -> Desk:
        """The department that handed it on."""
        return msgspec.convert(self.row.sender, Desk)

    @property
    def receiver(self) -> Desk:
        """The department that it is handed on to."""
        return msgspec.convert(self.row.receiver, Desk)

    def record(self) -> HandOnRecord:
        """As a plain value."""
        return record(self.row, self.case.key)

    def reach(self) -> Reach:
        """How the resident is told."""
        return msgspec.convert(self.case.key.unseal(self.row.reach, f"reach {self.row.id}"), Reach)

    def require_taker(self, principal: Principal) -> None:
        """Raises `NotYourDesk` unless the person has taken it and holds it now."""
        if self.state not in HELD or self.row.taker_id != principal.person_id:
            raise NotYourDesk(desk=_named(self.record().desk))

    def require_sender(self, principal: Principal) -> None:
        """Raises `NotYourDesk` unless the person is of the department that handed it on."""
        if not belongs(principal, self.sender) and principal.person_id != self.row.sender_id:
            raise NotYourDesk(desk=_named(self.record().desk))

    def move(self, wanted: HandOnState, due_on: str) -> None:
        """Moves it to whoever owns it then, by that date; raises `WrongCaseState`."""
        check_transition(HAND_ON_TRANSITIONS, self.state, wanted)
        self.row.state, self.row.due_on = wanted, due_on
        desk = self.sender if wanted in AT_SENDER else self.receiver
        self.row.desk_site_id, self.row.desk_site_path = desk.site_id, desk.site_path
        self.row.desk_department_id = desk.department_id

    async def into_hands(self, clerk: Owner) -> None:
        """Lets this person work on the case, and nobody else."""
        if self.case.row.clerk_id == clerk.id:
            return
        self.case.row.clerk_id = clerk.id
        event = ClerkAssigned(case_id=self.case.row.id, clerk_id=clerk.id)
        await self.case.log(clerk, "clerk_assigned", event)

    def change_words(self, **values: object) -> None:
        """Changes some of what is sealed."""
        words = msgspec.structs.replace(words_of(self.row, self.case.key), **values)
        self.row.words = self.case.key.seal(words, f"hand-on {self.row.id}")

    async def decided(self, who: tuple[str, str]) -> None:
        """Ends it with the decision of the case."""
        desk = self.record().desk
        # Whose decision it is stays, so that it is seen from where it came.
        check_transition(HAND_ON_TRANSITIONS, self.state, HandOnState.DECIDED)
        self.row.state = HandOnState.DECIDED
        await self.log(who, acts.DECIDED, desk=desk.zh)

    async def log(self, who: tuple[str, str], act: str, **details: str) -> None:
        """Adds the entry to the case's chain, with the hash of the record as it is now."""
        departments = tuple(sorted({self.row.sender_department_id, self.receiver.department_id}))
        event = HandOnChanged(case_id=self.case.row.id, act=act, department_ids=departments)
        await self.case.log(who, act, event, **{FIELD: kept([self.record()])}, **details)


def may_decide_handed_on(principal: Principal, hand_on: HandOnRecord | None) -> None:
    """Raises `HandOnStands` while another one is to decide the case."""
    if hand_on is None or hand_on.state in (HandOnState.DECIDED, HandOnState.RETURNED):
        return
    if hand_on.owner != principal.person_id:
        raise HandOnStands(desk=_named(hand_on.receiver))


def _named(desk: Desk) -> Words:
    return Words(desk.zh, desk.en)
