"""What the departments, the case's clerk and the applicant do with findings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import CalendarTooShort, NoSuchDepartment, NoSuchItem, TooManySupplementLinks
from directory.principal import Permission, Principal
from document_relay.errors import CharactersNotPrintable, NoSuchMaterial, NoSuchPage, NotYourCase
from document_relay.findings import NewFinding
from document_relay.hand_on_errors import HandOnStands
from document_relay.joint_acceptance import Named
from document_relay.joint_errors import (
    DepartmentsUndecided,
    DepartmentsUnheard,
    FindingAnswered,
    FindingIncomplete,
    FindingsChanged,
    FindingsNotTold,
    FindingsOverdue,
    FindingsStand,
    FindingsTold,
    JointAcceptanceOver,
    JointAcceptanceStands,
    NoJointAcceptance,
    NoSuchFinding,
    NotYourDepartment,
    NotYourFinding,
    ReturnedTooLate,
    TooManyDepartments,
    TooManyFindings,
)
from document_relay.rejection import Mark
from document_relay.supplement_errors import SupplementStands
from document_relay.supplement_notices import Reach
from signalling.identity.faces import VISIT_LINK
from signalling.slices.findings.messages import (
    AddFinding,
    AnswerFinding,
    AskDepartment,
    ConcludeJointAcceptance,
    DecideForDepartment,
    FindingAdded,
    FindingsLinkMade,
    FindingsListTold,
    FinishFindings,
    JointAcceptanceConcluded,
    MakeFindingsLink,
    OpenJointAcceptance,
    ReleaseDepartment,
    ReturnFinding,
    StrikeFinding,
    TakeLeftCase,
    TellFindings,
    WithdrawFinding,
)
from signalling.slices.findings.parts import Parts
from signalling.slices.findings.views import left
from signalling.transport.declared_refusals import CASE_CHANGED, MANDATE, PAPER_MADE, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def open_joint_acceptance(parts: Parts, principal: Principal, command: OpenJointAcceptance) -> None:
    """Begins a joint acceptance."""
    case = await parts.case_files.file(command.case_id)
    days = parts.catalogue.item(case.item_id).supplement_days
    named = [_named(parts, one) for one in (case.department_id, *command.department_ids)]
    await parts.joint.open(principal, command.case_id, named, days)


async def ask_department(parts: Parts, principal: Principal, command: AskDepartment) -> None:
    """Asks one more department."""
    await parts.joint.ask(principal, command.case_id, _named(parts, command.department_id))


async def release_department(parts: Parts, principal: Principal, command: ReleaseDepartment) -> None:
    """Lets a department go."""
    await parts.joint.leave(principal, command.case_id, command.department_id)


async def add_finding(parts: Parts, principal: Principal, command: AddFinding) -> FindingAdded:
    """Adds a finding."""
    mark = command.mark
    new = NewFinding(
        severity=command.severity,
        text=command.text.strip(),
        todo=command.todo.strip(),
        material_id=command.material_id,
        mark=Mark(page_id=mark.page_id, x=mark.x, y=mark.y, width=mark.width, height=mark.height) if mark else None,
    )
    return FindingAdded(finding_id=await parts.findings.add(principal, command.case_id, command.department_id, new))


async def withdraw_finding(parts: Parts, principal: Principal, command: WithdrawFinding) -> None:
    """Takes a finding back."""
    await parts.findings.withdraw(principal, command.finding_id)


async def finish_findings(parts: Parts, principal: Principal, command: FinishFindings) -> None:
    """Says that a department has no more."""
    await parts.joint.say_all(principal, command.case_id, command.department_id)


async def tell_findings(parts: Parts, principal: Principal, command: TellFindings) -> FindingsListTold:
    """Tells the applicant all of them."""
    case = await parts.case_files.whole(command.case_id)
    if case.joint is None:
        raise NoJointAcceptance
    due_on = parts.catalogue.calendar.after(parts.today(), case.joint.file.days)
    reach = Reach(phone=command.phone, email=command.email, language=command.language)
    told = await parts.joint.tell(principal, command.case_id, due_on, reach)
    link = f"{VISIT_LINK}{told.secret}" if told.secret else ""
    return FindingsListTold(due_on=due_on.isoformat(), link=link, supplement_code=told.secret)


async def make_findings_link(parts: Parts, principal: Principal, command: MakeFindingsLink) -> FindingsLinkMade:
    """Makes one more link to answer by."""
    secret = await parts.joint.link(principal, command.case_id)
    return FindingsLinkMade(link=f"{VISIT_LINK}{secret}", supplement_code=secret)


async def answer_finding(parts: Parts, principal: Principal, command: AnswerFinding) -> None:
    """Answers one for the applicant."""
    answer = (command.text.strip(), command.page_ids, parts.today())
    await parts.findings.answer(principal, command.case_id, command.number, answer)


async def return_finding(parts: Parts, principal: Principal, command: ReturnFinding) -> None:
    """Says why an answer is not enough."""
    await parts.findings.send_back(principal, command.finding_id, command.text.strip(), parts.today())


async def strike_finding(parts: Parts, principal: Principal, command: StrikeFinding) -> None:
    """Strikes one out."""
    await parts.findings.strike(principal, command.finding_id)


async def decide_for_department(parts: Parts, principal: Principal, command: DecideForDepartment) -> None:
    """Says what a department decides."""
    decision = (command.opinion, command.text.strip())
    await parts.joint.decide(principal, command.case_id, command.department_id, decision)


async def conclude(parts: Parts, principal: Principal, command: ConcludeJointAcceptance) -> JointAcceptanceConcluded:
    """Makes the consolidated answer."""
    return JointAcceptanceConcluded(document_id=await parts.answers.conclude(principal, command.case_id))


async def take_left_case(parts: Parts, principal: Principal, command: TakeLeftCase) -> None:
    """Takes a colleague's case over."""
    if all(one.file.id != command.case_id or one.taken_by for one in await left(parts, principal)):
        raise NotYourCase
    await parts.left.take(principal, command.case_id)


def _named(parts: Parts, department_id: str) -> Named:
    department = parts.catalogue.named_department(department_id)
    return Named(department.id, department.name_zh, department.name_en)


_ANY: Refusals = CASE_CHANGED | {NoJointAcceptance, JointAcceptanceOver}
_SPOKEN: Refusals = _ANY | {NotYourDepartment}
_FOUND: Refusals = _ANY | {NoSuchFinding, NotYourFinding}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        OpenJointAcceptance: CommandRow(
            Permission.SERVE,
            open_joint_acceptance,
            CASE_CHANGED
            | {
                HandOnStands,
                JointAcceptanceOver,
                JointAcceptanceStands,
                NoSuchDepartment,
                NoSuchItem,
                SupplementStands,
                TooManyDepartments,
            },
        ),
        AskDepartment: CommandRow(
            Permission.SERVE, ask_department, _ANY | {FindingsTold, NoSuchDepartment, TooManyDepartments}
        ),
        ReleaseDepartment: CommandRow(Permission.CONSULT, release_department, _SPOKEN),
        AddFinding: CommandRow(
            Permission.CONSULT,
            add_finding,
            _SPOKEN | {CharactersNotPrintable, FindingIncomplete, FindingsTold, NoSuchMaterial, TooManyFindings},
            result=FindingAdded,
        ),
        WithdrawFinding: CommandRow(Permission.CONSULT, withdraw_finding, _FOUND | {FindingsTold}),
        FinishFindings: CommandRow(Permission.CONSULT, finish_findings, _SPOKEN),
        TellFindings: CommandRow(
            Permission.SERVE,
            tell_findings,
            _ANY | {CalendarTooShort, DepartmentsUnheard, FindingsOverdue, FindingsTold, TooManySupplementLinks},
            result=FindingsListTold,
            access="findings_link_made",
        ),
        MakeFindingsLink: CommandRow(
            Permission.DELIVER,
            make_findings_link,
            _ANY | {FindingsNotTold, FindingsOverdue, TooManySupplementLinks},
            result=FindingsLinkMade,
            access="findings_link_made",
        ),
        AnswerFinding: CommandRow(
            Permission.DELIVER,
            answer_finding,
            _ANY | MANDATE | {CharactersNotPrintable, FindingAnswered, FindingsOverdue, NoSuchFinding, NoSuchPage},
        ),
        ReturnFinding: CommandRow(Permission.CONSULT, return_finding, _FOUND | {ReturnedTooLate}),
        StrikeFinding: CommandRow(Permission.CONSULT, strike_finding, _FOUND | {FindingsNotTold}),
        DecideForDepartment: CommandRow(
            Permission.CONSULT, decide_for_department, _SPOKEN | {CharactersNotPrintable, FindingsStand}
        ),
        ConcludeJointAcceptance: CommandRow(
            Permission.DECIDE,
            conclude,
            _ANY | PAPER_MADE | {DepartmentsUndecided, FindingsChanged, FindingsNotTold, FindingsStand},
            result=JointAcceptanceConcluded,
        ),
        TakeLeftCase: CommandRow(Permission.SERVE, take_left_case, CASE_CHANGED | {NoJointAcceptance}),
    }
)
