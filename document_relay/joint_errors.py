"""What a joint acceptance refuses.

Refusal
├── Invalid    FindingIncomplete
├── Forbidden  NotYourFinding, NotYourDepartment
├── NotFound   NoJointAcceptance, NoSuchFinding
├── Conflict   JointAcceptanceStands, JointAcceptanceOver, FindingsTold, FindingsNotTold, DepartmentsUnheard,
│              DepartmentsUndecided, FindingsStand, FindingAnswered, FindingsChanged, TooManyFindings,
│              TooManyDepartments
└── Gone       FindingsOverdue, ReturnedTooLate
"""

from __future__ import annotations

from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound


class FindingIncomplete(Invalid):
    """The place is not on a page of the finding's material."""

    code = "finding_incomplete"
    zh = "标记须位于所选材料的页面上。"
    en = "The place must be on a page of the chosen material."


class NotYourFinding(Forbidden):
    """Another department made the finding."""

    code = "not_your_finding"
    zh = "这条意见由其他部门提出，只能由该部门处理。"
    en = "Another department made this finding; only that one may do this."


class NotYourDepartment(Forbidden):
    """The person does not belong to the department, or it was not asked."""

    code = "not_your_department"
    zh = "该部门没有参加本次联合验收，或者您不属于该部门。"
    en = "The department is not part of this joint acceptance, or you do not belong to it."


class NoJointAcceptance(NotFound):
    """The case has none."""

    code = "no_joint_acceptance"
    zh = "本案没有联合验收。"
    en = "This case has no joint acceptance."


class NoSuchFinding(NotFound):
    """There is no such finding."""

    code = "no_such_finding"
    zh = "没有找到这条意见。"
    en = "There is no such finding."


class JointAcceptanceStands(Conflict):
    """The case's joint acceptance is not concluded."""

    code = "joint_acceptance_stands"
    zh = "本案已经发起联合验收，请先出具综合答复。"
    en = "This case has a joint acceptance. Conclude it first with the consolidated answer."


class JointAcceptanceOver(Conflict):
    """The case's joint acceptance is concluded: its answer is sealed, and a case has one."""

    code = "joint_acceptance_over"
    zh = "本案的联合验收已经出具综合答复，不能再更改，也不能再次发起。"
    en = "The consolidated answer of this case is made: nothing of it is changed, and no second one is begun."


class FindingsTold(Conflict):
    """All findings were told to the applicant at once, so none is added."""

    code = "findings_already_told"
    zh = "意见已经一次性告知申请人，不能再增加或撤回。"
    en = "The applicant has been told all findings at once, so none can be added or withdrawn."


class FindingsNotTold(Conflict):
    """The applicant was not told the findings yet."""

    code = "findings_not_told"
    zh = "意见还没有告知申请人，请先一次性告知。"
    en = "The findings have not been told to the applicant yet. Tell them first."


class DepartmentsUnheard(Conflict):
    """`departments` have not said all their findings."""

    code = "departments_unheard"
    zh = "{departments}的意见还没有提完，请等待或请其退出，再一次性告知。"
    en = "{departments} have not said all their findings. Wait for them or let them leave, then tell all at once."


class DepartmentsUndecided(Conflict):
    """`departments` have not decided, or none of them has."""

    code = "departments_undecided"
    zh = "{departments}还没有作出结论，不能出具综合答复。"
    en = "{departments} have not decided, so there is no consolidated answer yet."


class FindingsStand(Conflict):
    """`count` findings that must be mended are not struck out."""

    code = "findings_stand"
    zh = "还有{count}条必须补正的意见没有核销。"
    en = "{count} findings that must be mended are not struck out."


class FindingAnswered(Conflict):
    """Somebody else has answered the finding; the first answer stands."""

    code = "finding_already_answered"
    zh = "第{number}条意见刚刚已有答复，以先到的为准。您写的内容还在，如仍需提交，请与窗口联系。"
    en = "Finding {number} has just been answered, and the first answer stands. What you wrote is still here."


class FindingsChanged(Conflict):
    """The joint acceptance changed while its answer was being made."""

    code = "findings_changed"
    zh = "联合验收的内容刚刚有变化，请核对后再出具综合答复。"
    en = "The joint acceptance has just changed. Check it and make the answer again."


class FindingsOverdue(Gone):
    """The due date is over."""

    code = "findings_overdue"
    zh = "补正期限（{due}）已过，不能再答复。请与窗口联系，或重新申请。"
    en = "The time to answer ended on {due}. Please speak to the counter, or apply again."


class ReturnedTooLate(Gone):
    """The due date is over, so what is sent back could not be answered any more."""

    code = "returned_too_late"
    zh = "补正期限（{due}）已过，申请人不能再答复，所以不能退回。请核销这条意见，或者作出不同意的结论。"
    en = "The time to answer ended on {due}, so nothing is sent back. Strike the finding out, or do not agree."


class TooManyFindings(Conflict):
    """A department has as many findings on the case as it may."""

    code = "too_many_findings"
    zh = "一个部门对一件案卷最多提出{most}条意见。"
    en = "A department may make at most {most} findings on a case."


class TooManyDepartments(Conflict):
    """As many departments take part as may."""

    code = "too_many_departments"
    zh = "一次联合验收最多{most}个部门参加。"
    en = "At most {most} departments take part in a joint acceptance."
