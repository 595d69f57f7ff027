"""What mandates refuse.

Refusal
├── Invalid    MandateIncomplete, NotThePaper, ResumeDayWrong
├── NotFound   NoSuchMandate
└── Conflict   MandateNeeded, MandateEnded, MandateDoesNotCover, MandateStands, TooManyMandates, ActingSuspended,
               ActingChanged, NotThisFormNow, TooManyActingForms
"""

from __future__ import annotations

from foundation.errors import Conflict, Invalid, NotFound


class MandateIncomplete(Invalid):
    """The identity number is none, the period is none, or nothing is covered."""

    code = "mandate_incomplete"
    zh = "委托书填写有误：{problem}。"
    en = "The mandate is not complete: {problem}."


class NotThePaper(Invalid):
    """The page is not one of the case that counts."""

    code = "not_the_paper_mandate"
    zh = "请选择本案中拍有纸质委托书的页面。"
    en = "Choose the page of this case that shows the mandate on paper."


class NoSuchMandate(NotFound):
    """There is no such mandate."""

    code = "no_such_mandate"
    zh = "没有找到该委托书。"
    en = "There is no such mandate."


class MandateNeeded(Conflict):
    """Somebody acts for the applicant, and no mandate is in force."""

    code = "mandate_needed"
    zh = "本案由他人代办，尚无生效的委托书，不能这样办理。请先由委托人签署委托书，或核验纸质委托书。"
    en = (
        "Somebody acts for the applicant here, and no mandate is in force. Have the principal sign one first, or"
        " accept the one on paper."
    )


class MandateEnded(Conflict):
    """The mandate was revoked or its time is over."""

    code = "mandate_ended"
    zh = "委托书 {number} 已撤销或已到期，之后的代办不再有效。"
    en = "Mandate {number} was revoked or has expired: nothing more is done under it."


class MandateDoesNotCover(Conflict):
    """The mandate is in force, and not for this."""

    code = "mandate_does_not_cover"
    zh = "委托书 {number} 的权限不包括“{scope}”。"
    en = "Mandate {number} does not cover {scope}."


class MandateStands(Conflict):
    """The case has a mandate that is drafted or in force."""

    code = "mandate_stands"
    zh = "本案已有委托书 {number}，请先撤销或作废。"
    en = "This case has mandate {number} already. Revoke or refuse it first."


class TooManyMandates(Conflict):
    """The case has as many mandates as it may."""

    code = "too_many_mandates"
    zh = "本案的委托书已达上限（{most} 份）。"
    en = "This case has {most} mandates already, which is the most."


class ResumeDayWrong(Invalid):
    """A suspended acting is to go on at a day that is none, is over, or is behind the mandate's last."""

    code = "resume_day_wrong"
    zh = "预计恢复的日期须在今天至委托书有效期（{until}）之内。"
    en = "The day by which it goes on must lie between today and the mandate's last, {until}."


class ActingSuspended(Conflict):
    """The mandate is in force, and the acting under it is suspended."""

    code = "acting_suspended"
    zh = "代办已中止（中止单 {number}），恢复后才能这样办理。请先由委托人签署续办委托书，或核验纸质续办委托书。"
    en = (
        "The acting is suspended by form {number}. Have the principal sign the mandate to continue first, or accept"
        " the one on paper."
    )


class NotThisFormNow(Conflict):
    """The form may not follow where the acting stands."""

    code = "not_this_form_now"
    zh = "现在不能出具“{form}”：{state}。"
    en = "There is no place for the form “{form}” now: {state}."


class TooManyActingForms(Conflict):
    """The acting was suspended and continued as often as it may be."""

    code = "too_many_acting_forms"
    zh = "本案的代办单据已达上限（{most} 份），只能办结或终止。"
    en = "This case has {most} forms of acting already: it can only be completed or terminated."


class ActingChanged(Conflict):
    """Another form, or another mandate, joined the case while this form was being made."""

    code = "acting_changed"
    zh = "代办情况刚刚有变化，请核对后再出具单据。"
    en = "The acting has just changed. Check how it stands and make the form again."
