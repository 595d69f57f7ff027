"""The words of the case file in both languages: reasons, outcomes, ratings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
