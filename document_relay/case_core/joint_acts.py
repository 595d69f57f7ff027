"""What a joint acceptance writes into a case's history."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.case_core.history import Act

OPENED = "joint_acceptance_opened"
ASKED = "department_asked"
ADDED = "finding_added"
WITHDRAWN = "finding_withdrawn"
SAID = "department_said"
LEFT = "department_left"
TOLD = "findings_told"
LINKED = "findings_linked"
ANSWERED = "finding_answered"
RETURNED = "finding_returned"
STRUCK = "finding_struck"
DECIDED = "department_decided"
CONCLUDED = "joint_acceptance_concluded"
VISIT_LEFT = "visit_left"
TAKEN = "joint_acceptance_taken"

JOINT_ACTS: Sequence[Act] = (
    Act(OPENED, "发起联合验收，补正期限{days}个工作日", "Opened a joint acceptance; {days} working days to supplement"),
    Act(ASKED, "请{department}提出意见", "Asked {department} for its findings"),
    Act(ADDED, "{department}提出意见：{text}", "A finding of {department}: {text}"),
    Act(WITHDRAWN, "{department}撤回意见：{text}", "{department} withdrew its finding: {text}"),
    Act(SAID, "{department}的意见已提完", "{department} has said all its findings"),
    Act(
        LEFT,
        "{department}退出联合验收，其意见保留，由承办窗口负责",
        "{department} left the joint acceptance; its findings stay, and the clerk of the case answers for them",
    ),
    Act(
        TOLD,
        "一次性告知补正意见{count}条，请于{due}前答复",
        "Told the applicant all {count} findings at once, to be answered by {due}",
    ),
    Act(LINKED, "生成答复意见的链接", "Made a link to answer the findings by"),
    Act(ANSWERED, "答复第{number}条意见：{text}", "Answered finding {number}: {text}"),
    Act(
        RETURNED,
        "{department}认为第{number}条意见的答复还不够：{text}",
        "The answer to finding {number} is not enough for {department}: {text}",
    ),
    Act(STRUCK, "{department}核销第{number}条意见", "{department} struck finding {number} out"),
    Act(DECIDED, "{department}的结论：{opinion}", "The decision of {department}: {opinion}"),
    Act(
        CONCLUDED,
        "出具联合验收综合答复，由{departments}签章",
        "Made the consolidated answer, sealed by {departments}",
    ),
    Act(TAKEN, "原承办人不在岗，接手联合验收案卷", "Took over the joint acceptance, since its clerk is not there"),
    Act(VISIT_LEFT, "来访结束，案卷继续办理", "The visit ended; the case goes on"),
)
