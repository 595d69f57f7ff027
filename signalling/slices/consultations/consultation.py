"""Who is asked into which call, and how far that is. Pure; in memory, since it ends with the call or the service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from foundation.errors import Conflict, Gone
from signalling.slices.calls.ports import GUESTS_AT_MOST

_ANSWERS_AT_MOST = 3
"""Answers of those who did not come, which the clerk is shown until the call is over."""


class TooManyConsulted(Conflict):
    """As many are in the call, or asked, as may be."""

    code = "too_many_consulted"
    zh = "一次通话最多再加入 {most} 人。"
    en = "At most {most} people can join a call."


class ColleagueBusy(Conflict):
    """The colleague is in a call, has a ticket ringing, or is asked already."""

    code = "colleague_busy"
    zh = "对方正忙，请另选一位同事。"
    en = "They are busy. Choose another colleague."


class ColleagueAway(Conflict):
    """The colleague has no page open."""

    code = "colleague_away"
    zh = "对方没有打开工作页面，请另选一位同事。"
    en = "They have no page open. Choose another colleague."


class NobodyOnDuty(Conflict):
    """Nobody of the rota is on duty for the matter and free now."""

    code = "nobody_on_duty"
    zh = "现在没有可以应答的值班人员，请另选一位同事。"
    en = "Nobody on duty can answer now. Choose a colleague."


class ConsultationOver(Gone):
    """The invitation was answered, withdrawn or ran out, or the colleague has left."""

    code = "consultation_over"
    zh = "这次会商邀请已经结束。"
    en = "This invitation is over."


class State(StrEnum):
    """How far it is: the last two are answers, and the end of it."""

    RINGING = "ringing"
    JOINED = "joined"
    DECLINED = "declined"
    UNANSWERED = "unanswered"


_OPEN = frozenset({State.RINGING, State.JOINED})


class Person(NamedTuple):
    """Somebody by identifier and name."""

    id: str
    name: str


@dataclass(frozen=True)
class Consultation:
    """One colleague in, or asked into, the call of a ticket; it rings until `until`."""

    id: str
    ticket_id: str
    case_id: str | None
    guest: Person
    by: Person
    question: str
    until: datetime
    state: State = State.RINGING
    next_on_duty: tuple[str, ...] | None = None
    """Who is asked when this one does not come, of the rota; None where the clerk has asked for this one."""
    instead: str | None = None
    """The department whose rota can be asked in place of the one whom the clerk has chosen, and who did not come."""
    handed_over: bool = False
    """Whether the guest had the ticket before and has handed it over within the call."""


class Consultations:
    """All of this service's."""

    def __init__(self) -> None:
        self._all: dict[str, Consultation] = {}
        self._nobody: set[str] = set()

    def of_ticket(self, ticket_id: str) -> list[Consultation]:
        """Those of a ticket, answers included, the oldest first."""
        return [one for one in self._all.values() if one.ticket_id == ticket_id]

    def of_guest(self, person_id: str) -> Consultation | None:
        """What rings at the person, or the call they were asked into."""
        return next((one for one in self._all.values() if one.guest.id == person_id and one.state in _OPEN), None)

    def find(self, consultation_id: str, state: State) -> Consultation:
        """The consultation in this state; raises `ConsultationOver`."""
        found = self._all.get(consultation_id)
        if found is None or found.state is not state:
            raise ConsultationOver
        return found

    def find_open(self, consultation_id: str) -> Consultation:
        """The consultation, ringing or joined; raises `ConsultationOver`."""
        found = self._all.get(consultation_id)
        if found is None or found.state not in _OPEN:
            raise ConsultationOver
        return found

    def add(self, new: Consultation, others: int = 0) -> None:
        """Begins one, beside so many who are none of the colleagues; raises `ColleagueBusy`, `TooManyConsulted`."""
        if self.of_guest(new.guest.id) is not None:
            raise ColleagueBusy
        there = self.of_ticket(new.ticket_id)
        if sum(one.state in _OPEN for one in there) + others >= GUESTS_AT_MOST:
            raise TooManyConsulted(most=GUESTS_AT_MOST)
        for one in there:
            if one.guest.id == new.guest.id:
                del self._all[one.id]
        self._all[new.id] = new

    def move(self, consultation: Consultation, state: State) -> None:
        """Notes how far it is; of answers the oldest are let go of."""
        if consultation.id in self._all:
            self._all[consultation.id] = replace(consultation, state=state)
        answers = [one for one in self.of_ticket(consultation.ticket_id) if one.state not in _OPEN]
        for one in answers[:-_ANSWERS_AT_MOST]:
            del self._all[one.id]

    def put_instead(self, consultation_id: str, department_id: str) -> None:
        """Notes whose rota can be asked in place of one who did not come; does nothing when it is over."""
        known = self._all.get(consultation_id)
        if known is not None and known.state not in _OPEN:
            self._all[consultation_id] = replace(known, instead=department_id)

    def did_not_come(self, ticket_id: str) -> frozenset[str]:
        """Who was asked into the ticket's call and has declined or not answered."""
        return frozenset(one.guest.id for one in self.of_ticket(ticket_id) if one.state not in _OPEN)

    def nobody_came(self, ticket_id: str, *, nobody: bool) -> None:
        """Notes whether the whole rota was asked in vain, as far as the ticket's call goes."""
        change = self._nobody.add if nobody else self._nobody.discard
        change(ticket_id)

    def has_nobody(self, ticket_id: str) -> bool:
        """Whether the whole rota was asked in vain."""
        return ticket_id in self._nobody

    def drop(self, consultation_id: str) -> Consultation | None:
        """Ends it; what it was, None when it is over already."""
        return self._all.pop(consultation_id, None)
