"""What the scheduler refuses, and why.

Refusal
├── Invalid       UnknownGrant
├── Forbidden     NotYourTicket, NotYourWindow
├── NotFound      NoSuchTicket, NoSuchVisit, NoSuchOffer, NoDesk
├── Gone          OfferOver
└── Conflict      NotInThisState, MovedMeanwhile, TicketAlreadyOpen, WindowTaken, WindowNotOpen,
                  ClerkBusy, CalledTooOften
"""

from __future__ import annotations

from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound
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
