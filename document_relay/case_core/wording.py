"""The words of the case file in both languages: reasons, outcomes, ratings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from foundation.errors import Words as Sentence

Words = tuple[str, str]
"""A sentence in Chinese and in English."""

REASONS: Mapping[str, Words] = MappingProxyType(
    {
        "unreadable": ("看不清，请重新拍摄。", "It cannot be read. Please take it again."),
        "incomplete": ("不完整，缺少部分内容或页。", "It is not complete: a part or a page is missing."),
        "wrong_paper": ("不是所需的材料。", "This is not the paper that is needed."),
        "expired": ("已过有效期。", "It is no longer valid."),
        "does_not_match": ("与其他材料或申请人信息不一致。", "It does not match the applicant or another paper."),
        "other": ("见备注。", "See the note."),
    }
)
"""Why a material is rejected."""

OUTCOMES: Mapping[str, Words] = MappingProxyType(
    {
        "approved": ("予以办理", "Approved"),
        "supplement": ("一次性告知补正", "To be supplemented"),
        "refused": ("不予办理", "Refused"),
    }
)
"""How a case is decided."""

RATINGS: Mapping[int, Words] = MappingProxyType(
    {
        5: ("非常满意", "Very satisfied"),
        4: ("满意", "Satisfied"),
        3: ("基本满意", "Basically satisfied"),
        2: ("不满意", "Dissatisfied"),
        1: ("非常不满意", "Very dissatisfied"),
    }
)
"""好差评: the five levels of GB/T 39734-2020."""

ACCESS_REASONS: Mapping[str, Words] = MappingProxyType(
    {
        "applicant_asks": ("申请人来访或来电询问", "The applicant asks about it"),
        "follow_up": ("后续办理需要", "Needed to go on with the matter"),
        "complaint": ("处理投诉或复核", "A complaint or a review"),
        "quality_check": ("质量检查", "A check of quality"),
        "other": ("其他", "Another reason"),
    }
)
"""Why somebody reads a case of others."""

_STATES: Mapping[str, Sentence] = MappingProxyType(
    {
        # Of a case.
        "open": Sentence("办理中", "open"),
        "decided": Sentence("已作出决定", "decided"),
        "closed": Sentence("已结案", "closed"),
        "held": Sentence("已冻结", "on hold"),
        "destroyed": Sentence("已销毁", "destroyed"),
        # Of a material or a document.
        "requested": Sentence("等待对方", "waiting for the other side"),
        "delivered": Sentence("已提交", "delivered"),
        "accepted": Sentence("已接受", "accepted"),
        "rejected": Sentence("已退回", "rejected"),
        "draft": Sentence("草稿", "a draft"),
        "shown": Sentence("正在展示", "being shown"),
        "marked": Sentence("等待窗口见证画押", "waiting for the clerk as the witness of the mark"),
        "signed": Sentence("已签署", "signed"),
        "sealed": Sentence("已封存", "sealed"),
        "declined": Sentence("未签署", "not signed"),
        # Of a joint acceptance, its departments and findings.
        "collecting": Sentence("正在汇总意见", "collecting findings"),
        "told": Sentence("已告知申请人", "told to the applicant"),
        "concluded": Sentence("已出具综合答复", "concluded"),
        "asked": Sentence("等待该部门的意见", "waiting for the department's findings"),
        "said": Sentence("该部门的意见已提完", "said by the department"),
        "left": Sentence("该部门已退出", "left by the department"),
        "answered": Sentence("已答复", "answered"),
        "struck": Sentence("已核销", "struck out"),
        "withdrawn": Sentence("已撤回", "withdrawn"),
        # Of a form that is filled in together.
        "finished": Sentence("已填写完成", "finished"),
        "discarded": Sentence("已作废", "discarded"),
        # Of a mandate.
        "drafted": Sentence("委托书待生效", "a mandate that is not in force yet"),
        "in_force": Sentence("委托书生效中", "a mandate in force"),
        "revoked": Sentence("委托书已撤销", "a mandate that was revoked"),
        "expired": Sentence("委托书已到期", "a mandate that has expired"),
        "refused": Sentence("委托书未采用", "a mandate that was not taken"),
        # Of what is sent later; it is answered, accepted and withdrawn as well.
        "parked": Sentence("等待申请人补正", "waiting for what the applicant sends later"),
        "ended": Sentence("补正期限已过", "over, as the deadline for what was missing has passed"),
        # Of a case that is handed on; it is answered and decided as well.
        "handed_on": Sentence("已转办，待接收", "handed on, and not taken yet"),
        "taken": Sentence("已接收办理", "taken by the department"),
        "asked_back": Sentence("等待转出窗口答复", "waiting for an answer from who handed it on"),
        "returned": Sentence("已退回转出窗口", "returned to who handed it on"),
        # Kinds of document, where the kind has no such move.
        "form": Sentence("申请表", "a form"),
        "uploaded": Sentence("上传的文件", "an uploaded document"),
        "notice": Sentence("决定通知", "a notice"),
        "receipt": Sentence("收件回执", "a receipt"),
        "summary": Sentence("办事小结", "a summary of the visit"),
        "answer": Sentence("联合验收综合答复", "a consolidated answer"),
        "mandate": Sentence("委托书", "a mandate"),
        "suspension": Sentence("代办中止单", "a form of suspension"),
        "continuation": Sentence("续办委托书", "a mandate to continue"),
        "completion": Sentence("代办办结单", "a form of completion"),
        "termination": Sentence("代办终止单", "a form of termination"),
    }
)


def state_in_words(state: str) -> Sentence:
    """How a person reads the state, or the kind of document; KeyError for one that does not exist."""
    return _STATES[state]
