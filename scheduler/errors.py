"""What the scheduler refuses, and why.

Refusal
├── Invalid       UnknownGrant, PhoneCodeWrong
├── Forbidden     NotYourTicket, NotYourWindow, NotYourAppointment
├── NotFound      BookingNotOpen, NoSuchTicket, NoSuchVisit, NoSuchOffer, NoDesk, NoSuchAppointment, NoSuchCallback,
│                 NoSuchWish
├── Gone          OfferOver
├── TooMany       TooManyPhoneCodes
├── Unauthenticated TimeNotHeld, AppointmentGivenUp
└── Conflict      NotInThisState, MovedMeanwhile, TicketAlreadyOpen, WindowTaken, WindowNotOpen,
                  ClerkBusy, CalledTooOften, NotBookable, SlotTaken, BookedThatDay, BookedTooOften,
                  TooEarly, AppointmentOver, TicketNotInHand, SameWindow, TargetClosed, TargetNotCapable,
                  CallbackTooLate, TooManyCallbacks, TimesFree, ListFull, TooManyWishes, OfferedTimeOver,
                  ChangedTooOften
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated, Words
from scheduler.wording import state_in_words


class UnknownGrant(Invalid):
    """The `reason` is none of the reasons for credit."""

    code = "unknown_grant"
    zh = "没有“{reason}”这种优先事由。"
    en = "There is no reason for priority called “{reason}”."


class NotYourTicket(Forbidden):
    """The ticket belongs to another point, or another clerk serves it."""

    code = "not_your_ticket"
    zh = "这张票不归您处理。"
    en = "This ticket is not yours to handle."


class NotYourWindow(Forbidden):
    """The window stands at a site where the clerk does not work, or none of its business is the clerk's skill."""

    code = "not_your_window"
    zh = "您不能在该窗口办公。"
    en = "You may not work at this window."


class NoSuchTicket(NotFound):
    """There is no ticket of this identifier, or it is not in hand."""

    code = "no_such_ticket"
    zh = "没有找到这张票。"
    en = "There is no such ticket."


class NoSuchVisit(NotFound):
    """There is no visit of this identifier at this site."""

    code = "no_such_visit"
    zh = "没有找到这次到访记录。"
    en = "There is no such visit."


class NoSuchOffer(NotFound):
    """There is no offer of this identifier."""

    code = "no_such_offer"
    zh = "没有找到这次派号。"
    en = "There is no such offer."


class NoDesk(NotFound):
    """The clerk has not opened a window yet."""

    code = "no_desk"
    zh = "请先开启窗口。"
    en = "Open a window first."


class OfferOver(Gone):
    """The offer was answered, withdrawn or ran out before."""

    code = "offer_over"
    zh = "这次派号已经结束。"
    en = "This offer is over."


class NotInThisState(Conflict):
    """There is no move from the state that it is in, `former`, to the one that is asked for, `state`."""

    code = "not_in_this_state"
    zh = "现在是“{now}”，不能这样操作。请看最新状态后再试。"
    en = "It is {now}, so this is not possible. Look at the newest state and try again."

    def __init__(self, *, former: str, state: str) -> None:
        super().__init__(former=former, state=state, now=state_in_words(former))


class MovedMeanwhile(Conflict):
    """Somebody else was faster."""

    code = "moved_meanwhile"
    zh = "状态刚刚发生了变化，请刷新后再试。"
    en = "It changed a moment ago. Refresh and try again."


class TicketAlreadyOpen(Conflict):
    """The worker's last ticket is still open."""

    code = "ticket_already_open"
    zh = "您还有一张未办结的票，请先办完或取消。"
    en = "You still have an open ticket. Finish or cancel it first."


class WindowTaken(Conflict):
    """Another clerk has this window open."""

    code = "window_taken"
    zh = "该窗口已由其他工作人员开启。"
    en = "Another clerk has this window open."


class WindowNotOpen(Conflict):
    """The clerk's window takes nobody now."""

    code = "window_not_open"
    zh = "窗口未开放，不能叫号。"
    en = "The window is not open, so nobody can be called."


class ClerkBusy(Conflict):
    """The clerk has a ticket in hand."""

    code = "clerk_busy"
    zh = "请先办结当前的业务。"
    en = "Finish the ticket in hand first."


class CalledTooOften(Conflict):
    """The ticket was called `limit` times already."""

    code = "called_too_often"
    zh = "已呼叫 {limit} 次，请标记为过号。"
    en = "It was called {limit} times already. Mark it as not shown."


class NotYourAppointment(Forbidden):
    """The appointment belongs to another point, or to a centre or department where the clerk does not work."""

    code = "not_your_appointment"
    zh = "这个预约不归您处理。"
    en = "This appointment is not yours to handle."


class NoSuchAppointment(NotFound):
    """There is no appointment of this identifier."""

    code = "no_such_appointment"
    zh = "没有找到这个预约。"
    en = "There is no such appointment."


class NoSuchWish(NotFound):
    """Nobody is on the waiting list under this identifier."""

    code = "no_such_wish"
    zh = "没有找到这个候补登记。"
    en = "There is no such entry on the waiting list."


class TimesFree(Conflict):
    """A time that fits the wish is free: it can be booked."""

    code = "times_free"
    zh = "所选日期还有空位（{day} {clock}），请直接预约。"
    en = "A time is free on these days ({day}, {clock}). Book it."


class ListFull(Conflict):
    """The department's waiting list for a day has as many as it may have."""

    code = "list_full"
    zh = "{day} 的候补名额已满，请换一天。"
    en = "The waiting list for {day} is full. Choose another day."


class TooManyWishes(Conflict):
    """The person is on the waiting list `limit` times."""

    code = "too_many_wishes"
    zh = "此手机号已有 {limit} 个候补登记，请先退出一个。"
    en = "This telephone number is on the waiting list {limit} times. Leave it once first."


class OfferedTimeOver(Conflict):
    """The time that was held was not answered for in time."""

    code = "offered_time_over"
    zh = "这个时间的保留期已过，已让给下一位。"
    en = "The time was not answered for in time, and went to the next person."


class TimeNotHeld(Unauthenticated):
    """The link was to answer for a time that is held no longer: it was let pass, or not answered for in time."""

    code = "time_not_held"
    zh = (
        "这个时间已不再为您保留，已让给下一位。您若还在候补名单上，有新的空位会再通知您；"
        "也可以联系登记的服务点另约时间。"
    )
    en = (
        "This time is not kept for you any more; it went to the next person. If you are still on the waiting list, "
        "you are told of the next free time. You can also ask the service point where you joined it for another one."
    )


class AppointmentGivenUp(Unauthenticated):
    """The link was for an appointment that was given up."""

    code = "appointment_given_up"
    zh = "这个预约已退，时间已让给别人。如需办理，请联系服务点重新预约。"
    en = "This appointment was cancelled, and others can have its time. Ask the service point for another one."


class ChangedTooOften(Conflict):
    """The appointment was changed so often that it is moved at the point alone."""

    code = "changed_too_often"
    zh = "这个预约改期次数已满，不能再在网上改期。请联系预约的服务点。"
    en = "This appointment was moved too often to be moved here again. Ask the service point where it was booked."


class NotBookable(Conflict):
    """The windows are closed then, it is past, or too far ahead."""

    code = "not_bookable"
    zh = "这个时间不能预约，请另选时间。"
    en = "This time cannot be booked. Choose another one."


class SlotTaken(Conflict):
    """All windows are booked at that time; `free` are the next ones, as wall times."""

    code = "slot_taken"
    zh = "这个时间刚刚被约满。{others}"
    en = "This time has just been booked by others. {others}"

    def __init__(self, free: Sequence[datetime]) -> None:
        zh = "、".join(f"{one.month}月{one.day}日{one:%H:%M}" for one in free)
        en = ", ".join(f"{one:%d %b %H:%M}" for one in free)
        others = (
            Words(f"最近可约：{zh}。", f"Free next: {en}.") if free else Words("近期已约满。", "None is free soon.")
        )
        super().__init__(others=others)
        self.free = tuple(free)


class BookedThatDay(Conflict):
    """The person has another appointment on that day."""

    code = "booked_that_day"
    zh = "此手机号当天已有预约，请改约或另选日期。"
    en = "There is an appointment on that day for this telephone number. Move it, or choose another day."


class BookedTooOften(Conflict):
    """The person has `limit` appointments that are still to come."""

    code = "booked_too_often"
    zh = "此手机号已有 {limit} 个预约未办，请先办理或取消。"
    en = "This telephone number has {limit} appointments to come. Keep or cancel one first."


class BookingNotOpen(NotFound):
    """Nobody books at this site without a worker, or nobody could be sent a code."""

    code = "booking_not_open"
    zh = "这里暂不接受自助预约，请到就近的服务点预约。"
    en = "Times cannot be booked here on the web. Please ask the nearest service point."


class PhoneCodeWrong(Invalid):
    """The code is not the one that was sent last to this telephone, or it is used, over, or was tried too often."""

    code = "phone_code_wrong"
    zh = "验证码不对或已失效，请核对短信，或重新获取。"
    en = "The code is wrong or no longer good. Look at the text message again, or ask for a new code."


class TooManyPhoneCodes(TooMany):
    """This telephone was sent a code a minute ago, five in an hour, or ten in a day."""

    code = "too_many_phone_codes"
    retry_after_seconds = 60
    zh = "给这个手机号发的验证码太多了，请过一分钟再试；多次不成请过些时候再来。"
    en = "This telephone was sent too many codes. Try again in a minute; if that fails, come back later."


class TooEarly(Conflict):
    """The appointment is so far ahead that nobody can check in yet."""

    code = "too_early"
    zh = "还没到签到时间，{clock} 起可以签到。"
    en = "It is too early to check in. Check-in begins at {clock}."


class AppointmentOver(Conflict):
    """The appointment's time has passed without a check-in."""

    code = "appointment_over"
    zh = "预约时间已过，请重新预约或直接取号。"
    en = "The time of the appointment has passed. Book another one, or take a ticket."


class TicketNotInHand(Conflict):
    """The clerk does not have the ticket in hand, or not any more."""

    code = "ticket_not_in_hand"
    zh = "这张票已不在您手上，不能转出。"
    en = "You do not have this ticket in hand, so you cannot give it on."


class SameWindow(Conflict):
    """The clerk named to go on is the one who has the ticket."""

    code = "same_window"
    zh = "不能转给自己。请选择其他窗口或队列。"
    en = "You have this ticket already. Choose another window or queue."


class TargetClosed(Conflict):
    """Nobody is there who would take the ticket: the window is closed or on a break, or nobody serves the queue."""

    code = "target_closed"
    zh = "对方现在没有开放的窗口。请选择其他窗口或队列。"
    en = "No window is open there now. Choose another window or queue."


class TargetNotCapable(Conflict):
    """The clerk or the queue does not do this business."""

    code = "target_not_capable"
    zh = "对方不能办理这项业务。请选择其他窗口或队列。"
    en = "This business is not done there. Choose another window or queue."


class NoSuchCallback(NotFound):
    """The ticket is to be called back no more, or never was."""

    code = "no_such_callback"
    zh = "没有找到这个回拨，可能已经结束。"
    en = "There is no such callback; it may be over."


class CallbackTooLate(Conflict):
    """The windows close before anybody could call back."""

    code = "callback_too_late"
    zh = "窗口马上下班，今天不能再约回拨。请继续等候，或预约其他时间。"
    en = "The windows close soon, so nobody can call back today. Wait on, or book another time."


class TooManyCallbacks(Conflict):
    """There are `limit` callbacks of this point that are still open."""

    code = "too_many_callbacks"
    zh = "已有 {limit} 个回拨未办，请先等窗口回拨或取消一个。"
    en = "There are {limit} callbacks still to come. Wait for one, or give one up."
