"""The sentences of the case file in both languages: reasons, outcomes, ratings, history."""

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

_HISTORY: Mapping[str, Words] = MappingProxyType(
    {
        "case_opened": ("开立案卷，事项：{item}", "Opened the case: {item}"),
        "clerk_assigned": ("接手办理", "Took the case in hand"),
        "material_requested": ("要求提供“{material}”", "Asked for “{material}”"),
        "page_delivered": ("提交“{material}”第 {number} 页", "Delivered page {number} of “{material}”"),
        "page_refused": ("“{material}”的上传未通过：{code}", "An upload for “{material}” was refused: {code}"),
        "material_accepted": ("接受“{material}”", "Accepted “{material}”"),
        "material_rejected": ("退回“{material}”：{reason}", "Rejected “{material}”: {reason}"),
        "review_undone": ("撤回对“{material}”的审核", "Took back the review of “{material}”"),
        "document_made": ("生成文件“{title}”", "Made the document “{title}”"),
        "document_uploaded": ("上传文件“{title}”", "Uploaded the document “{title}”"),
        "document_pushed": ("请申请人签署“{title}”", "Asked for a signature on “{title}”"),
        "signature_shown": ("向申请人展示“{title}”", "Showed “{title}” to the applicant"),
        "signature_declined": ("申请人未签署“{title}”", "“{title}” was not signed"),
        "document_signed": ("申请人签署“{title}”", "The applicant signed “{title}”"),
        "document_sealed": ("“{title}”已封存", "“{title}” was sealed"),
        "case_decided": ("作出决定：{outcome}", "Decided: {outcome}"),
        "case_rated": ("评价：{level}", "Rated: {level}"),
        "case_closed": ("结案", "Closed the case"),
        "consent_given": ("申请人同意录音录像", "The applicant agrees to a recording"),
        "consent_declined": ("申请人不同意录音录像", "The applicant does not agree to a recording"),
        "recording_begun": ("经申请人同意，开始录音录像", "Recording begins, as the applicant has agreed"),
        "recording_paused_disk_full": ("录像暂停：存储空间不足", "The recording paused: the disk is full"),
        "recording_paused_disk_failed": ("录像暂停：存储设备故障", "The recording paused: the disk failed"),
        "recording_paused_disk_slow": ("录像暂停：存储写入过慢", "The recording paused: the disk is too slow"),
        "recording_resumed": ("录像恢复，缺 {seconds} 秒", "The recording went on; {seconds} s are missing"),
        "recording_joined": ("录像归入案卷", "The recording joined the case"),
        "session_listened": ("进入本次会话旁听", "Began to listen to the session"),
        "room_camera_on": ("开启室内摄像头（不录制）", "Switched the room camera on (not recorded)"),
        "room_camera_off": ("室内摄像头已关闭", "The room camera is off"),
        "room_camera_refused": ("不同意开启室内摄像头", "Does not allow the room camera"),
        "room_camera_allowed": ("同意开启室内摄像头", "Allows the room camera"),
        "access_granted": ("查看案卷，理由：{reason}", "May read the case; the reason: {reason}"),
        "evidence_built": ("生成证据包", "Built the evidence package"),
    }
)


def sentence(act: str, details: Mapping[str, object]) -> Words:
    """What an entry of the case's log says; erased details read as "…"."""
    zh, en = _HISTORY[act]
    places = _Erasable({name: str(value) for name, value in details.items()})
    return zh.format_map(places), en.format_map(places)


class _Erasable(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"
