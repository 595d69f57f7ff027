"""What a case's history may say: each act with its code and its sentence in both languages.

The code stands in the event chain, so it is never changed and never given again. A sentence may be worded anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple

from document_relay.case_core.wording import ACCESS_REASONS, OUTCOMES, RATINGS, REASONS, Words


class Act(NamedTuple):
    """Something that is written down when it happens in a case; `{name}` in a sentence stands for a field.

    `words` are those of a fixed list that a field may begin with. The Chinese word is stored.
    """

    code: str
    zh: str
    en: str
    words: tuple[Words, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its sentences name."""
        return _fields(self.zh)


PAGE_DELIVERED, PAGE_RETAKEN = "page_delivered", "page_retaken"
OWN_ACTS: tuple[Act, ...] = (
    Act("case_opened", "开立案卷，事项：{item}", "Opened the case: {item}"),
    Act("clerk_assigned", "接手办理", "Took the case in hand"),
    Act("worker_assigned", "在延伸点接手", "Went on with the case at the point"),
    Act("material_requested", "要求提供“{material}”", "Asked for “{material}”"),
    Act(PAGE_DELIVERED, "提交“{material}”第 {number} 页", "Delivered page {number} of “{material}”"),
    Act(PAGE_RETAKEN, "重拍“{material}”第 {number} 页", "Took page {number} of “{material}” again"),
    Act("page_removed", "删除“{material}”第 {number} 页", "Removed page {number} of “{material}”"),
    Act("pages_ordered", "调整“{material}”的页序，原页序为 {former}", "Reordered “{material}”; the order was {former}"),
    Act("page_refused", "“{material}”的上传未通过：{code}", "An upload for “{material}” was refused: {code}"),
    Act("material_accepted", "接受“{material}”", "Accepted “{material}”"),
    Act(
        "material_rejected",
        "退回“{material}”：{reason}",
        "Rejected “{material}”: {reason}",
        tuple(REASONS.values()),
    ),
    Act("review_undone", "撤回对“{material}”的审核", "Took back the review of “{material}”"),
    Act("document_made", "生成文件“{title}”", "Made the document “{title}”"),
    Act("visit_summarised", "出具办事小结，商定：{agreed}", "Made the summary of the visit; agreed: {agreed}"),
    Act("document_uploaded", "上传文件“{title}”", "Uploaded the document “{title}”"),
    Act("document_pushed", "请申请人签署“{title}”", "Asked for a signature on “{title}”"),
    Act("signature_shown", "向申请人展示“{title}”", "Showed “{title}” to the applicant"),
    Act("signature_declined", "申请人未签署“{title}”", "“{title}” was not signed"),
    Act("document_signed", "申请人签署“{title}”", "The applicant signed “{title}”"),
    Act(
        "document_marked",
        "申请人不能书写，在“{title}”上画押，等待窗口见证",
        "The applicant cannot write and made a mark on “{title}”, which waits for its witness",
    ),
    Act("mark_witnessed", "见证申请人在“{title}”上画押", "Witnessed the applicant's mark on “{title}”"),
    Act(
        "mark_refused",
        "未见证“{title}”上的画押，请申请人重做",
        "Did not witness the mark on “{title}”; it is made again",
    ),
    Act("document_sealed", "“{title}”已封存", "“{title}” was sealed"),
    Act("case_decided", "作出决定：{outcome}", "Decided: {outcome}", tuple(OUTCOMES.values())),
    Act("case_rated", "评价：{level}", "Rated: {level}", tuple(RATINGS.values())),
    Act("case_closed", "结案", "Closed the case"),
    Act("consent_given", "申请人同意录音录像", "The applicant agrees to a recording"),
    Act("consent_declined", "申请人不同意录音录像", "The applicant does not agree to a recording"),
    Act("recording_joined", "录像归入案卷", "The recording joined the case"),
    Act("note_written", "备注：{text}", "Note: {text}"),
    Act(
        "access_granted",
        "查看案卷，理由：{reason}",
        "May read the case; the reason: {reason}",
        tuple(ACCESS_REASONS.values()),
    ),
    Act("evidence_built", "生成证据包", "Built the evidence package"),
)
"""The document relay's own."""


INTERNAL = frozenset({"note_written", "finding_added", "finding_withdrawn"})
"""Acts that are for the offices alone: neither the applicant nor who sits beside them is shown them.

Findings are told all at once, and not one by one as they are made.
"""


class Acts:
    """The acts of every package, by code."""

    def __init__(self, *parts: Iterable[Act]) -> None:
        """Raises ValueError for a code that two acts have, and for sentences that do not name the same fields."""
        known: dict[str, Act] = {}
        for act in (act for part in parts for act in part):
            if act.code in known:
                raise ValueError(f"two acts have the code {act.code}")
            if not act.zh or not act.en or _fields(act.zh) != _fields(act.en):
                raise ValueError(f"the sentences of {act.code} differ in their fields")
            known[act.code] = act
        self._known = MappingProxyType(known)

    def require(self, code: str, fields: Collection[str]) -> None:
        """Raises ValueError unless there is such an act and these fields fill its sentences."""
        act = self._known.get(code)
        if act is None:
            raise ValueError(f"no act has the code {code}")
        missing = act.fields.difference(fields)
        if missing:
            raise ValueError(f"{code} lacks {', '.join(sorted(missing))}")

    def sentence(self, code: str, fields: Mapping[str, str]) -> Words:
        """What an entry of the history says in Chinese and English.

        An erased field reads as "…". An act that is not registered any more reads as its code.
        """
        act = self._known.get(code)
        if act is None:
            return code, code
        in_english = {name: _in_english(value, act.words) for name, value in fields.items()}
        return act.zh.format_map(_Erasable(fields)), act.en.format_map(_Erasable(in_english))


class _Erasable(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def _in_english(value: str, words: Iterable[Words]) -> str:
    for zh, en in words:
        if value == zh:
            return en
        if value.startswith(f"{zh}："):
            return f"{en}: {value.removeprefix(f'{zh}：')}"
    return value


def _fields(sentence: str) -> frozenset[str]:
    """Raises ValueError when a field is not a plain name: a value must not be reached into."""
    names = frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)
    if not all(name.isidentifier() for name in names):
        raise ValueError(f"not a plain field: {sentence}")
    return names
