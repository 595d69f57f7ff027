"""What a clerk does to ask colleagues into the call, and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.duty_errors import NoDutyNow, RotaEmpty
from directory.errors import NoSuchDepartment, NoSuchStaff
from directory.principal import Permission, Principal
from rtc_server.sessions.errors import SessionFull
from scheduler.errors import ClerkBusy, NotInThisState, TargetClosed, TargetNotCapable, TicketNotInHand
from signalling.slices.calls.ports import CallFull
from signalling.slices.consultations import consulting, joining
from signalling.slices.consultations.consultation import (
    ColleagueAway,
    ColleagueBusy,
    ConsultationOver,
    NobodyOnDuty,
    TooManyConsulted,
)
from signalling.slices.consultations.messages import (
    AnswerConsultation,
    AskColleague,
    AskOnDuty,
    ColleagueAsked,
    EndConsultation,
    HandOver,
    LeaveConsultation,
)
from signalling.slices.consultations.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG, DESK
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def ask_colleague(parts: Parts, principal: Principal, command: AskColleague) -> ColleagueAsked:
    """Lets it ring at a colleague's page."""
    return ColleagueAsked(consultation_id=await consulting.ask(parts, principal, command))


async def ask_on_duty(parts: Parts, principal: Principal, command: AskOnDuty) -> ColleagueAsked:
    """Lets it ring at who is on duty, one after the other."""
    return ColleagueAsked(consultation_id=await consulting.ask_on_duty(parts, principal, command))


async def answer_consultation(parts: Parts, principal: Principal, command: AnswerConsultation) -> None:
    """Joins, or declines."""
    answer = joining.join if command.accept else consulting.decline
    await answer(parts, principal, command.consultation_id)


async def leave_consultation(parts: Parts, principal: Principal, command: LeaveConsultation) -> None:
    """Leaves the call."""
    await joining.leave_own(parts, principal, command.consultation_id)


async def end_consultation(parts: Parts, principal: Principal, command: EndConsultation) -> None:
    """Takes the invitation back, or lets the colleague go."""
    await joining.end(parts, principal, command.consultation_id)


async def hand_over(parts: Parts, principal: Principal, command: HandOver) -> None:
    """Gives the ticket to a colleague in the call."""
    await joining.hand_over(parts, principal, command.consultation_id)


_LEFT = DESK | CASE_LOG | {ConsultationOver, SessionFull}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        AskColleague: CommandRow(
            Permission.SERVE,
            ask_colleague,
            CASE_LOG | {ColleagueAway, ColleagueBusy, NoSuchStaff, NotInThisState, TicketNotInHand, TooManyConsulted},
            result=ColleagueAsked,
            access="consultation_asked",
        ),
        AskOnDuty: CommandRow(
            Permission.SERVE,
            ask_on_duty,
            CASE_LOG
            | {NoDutyNow, NobodyOnDuty, NoSuchDepartment, NoSuchStaff, NotInThisState, RotaEmpty}
            | {TicketNotInHand, TooManyConsulted},
            result=ColleagueAsked,
            access="consultation_asked",
        ),
        AnswerConsultation: CommandRow(
            Permission.CONSULT, answer_consultation, _LEFT | {CallFull, ClerkBusy}, access="consultation_answered"
        ),
        LeaveConsultation: CommandRow(Permission.CONSULT, leave_consultation, _LEFT),
        EndConsultation: CommandRow(Permission.SERVE, end_consultation, _LEFT | {TicketNotInHand}),
        HandOver: CommandRow(
            Permission.SERVE,
            hand_over,
            _LEFT | {ColleagueBusy, TooManyConsulted, TargetClosed, TargetNotCapable, TicketNotInHand},
        ),
    }
)
