"""What a supplement writes into a case's history."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.case_core.history import Act

ASKED = "supplement_asked"
LINKED = "supplement_linked"
ANSWERED = "supplement_answered"
ACCEPTED = "supplement_accepted"
AGAIN = "supplement_asked_again"
WITHDRAWN = "supplement_withdrawn"
ENDED = "supplement_ended"
TAKEN = "supplement_taken"
FOUND = "supplement_found"

SUPPLEMENT_ACTS: Sequence[Act] = (
    Act(
        ASKED,
        "一次性告知需补正{count}项，请于{due}前提交：{materials}",
        "Asked for {count} missing papers until {due}: {materials}",
    ),
    Act(LINKED, "生成补正链接", "Made a link to send the missing papers by"),
    Act(ANSWERED, "补正材料已提交", "The missing papers were sent"),
    Act(ACCEPTED, "补正材料已接收", "Accepted what was sent"),
    Act(
        AGAIN,
        "补正材料还不够，请于{due}前再提交{materials}：{text}",
        "What was sent is not enough; {materials} is asked for again until {due}: {text}",
    ),
    Act(WITHDRAWN, "撤回补正要求", "Took the request for missing papers back"),
    Act(
        ENDED,
        "补正期限{due}已过，仍缺{materials}；此前提交的材料都已保存",
        "The deadline {due} has passed without {materials}; what was sent before is kept",
    ),
    Act(TAKEN, "原承办人不在岗，接手补正材料", "Took over what was sent, since its clerk is not there"),
    Act(
        FOUND,
        "申请人到{place}，凭案卷编号和姓名打开补正清单",
        "The applicant came to {place}; the list of missing papers was opened by number and name",
    ),
)
