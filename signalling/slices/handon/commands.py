"""What the two departments do with a case that is handed on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import (
    CalendarTooShort,
    FieldInvalid,
    NoSuchDepartment,
    NoSuchItem,
    NoSuchSite,
    ResultLinkOver,
    TooManyResultLinks,
)
from directory.principal import Permission, Principal
from document_relay.hand_on import NewHandOn
from document_relay.hand_on_errors import (
    AskedOftenEnough,
    HandOnStands,
    HandOnTaken,
    NobodyDecidesThere,
    NoHandOn,
    NotDecidedYet,
    NotYourDesk,
    SameDesk,
)
from document_relay.hand_on_records import Reach
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.supplement_errors import SupplementStands
from foundation.errors import Words
from signalling.identity.faces import VISIT_LINK
from signalling.slices.appointments.ports import mobile_of
from signalling.slices.handon.messages import (
    AnswerAskBack,
    AskBack,
    HandOn,
    MakeResultLink,
    ResultLinkMade,
    ReturnHandedOn,
    TakeHandedOn,
)
from signalling.slices.handon.parts import Parts
from signalling.slices.handon.targets import deciding, desk_at
from signalling.transport.declared_refusals import CASE_CHANGED, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def hand_on(parts: Parts, principal: Principal, command: HandOn) -> None:
    """Hands a case on."""
    receiver = desk_at(parts, command.site_id, command.department_id)
    if command.department_id not in (await deciding(parts)).get(command.site_id, set()):
        raise NobodyDecidesThere(site=Words(receiver.site_zh, receiver.site_en))
    file = await parts.case_files.file(command.case_id)
    new = NewHandOn(
        sender=desk_at(parts, principal.site_id, file.department_id),
        receiver=receiver,
        days=parts.catalogue.item(file.item_id).handling_days,
        note=command.note.strip(),
        reach=Reach(phone=mobile_of(command.phone), email=command.email, language=command.language),
    )
    await parts.hand_ons.hand_on(principal, command.case_id, new, parts.reckoning())


async def take_handed_on(parts: Parts, principal: Principal, command: TakeHandedOn) -> None:
    """Takes one."""
    await parts.hand_ons.take(principal, command.case_id)


async def ask_back(parts: Parts, principal: Principal, command: AskBack) -> None:
    """Asks who handed it on."""
    days = await _supplement_days(parts, command.case_id)
    await parts.hand_ons.ask_back(principal, command.case_id, command.question.strip(), days, parts.reckoning())


async def answer_ask_back(parts: Parts, principal: Principal, command: AnswerAskBack) -> None:
    """Answers."""
    await parts.hand_ons.answer(principal, command.case_id, command.text.strip(), parts.reckoning())


async def return_handed_on(parts: Parts, principal: Principal, command: ReturnHandedOn) -> None:
    """Returns one."""
    days = await _supplement_days(parts, command.case_id)
    await parts.hand_ons.give_up(principal, command.case_id, command.reason.strip(), days, parts.reckoning())


async def make_result_link(parts: Parts, principal: Principal, command: MakeResultLink) -> ResultLinkMade:
    """Makes one more link to a result."""
    made = await parts.results.link(principal, command.case_id)
    return ResultLinkMade(link=f"{VISIT_LINK}{made.secret}", result_code=made.secret, ends_at=made.ends_at)


async def _supplement_days(parts: Parts, case_id: str) -> int:
    return parts.catalogue.item((await parts.case_files.file(case_id)).item_id).supplement_days


_LAID: Refusals = CASE_CHANGED | {NoHandOn, NotYourDesk}
_DATED: Refusals = _LAID | {CalendarTooShort, NoSuchItem}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        HandOn: CommandRow(
            Permission.SERVE,
            hand_on,
            CASE_CHANGED
            | {CalendarTooShort, FieldInvalid, HandOnStands, JointAcceptanceStands, NobodyDecidesThere}
            | {NoSuchDepartment, NoSuchItem, NoSuchSite, SameDesk, SupplementStands},
        ),
        TakeHandedOn: CommandRow(Permission.DECIDE, take_handed_on, _LAID | {HandOnTaken}),
        AskBack: CommandRow(Permission.DECIDE, ask_back, _DATED | {AskedOftenEnough}),
        AnswerAskBack: CommandRow(Permission.SERVE, answer_ask_back, _LAID | {CalendarTooShort}),
        ReturnHandedOn: CommandRow(Permission.DECIDE, return_handed_on, _DATED),
        MakeResultLink: CommandRow(
            Permission.SHOW_PAPERS,
            make_result_link,
            CASE_CHANGED | {NotDecidedYet, ResultLinkOver, TooManyResultLinks},
            result=ResultLinkMade,
            access="result_link_made",
        ),
    }
)
