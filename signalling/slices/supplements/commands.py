"""What the clerk, the point and the applicant do with missing papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from directory.errors import CalendarTooShort, NoSuchItem, TooManySupplementLinks
from directory.principal import Permission, Principal
from document_relay.errors import CharactersNotPrintable, NoSuchMaterial
from document_relay.hand_on_errors import HandOnStands
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.supplement_errors import (
    NoSuchSupplement,
    NotYourSupplement,
    SupplementEmpty,
    SupplementIncomplete,
    SupplementNotOpen,
    SupplementStands,
    SupplementTooLate,
)
from document_relay.supplement_notices import Reach
from document_relay.supplements import Wanted
from signalling.identity.faces import VISIT_LINK
from signalling.slices.supplements.messages import (
    AcceptSupplement,
    AnswerSupplement,
    AskSupplement,
    AskSupplementAgain,
    MakeSupplementLink,
    SupplementAsked,
    SupplementLinkMade,
    TakeSupplement,
    WithdrawSupplement,
)
from signalling.slices.supplements.parts import Parts
from signalling.slices.supplements.views import received
from signalling.transport.declared_refusals import CASE_CHANGED, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def ask_supplement(parts: Parts, principal: Principal, command: AskSupplement) -> SupplementAsked:
    """Asks for what is missing, and makes a link."""
    due_on = await _due_on(parts, command.case_id, command.days)
    wanted = [
        Wanted(material_id=one.material_id, name=one.name.strip(), todo=one.todo.strip()) for one in command.missing
    ]
    reach = Reach(phone=command.phone, email=command.email, language=command.language)
    made = await parts.supplements.ask(principal, command.case_id, wanted, due_on, reach)
    return SupplementAsked(
        supplement_id=made.supplement_id,
        link=f"{VISIT_LINK}{made.secret}",
        supplement_code=made.secret,
        due_on=due_on.isoformat(),
    )


async def make_supplement_link(parts: Parts, principal: Principal, command: MakeSupplementLink) -> SupplementLinkMade:
    """Makes one more link."""
    made = await parts.supplements.link(principal, command.supplement_id)
    return SupplementLinkMade(link=f"{VISIT_LINK}{made.secret}", supplement_code=made.secret)


async def answer_supplement(parts: Parts, principal: Principal, command: AnswerSupplement) -> None:
    """Says that all was sent."""
    await parts.supplements.answer(principal, command.supplement_id)


async def accept_supplement(parts: Parts, principal: Principal, command: AcceptSupplement) -> None:
    """Says that it is enough."""
    await parts.supplements.accept(principal, command.supplement_id)


async def ask_supplement_again(parts: Parts, principal: Principal, command: AskSupplementAgain) -> None:
    """Says why it is not enough."""
    case_id = await parts.supplements.case_of(command.supplement_id)
    due_on = await _due_on(parts, case_id, command.days)
    text = command.text.strip()
    await parts.supplements.ask_again(principal, command.supplement_id, command.material_ids, text, due_on)


async def withdraw_supplement(parts: Parts, principal: Principal, command: WithdrawSupplement) -> None:
    """Takes the request back."""
    await parts.supplements.withdraw(principal, command.supplement_id)


async def take_supplement(parts: Parts, principal: Principal, command: TakeSupplement) -> None:
    """Takes a colleague's over."""
    shown, _ = await received(parts, principal)
    if all(one.supplement.id != command.supplement_id for one in shown):
        raise NotYourSupplement
    await parts.supplements.take(principal, command.supplement_id)


async def _due_on(parts: Parts, case_id: str, days: int | None) -> date:
    case = await parts.case_files.file(case_id)
    count = days or parts.catalogue.item(case.item_id).supplement_days
    return parts.catalogue.calendar.after(parts.today(), count)


_WORKED: Refusals = CASE_CHANGED | {NoSuchSupplement}
_DATED: Refusals = frozenset({CalendarTooShort, NoSuchItem, NoSuchMaterial, SupplementEmpty})
_WAITING: Refusals = _WORKED | {SupplementNotOpen, SupplementTooLate}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        AskSupplement: CommandRow(
            Permission.SERVE,
            ask_supplement,
            CASE_CHANGED
            | _DATED
            | {CharactersNotPrintable, HandOnStands, JointAcceptanceStands, SupplementStands, TooManySupplementLinks},
            result=SupplementAsked,
            access="supplement_link_made",
        ),
        MakeSupplementLink: CommandRow(
            Permission.DELIVER,
            make_supplement_link,
            _WAITING | {TooManySupplementLinks},
            result=SupplementLinkMade,
            access="supplement_link_made",
        ),
        AnswerSupplement: CommandRow(Permission.DELIVER, answer_supplement, _WAITING | {SupplementIncomplete}),
        AcceptSupplement: CommandRow(Permission.SERVE, accept_supplement, _WORKED),
        AskSupplementAgain: CommandRow(
            Permission.SERVE, ask_supplement_again, _WORKED | _DATED | {TooManySupplementLinks}
        ),
        WithdrawSupplement: CommandRow(Permission.SERVE, withdraw_supplement, _WORKED),
        TakeSupplement: CommandRow(Permission.SERVE, take_supplement, _WORKED | {NotYourSupplement}),
    }
)
