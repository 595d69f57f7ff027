"""States in words, for sentences that people read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from foundation.errors import Words

_STATES: Mapping[str, Words] = MappingProxyType(
    {
        # Of a ticket.
        "waiting": Words("等候中", "waiting"),
        "offered": Words("正在派号", "being offered"),
        "calling_back": Words("正在回拨", "being called back"),
        "called": Words("已叫号", "called"),
        "recalled": Words("已再次叫号", "called again"),
        "serving": Words("办理中", "being served"),
        "on_hold": Words("已挂起", "on hold"),
        "interrupted": Words("连接中断", "interrupted"),
        "parked": Words("已搁置", "put aside"),
        "pending_applicant": Words("待申请人补充", "waiting for the applicant"),
        "transferred": Words("已转办", "transferred"),
        "no_show": Words("过号", "missed"),
        "callback_scheduled": Words("已约回拨", "to be called back"),
        "completed": Words("已办结", "completed"),
        "abandoned": Words("已放弃", "given up"),
        "cancelled": Words("已取消", "cancelled"),
        "expired": Words("已过期", "expired"),
        # Of an appointment.
        "booked": Words("已预约", "booked"),
        "checked_in": Words("已签到", "checked in"),
        "missed": Words("已爽约", "missed"),
        "held": Words("保留中", "held"),
        "released": Words("已放弃保留", "not held any more"),
        # Of a wish on the waiting list.
        "listed": Words("候补中", "on the waiting list"),
        "time_held": Words("已有空位待确认", "offered a time"),
        "time_taken": Words("已候补成功", "given a time"),
        "left_list": Words("已退出候补", "off the waiting list"),
        "list_over": Words("候补已结束", "over"),
        # Of a callback.
        "scheduled": Words("已约回拨", "to be called back"),
        "answered": Words("已接听", "answered"),
        "withdrawn": Words("已回到队列", "waiting again"),
        "failed": Words("未联系上", "not reached"),
        # Of a clerk.
        "idle": Words("空闲", "free"),
        "reserved": Words("会商中", "in another session"),
        "ringing": Words("来号提醒中", "ringing"),
        "wrap_up": Words("办后整理", "in wrap-up"),
        "away_no_answer": Words("未应答", "away without an answer"),
        "lost": Words("已断线", "not connected"),
        # Of a window.
        "closed": Words("已关闭", "closed"),
        "open": Words("已开放", "open"),
        "paused": Words("已暂停", "paused"),
        "draining": Words("即将关闭", "about to close"),
        "tidal_standby": Words("潮汐待命", "on standby"),
        "tidal_open": Words("潮汐开放", "open for the rush"),
    }
)


def state_in_words(state: str) -> Words:
    """How a person reads the state; KeyError for one that does not exist."""
    return _STATES[state]
