"""What each command of a page does: one function a command, and the permission it needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from directory.principal import Permission, Principal, require
from document_relay.case_files import Mark, Rejection, Request
from document_relay.documents import Decision
from rtc_server.cameras.values import Camera
from scheduler.errors import NotInThisState, NotYourTicket
from scheduler.queue_core.clerk_life import ClerkStatus
from scheduler.queue_core.ticket_life import FINAL, TicketState
from scheduler.views import TakeTicket as Wish
from signalling.faces import face_of
from signalling.flows.clerk_looks_into_room import allow_room_camera, look_into_room
from signalling.flows.session_follows_ticket import participant
from signalling.flows.supervisor_listens import listen_to, stop_listening
from signalling.protocol import commands as wire

if TYPE_CHECKING:
    from signalling.house import House

Act = Callable[["House", Principal, Any], Awaitable[wire.Result]]


async def carry_out(house: House, principal: Principal, command: wire.Command) -> wire.Result:
    """Carries the command out; raises the refusal of whoever refuses it."""
    permission, act = COMMANDS[type(command)]
    require(principal, permission)
    return await act(house, principal, command)


async def _take_ticket(house: House, principal: Principal, command: wire.TakeTicket) -> wire.Result:
    applicant = command.applicant
    flags = {"over_70": applicant.over_70, "disabled": applicant.disabled}
    wish = Wish(
        item_id=command.item_id,
        answers={
            "applicant": applicant.name,
            "options": " ".join(command.options),
            "consent": "yes" if command.consent_to_recording else "no",
        },
        grants=tuple(reason for reason, holds in flags.items() if holds),
    )
    ticket = await house.scheduler.reception.take_ticket(principal, wish)
    return wire.TicketTaken(ticket_id=ticket.id, number=ticket.number)


async def _cancel_ticket(house: House, principal: Principal, command: wire.CancelTicket) -> wire.Result:
    await house.scheduler.reception.cancel(principal, command.ticket_id)
    return None


async def _reinstate_ticket(house: House, principal: Principal, command: wire.ReinstateTicket) -> wire.Result:
    await house.scheduler.desk.reinstate(principal, command.ticket_id)
    return None


async def _enter_call(house: House, principal: Principal, command: wire.EnterCall) -> wire.Result:
    await house.scheduler.desk.enter_call(principal, command.ticket_id)
    return None


async def _open_window(house: House, principal: Principal, command: wire.OpenWindow) -> wire.Result:
    await house.scheduler.desk.open_window(principal, command.window_id)
    return None


async def _close_window(house: House, principal: Principal, _command: wire.CloseWindow) -> wire.Result:
    await house.scheduler.desk.close_window(principal)
    return None


async def _set_status(house: House, principal: Principal, command: wire.SetStatus) -> wire.Result:
    await house.scheduler.desk.set_status(principal, ClerkStatus(command.status))
    return None


async def _call_next(house: House, principal: Principal, _command: wire.CallNext) -> wire.Result:
    return wire.Called(ticket_id=await house.scheduler.desk.call_next(principal))


async def _accept_offer(house: House, principal: Principal, command: wire.AcceptOffer) -> wire.Result:
    await house.scheduler.desk.accept(principal, command.offer_id)
    return None


async def _reject_offer(house: House, principal: Principal, command: wire.RejectOffer) -> wire.Result:
    await house.scheduler.desk.reject(principal, command.offer_id, command.reason)
    return None


async def _recall_ticket(house: House, principal: Principal, command: wire.RecallTicket) -> wire.Result:
    await house.scheduler.desk.recall(principal, command.ticket_id)
    return None


async def _mark_no_show(house: House, principal: Principal, command: wire.MarkNoShow) -> wire.Result:
    await house.scheduler.desk.no_show(principal, command.ticket_id)
    return None


async def _hold_ticket(house: House, principal: Principal, command: wire.HoldTicket) -> wire.Result:
    await house.scheduler.desk.hold(principal, command.ticket_id)
    return None


async def _resume_ticket(house: House, principal: Principal, command: wire.ResumeTicket) -> wire.Result:
    await house.scheduler.desk.resume(principal, command.ticket_id)
    return None


async def _finish_ticket(house: House, principal: Principal, command: wire.FinishTicket) -> wire.Result:
    await house.scheduler.desk.finish(principal, command.ticket_id)
    return None


async def _end_wrap_up(house: House, principal: Principal, _command: wire.EndWrapUp) -> wire.Result:
    await house.scheduler.desk.end_wrap_up(principal)
    return None


async def _request_material(house: House, principal: Principal, command: wire.RequestMaterial) -> wire.Result:
    request = Request(material_id=command.material_id, name=command.name, note=command.note)
    await house.documents.case_files.request_material(principal, command.case_id, request)
    return None


async def _request_still(house: House, principal: Principal, command: wire.RequestStill) -> wire.Result:
    case = await house.documents.case_files.served(principal, command.case_id)
    case.material(command.material_id)
    house.stills[case.file.worker_id] = command.material_id
    house.registry.invalidate([case.file.worker_id], "point")
    return None


async def _accept_material(house: House, principal: Principal, command: wire.AcceptMaterial) -> wire.Result:
    await house.documents.case_files.accept(principal, command.material_id)
    return None


async def _reject_material(house: House, principal: Principal, command: wire.RejectMaterial) -> wire.Result:
    mark = command.mark
    rejection = Rejection(
        reason=command.reason,
        note=command.note,
        mark=Mark(page_id=mark.page_id, x=mark.x, y=mark.y, width=mark.width, height=mark.height) if mark else None,
    )
    await house.documents.case_files.reject(principal, command.material_id, rejection)
    return None


async def _undo_review(house: House, principal: Principal, command: wire.UndoReview) -> wire.Result:
    await house.documents.case_files.undo_review(principal, command.material_id)
    return None


async def _make_form(house: House, principal: Principal, command: wire.MakeForm) -> wire.Result:
    return wire.DocumentMade(document_id=await house.documents.documents.make_form(principal, command.case_id))


async def _make_receipt(house: House, principal: Principal, command: wire.MakeReceipt) -> wire.Result:
    return wire.DocumentMade(document_id=await house.documents.documents.make_receipt(principal, command.case_id))


async def _request_signature(house: House, principal: Principal, command: wire.RequestSignature) -> wire.Result:
    await house.documents.signing.push(principal, command.document_id)
    return None


async def _show_document(house: House, principal: Principal, command: wire.ShowDocument) -> wire.Result:
    await house.documents.signing.show(principal, command.document_id)
    return None


async def _decline_signature(house: House, principal: Principal, command: wire.DeclineSignature) -> wire.Result:
    await house.documents.signing.decline(principal, command.document_id, command.reason)
    return None


async def _decide_case(house: House, principal: Principal, command: wire.DecideCase) -> wire.Result:
    decision = Decision(outcome=command.outcome, notice=command.notice)
    return wire.DocumentMade(document_id=await house.documents.documents.decide(principal, command.case_id, decision))


async def _rate_case(house: House, principal: Principal, command: wire.RateCase) -> wire.Result:
    await house.documents.case_files.rate(principal, command.case_id, command.level, command.remark)
    return None


async def _finish_visit(house: House, principal: Principal, command: wire.FinishVisit) -> wire.Result:
    ticket = await house.scheduler.reception.ticket(command.ticket_id)
    if ticket.worker_id != principal.staff_id:
        raise NotYourTicket
    if TicketState(ticket.state) not in FINAL:
        raise NotInThisState(former=ticket.state, state="left")
    case = await house.documents.case_files.of_ticket(ticket.id)
    if case is not None:
        await house.documents.case_files.close(case.id, (principal.staff_id, principal.name))
    house.stills.pop(principal.staff_id, None)
    return None


async def _set_only_sound(house: House, principal: Principal, command: wire.SetOnlySound) -> wire.Result:
    house.media.set_only_sound(participant(principal.staff_id, face_of(principal)), command.only_sound)
    return None


async def _report_reception(house: House, principal: Principal, command: wire.ReportReception) -> wire.Result:
    house.reception_figures.take(face_of(principal), command)
    return None


async def _watch_hall(house: House, principal: Principal, command: wire.WatchHall) -> wire.Result:
    camera = None
    if command.camera_id is not None:
        hall = house.cameras.hall(principal, command.camera_id)
        camera = Camera(id=hall.id, address=house.cameras.address(hall), transport=hall.transport)
    await house.media.watch(participant(principal.staff_id, face_of(principal)), camera)
    return None


async def _look_into_room(house: House, principal: Principal, command: wire.LookIntoRoom) -> wire.Result:
    await look_into_room(house, principal, on=command.on)
    return None


async def _allow_room_camera(house: House, principal: Principal, command: wire.AllowRoomCamera) -> wire.Result:
    await allow_room_camera(house, principal, allowed=command.allowed)
    return None


async def _listen_to(house: House, principal: Principal, command: wire.ListenTo) -> wire.Result:
    if command.ticket_id is None:
        await stop_listening(house, principal.staff_id)
    else:
        await listen_to(house, principal, command.ticket_id)
    return None


COMMANDS: Mapping[type[wire.Command], tuple[Permission, Act]] = MappingProxyType(
    {
        wire.TakeTicket: (Permission.TAKE_TICKET, _take_ticket),
        wire.CancelTicket: (Permission.TAKE_TICKET, _cancel_ticket),
        wire.ReinstateTicket: (Permission.TAKE_TICKET, _reinstate_ticket),
        wire.EnterCall: (Permission.TAKE_TICKET, _enter_call),
        wire.OpenWindow: (Permission.SERVE, _open_window),
        wire.CloseWindow: (Permission.SERVE, _close_window),
        wire.SetStatus: (Permission.SERVE, _set_status),
        wire.CallNext: (Permission.SERVE, _call_next),
        wire.AcceptOffer: (Permission.SERVE, _accept_offer),
        wire.RejectOffer: (Permission.SERVE, _reject_offer),
        wire.RecallTicket: (Permission.SERVE, _recall_ticket),
        wire.MarkNoShow: (Permission.SERVE, _mark_no_show),
        wire.HoldTicket: (Permission.SERVE, _hold_ticket),
        wire.ResumeTicket: (Permission.SERVE, _resume_ticket),
        wire.FinishTicket: (Permission.SERVE, _finish_ticket),
        wire.EndWrapUp: (Permission.SERVE, _end_wrap_up),
        wire.RequestMaterial: (Permission.SERVE, _request_material),
        wire.RequestStill: (Permission.SERVE, _request_still),
        wire.AcceptMaterial: (Permission.SERVE, _accept_material),
        wire.RejectMaterial: (Permission.SERVE, _reject_material),
        wire.UndoReview: (Permission.SERVE, _undo_review),
        wire.MakeForm: (Permission.SERVE, _make_form),
        wire.MakeReceipt: (Permission.SERVE, _make_receipt),
        wire.RequestSignature: (Permission.SERVE, _request_signature),
        wire.ShowDocument: (Permission.SHOW_PAPERS, _show_document),
        wire.DeclineSignature: (Permission.SHOW_PAPERS, _decline_signature),
        wire.DecideCase: (Permission.DECIDE, _decide_case),
        wire.RateCase: (Permission.SHOW_PAPERS, _rate_case),
        wire.SetOnlySound: (Permission.READ_CASE, _set_only_sound),
        wire.ReportReception: (Permission.READ_CASE, _report_reception),
        wire.WatchHall: (Permission.WATCH_HALL, _watch_hall),
        wire.LookIntoRoom: (Permission.SERVE, _look_into_room),
        wire.AllowRoomCamera: (Permission.SHOW_PAPERS, _allow_room_camera),
        wire.ListenTo: (Permission.LISTEN, _listen_to),
        wire.FinishVisit: (Permission.TAKE_TICKET, _finish_visit),
    }
)
