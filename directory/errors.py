"""What the directory refuses.

Refusal
├── (a new password)       PasswordTooShort, PasswordTooLong, PasswordCommon, PasswordUnchanged
├── (a new account)        AccountInvalid
├── (an audit head)        HeadInvalid
├── (a form)               FieldInvalid
├── (a table of days)      CalendarInvalid, CalendarEmpty, HoursInvalid, HoursOverlap
├── Unauthenticated        WrongPassword, TokenInvalid, SessionEnded, VisitLinkUnknown, VisitEnded,
│                          VisitCodeUnknown, SupplementLinkUnknown, SupplementLinkOver,
│                          ResultLinkUnknown, ResultLinkOver
├── Forbidden              AccountDisabled, PasswordChangeRequired, TemporaryPasswordEnded
├── NotFound               NoSuchItem, NoSuchSite, NoSuchWindow, NoSuchStaff, NoSuchCamera, NoSuchDepartment,
│                          NoSuchVisitor
├── Conflict               NotAClerk, AccountTaken, PasswordAlreadyChosen, TooManyVisitors, TooManySupplementLinks,
│                          TooManyResultLinks, CalendarTooShort
├── TooMany                TooManyAttempts, TooManyCodes
└── Unavailable            SignInBusy, AuditBusy
"""

from __future__ import annotations

import math
from datetime import timedelta

from foundation.errors import Conflict, Forbidden, NotFound, Refusal, TooMany, Unauthenticated, Unavailable


class PasswordTooShort(Refusal):
    """Fewer characters than `shortest`."""

    code = "password_too_short"
    zh = "密码太短，至少需要 {shortest} 个字符。可以用几个互不相关的词连成一句。"
    en = "The password is too short: at least {shortest} characters. Several words that do not belong together do well."


class PasswordTooLong(Refusal):
    """More characters than `longest`."""

    code = "password_too_long"
    zh = "密码太长，最多 {longest} 个字符。"
    en = "The password is too long: at most {longest} characters."


class PasswordCommon(Refusal):
    """One of those that are guessed first."""

    code = "password_common"
    zh = "这个密码容易被猜到（常用词、姓名、日期或键盘顺序）。请换一个，例如几个互不相关的词。"
    en = (
        "This password is easily guessed: common words, names, dates or rows of keys. "
        "Choose another one, such as several words that do not belong together."
    )


class PasswordUnchanged(Refusal):
    """The new password is the old one."""

    code = "password_unchanged"
    zh = "新密码不能与原密码相同。"
    en = "The new password must be another one than the old."


class HoursInvalid(Refusal):
    """Hours that end before they begin."""

    code = "hours_invalid"
    zh = "时段 {clock} 不对：结束要晚于开始。"
    en = "The hours {clock} cannot be: they have to end after they begin."


class HoursOverlap(Refusal):
    """Two spans of a day meet, or a day is closed and has hours."""

    code = "hours_overlap"
    zh = "同一天的时段互相重叠：{clock}。"
    en = "Two spans of a day overlap: {clock}."


class NotAClerk(Conflict):
    """Who does not serve at a window cannot be booked."""

    code = "not_a_clerk"
    zh = "此人不在窗口办理业务，不能预约。"
    en = "This person does not serve at a window, and cannot be booked."


class AccountInvalid(Refusal):
    """An account that cannot be typed or told apart easily."""

    code = "account_invalid"
    zh = "账号须为 2 到 40 个字符，只能用小写字母、数字和 . _ -，并以字母或数字开头。"
    en = "An account has 2 to 40 small letters, digits, and . _ -, and begins with a letter or a digit."


class HeadInvalid(Refusal):
    """A head of the audit log that is none."""

    code = "head_invalid"
    zh = "这不是审计日志的链头，应为 `cloud-window audit head` 打印的“编号:校验值”。"
    en = "This is no head of an audit log. It reads NUMBER:MAC, as `cloud-window audit head` prints it."


class AccountTaken(Conflict):
    """Somebody has this account."""

    code = "account_taken"
    zh = "此账号已被使用。"
    en = "Somebody has this account already."


class PasswordAlreadyChosen(Conflict):
    """An invitation for a person who signs in with a password of their own."""

    code = "password_already_chosen"
    zh = "此人已设置自己的密码；忘记密码时请用 reset-password。"
    en = "This person has a password of their own; where it is forgotten, use reset-password."


class NoSuchDepartment(NotFound):
    """There is no such department."""

    code = "no_such_department"
    zh = "没有这个部门：{department}。"
    en = "There is no such department: {department}."


class AccountDisabled(Forbidden):
    """Account and password are right, and the person may not sign in any more."""

    code = "account_disabled"
    zh = "此账号已停用，请联系管理员。"
    en = "This account is disabled. Please call the administrator."


class PasswordChangeRequired(Forbidden):
    """Account and password are right, and the password must be changed first, since others know it too."""

    code = "password_change_required"
    zh = "首次登录，请先设置自己的密码。"
    en = "Before you go on, choose a password of your own."


class TemporaryPasswordEnded(Forbidden):
    """A temporary password that was not changed in time."""

    code = "temporary_password_ended"
    zh = "临时密码已过期，请向管理员索取新的临时密码。"
    en = "The temporary password has expired. Ask the administrator for a new one."


class SignInBusy(Unavailable):
    """More people sign in just now than passwords can be verified."""

    code = "sign_in_busy"
    zh = "现在登录的人较多，请几秒钟后再试。"
    en = "Many people are signing in just now. Try again in a few seconds."


class AuditBusy(Unavailable):
    """More waits to be written into the audit log than may wait."""

    code = "audit_busy"
    zh = "系统暂时无法记录审计日志，请稍后再试。"
    en = "The audit log cannot be written just now. Please try again shortly."


class WrongPassword(Unauthenticated):
    """Account or password is wrong; which of them is not said."""

    code = "wrong_password"
    zh = "账号或密码不正确。"
    en = "The account or the password is not right."


class TokenInvalid(Unauthenticated):
    """The access token is expired, forged, or for somebody else."""

    code = "token_invalid"
    zh = "登录已过期，请重新登录。"
    en = "Your sign-in has expired. Please sign in again."


class SessionEnded(Unauthenticated):
    """The session has ended, or the renewal token was used before."""

    code = "session_ended"
    zh = "登录已结束，请重新登录。"
    en = "Your session has ended. Please sign in again."


class TooManyAttempts(TooMany):
    """Too many tries for this account or from this address; the next one has to wait."""

    code = "too_many_attempts"
    zh = "密码错误次数过多，请 {minutes} 分钟后再试。"
    en = "Too many wrong passwords. The next try is possible in {minutes} min."

    def __init__(self, wait: timedelta) -> None:
        super().__init__(minutes=math.ceil(wait / timedelta(minutes=1)))
        self.retry_after_seconds = math.ceil(wait / timedelta(seconds=1))


class FieldInvalid(Refusal):
    """What was written into a field of an application form breaks the field's rule."""

    code = "field_invalid"
    zh = "“{field_zh}”填写有误，请核对后再提交。"
    en = "“{field_en}” is not filled in right. Please check it."


class NoSuchItem(NotFound):
    """There is no such item."""

    code = "no_such_item"
    zh = "没有找到该事项。"
    en = "There is no such item."


class NoSuchSite(NotFound):
    """There is no such site."""

    code = "no_such_site"
    zh = "没有找到该站点。"
    en = "There is no such site."


class NoSuchWindow(NotFound):
    """There is no such window."""

    code = "no_such_window"
    zh = "没有找到该窗口。"
    en = "There is no such window."


class NoSuchStaff(NotFound):
    """There is no such person."""

    code = "no_such_staff"
    zh = "没有找到该工作人员。"
    en = "There is no such person."


class NoSuchCamera(NotFound):
    """There is no such camera, or not for this person."""

    code = "no_such_camera"
    zh = "没有找到该摄像头。"
    en = "There is no such camera."


class VisitLinkUnknown(Unauthenticated):
    """A link that nobody was given, or a part of one."""

    code = "visit_link_unknown"
    zh = "这个链接无效。请检查是否复制完整，或联系邀请您的工作人员。"
    en = "This link does not lead anywhere. Please check that all of it was copied, or ask whoever invited you."


class VisitEnded(Unauthenticated):
    """The link was good until its end, or until the clerk ended it; `appointment_id` is what it was for, or None."""

    code = "visit_ended"
    zh = "这个链接已过期或已被取消。请联系邀请您的工作人员，索取新的链接。"
    en = "This link has ended. Please ask whoever invited you for a new one."


class SupplementLinkUnknown(Unauthenticated):
    """A link that nobody was given, or a part of one."""

    code = "supplement_link_unknown"
    zh = "这个补正链接或补正码无效。请核对是否完整，或到便民服务点凭案卷编号补交。"
    en = "This link or code leads nowhere. Check that all of it is there, or bring the papers to a service point."


class SupplementLinkOver(Unauthenticated):
    """The deadline has passed, or the clerk has ended it."""

    code = "supplement_link_over"
    zh = "补正期限已过或补正已结束，不能再提交；此前提交的材料都已保存。请联系承办窗口，或到便民服务点重新办理。"
    en = (
        "The time to send is over. What was sent before is kept. Ask the window that serves the case, "
        "or apply anew at a service point."
    )


class ResultLinkUnknown(Unauthenticated):
    """A link to a result that nobody was given, or a part of one."""

    code = "result_link_unknown"
    zh = "这个结果链接或结果码无效。请核对是否完整，或到受理的便民服务点领取办理结果通知书。"
    en = "This link or code leads nowhere. Check that all of it is there, or ask for the notice at the service point."


class ResultLinkOver(Unauthenticated):
    """The link to a result is older than it is good."""

    code = "result_link_over"
    zh = "结果链接已过期。请到受理的便民服务点领取办理结果通知书。"
    en = "This link is over. Please ask for the notice of the decision at the service point."


class GuestLinkOver(Unauthenticated):
    """A link into a call that nobody was given, or whose call or time is over."""

    code = "guest_link_over"
    zh = "这个链接无效或已经结束。如仍需加入通话，请联系窗口工作人员。"
    en = "This link leads nowhere, or has ended. If you are still to join the call, please ask the clerk."


class GuestLinkTaken(Unauthenticated):
    """Somebody has come in by the link in another browser."""

    code = "guest_link_taken"
    zh = "这个链接已在另一台设备或浏览器中使用，只能使用一次。请联系窗口工作人员。"
    en = "This link was used in another browser already, and is good for one alone. Please ask the clerk."


class VisitCodeUnknown(Unauthenticated):
    """A code that nobody was given, that has ended, or that was typed before."""

    code = "visit_code_unknown"
    zh = "访问码不对，或已过期、已用过。请核对后再输一次，或向工作人员要新的访问码。"
    en = "This code is wrong, has ended or was used already. Check it and type it again, or ask for a new one."


class TooManyCodes(TooMany):
    """Codes were tried too often, from this address or from all together."""

    code = "too_many_codes"
    zh = "尝试次数过多，请过一分钟再试，或使用工作人员发给您的链接。"
    en = "Codes were tried too often. Try again in a minute, or use the link that you were sent."


class NoSuchVisitor(NotFound):
    """No visitor of this clerk."""

    code = "no_such_visitor"
    zh = "没有找到这位访客的邀请，或邀请已取消。"
    en = "There is no such invitation, or it has ended."


class TooManyLinks(Conflict):
    """A visit has as many links as it may have, by codes that were exchanged."""

    code = "too_many_links"
    zh = "这次邀请已多次用访问码打开，不能再用。请用之前打开的链接，或联系邀请您的工作人员。"
    en = "Codes opened this visit too many times. Use a link you opened before, or ask whoever invited you."


class TooManySupplementLinks(Conflict):
    """A supplement has as many links as it may have."""

    code = "too_many_supplement_links"
    zh = "这项补正已生成过 {limit} 个链接，不能再生成。请使用之前的链接，或在便民服务点补交。"
    en = "This request has {limit} links already. Use one of them, or bring the papers to the service point."


class TooManyResultLinks(Conflict):
    """A result has as many links as it may have."""

    code = "too_many_result_links"
    zh = "本案的结果链接已生成过 {limit} 个，不能再生成。请使用之前的链接，或打印结果通知书。"
    en = "This result has {limit} links already. Use one of them, or print the notice."


class TooManyVisitors(Conflict):
    """A clerk has as many open invitations as one may have."""

    code = "too_many_visitors"
    zh = "您尚未结束的邀请已达 {limit} 个，请先取消不再需要的邀请。"
    en = "You have {limit} open invitations, as many as one may have. End some of them first."


class CalendarInvalid(Refusal):
    """A year's table names a day that cannot be."""

    code = "calendar_invalid"
    zh = "{day} 不对：节假日须在该年内，调休上班日须是周末且不是节假日。"
    en = "{day} cannot be: a holiday is of the year; a worked day is of a weekend and no holiday."


class CalendarEmpty(Refusal):
    """A year's table names no holiday, and no year is without."""

    code = "calendar_empty"
    zh = "{year}年没有给出节假日。请按国务院办公厅的通知填写全部节假日。"
    en = "No holiday is given for {year}. Name all of them, as in the notice of the State Council's General Office."


class CalendarTooShort(Conflict):
    """No table says whether offices work on `day`."""

    code = "calendar_too_short"
    zh = "工作日历还没有 {day} 的安排，算不出期限。请管理员用 cloud-window calendar 录入节假日安排后再试。"
    en = (
        "The working days around {day} are not known yet, so no date can be worked out. Ask the administrator for them."
    )
