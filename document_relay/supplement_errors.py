"""What a supplement refuses.

Refusal
├── Invalid    SupplementEmpty
├── Forbidden  NotYourSupplement
├── NotFound   NoSuchSupplement, SupplementNotFound
├── Conflict   SupplementStands, SupplementIncomplete, SupplementNotOpen
├── Gone       SupplementTooLate, SupplementSearchOver
└── TooMany    TooManySupplementSearches
"""

from __future__ import annotations

from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound, TooMany


class SupplementEmpty(Invalid):
    """Nothing is asked for, or something that was not asked for is asked again."""

    code = "supplement_empty"
    zh = "请至少列出一项需要补正的材料。"
    en = "Name at least one paper that is missing."


class NotYourSupplement(Forbidden):
    """The clerk who asked is there, or has not had the time yet to look at it."""

    code = "not_your_supplement"
    zh = "补正材料先由提出要求的窗口人员处理。"
    en = "What was sent goes to the clerk who asked for it first."


class NoSuchSupplement(NotFound):
    """There is none with this identifier, or the case has none."""

    code = "no_such_supplement"
    zh = "没有这项补正。"
    en = "There is no such supplement."


class SupplementNotFound(NotFound):
    """No case with this number waits for papers of an applicant of this name; which of it is wrong is not told."""

    code = "supplement_not_found"
    zh = "没有找到：请核对告知单上的案卷编号和申请人姓名。来访结束前，补正在受理的延伸点进行。"
    en = (
        "Nothing was found. Check the case number on the slip and the applicant's name. "
        "Until the visit has ended, papers are taken at the point of the visit."
    )


class TooManySupplementSearches(TooMany):
    """Supplements were looked for too often: by this person, from this address, or of this number."""

    code = "too_many_supplement_searches"
    zh = "查找次数过多，请过几分钟再试。"
    en = "Cases were looked for too often. Try again in some minutes."


class SupplementStands(Conflict):
    """The case waits for papers, or for the clerk to look at them."""

    code = "supplement_stands"
    zh = "案卷正在补正。请先接收补正材料，或撤回补正要求。"
    en = "The case waits for missing papers. Accept what was sent, or take the request back first."


class SupplementIncomplete(Conflict):
    """Something of the list was not sent yet."""

    code = "supplement_incomplete"
    zh = "还缺：{materials}。请全部提交后再完成。"
    en = "Still missing: {materials}. Send all of it first."


class SupplementNotOpen(Conflict):
    """It was sent already, or it is over."""

    code = "supplement_not_open"
    zh = "补正材料已经提交，正由窗口审核；需要再交时会通知您。"
    en = "The missing papers were sent and are looked at. You will be told if more is needed."


class SupplementTooLate(Gone):
    """The deadline has passed."""

    code = "supplement_too_late"
    zh = "补正期限（{due}）已过，不能再提交；此前提交的材料都已保存。请联系承办窗口，或取号重新办理。"
    en = (
        "The deadline ({due}) has passed. What was sent before is kept. Ask the window that serves the case, "
        "or take a number and apply anew."
    )


class SupplementSearchOver(Gone):
    """The case was found by its number, and the two hours in which papers can be brought to it are over."""

    code = "supplement_search_over"
    zh = "凭案卷编号打开已超过两小时，这一页还没有交给案卷。请重新查找该案卷，再点重试，已上传的部分不会丢失。"
    en = (
        "The case was opened by its number more than two hours ago, so this page has not joined it yet. "
        "Look the case up again and retry: what was uploaded is kept."
    )
