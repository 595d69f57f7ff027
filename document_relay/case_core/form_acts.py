"""What a case's history says of forms that are filled in together."""

from __future__ import annotations

from document_relay.case_core.history import Act

OPENED = "form_opened"
ANOTHER = "form_definition_changed"
SEEN = "form_field_seen"
FINISHED = "form_finished"
DISCARDED = "form_discarded"

FORM_ACTS: tuple[Act, ...] = (
    Act(OPENED, "打开共同填写的申请表", "Opened the application form to fill it in together"),
    Act(
        ANOTHER,
        "申请表的内容要求已更新，新增 {count} 项，已填内容保留",
        "What the form asks for was changed: {count} new fields; what was filled in is kept",
    ),
    Act(SEEN, "查看申请表中隐藏的“{field}”", "Looked at the hidden field “{field}” of the form"),
    Act(FINISHED, "完成申请表的填写", "Finished the application form"),
    Act(DISCARDED, "作废未完成的申请表", "Discarded the unfinished form"),
)
