"""What the document relay refuses.

Refusal
├── Invalid      UploadMetadataInvalid, ScribbleRefused (and Signature…), ChecksumUnknown, ReviewIncomplete,
│                CharactersNotPrintable, ReasonIncomplete
├── Forbidden    NotYourCase, ReasonNeeded
├── NotFound     NoSuchCase, NoSuchMaterial, NoSuchPage, NoSuchDocument, NoSuchUpload
├── Conflict     WrongCaseState, NothingToUndo, OffsetMismatch, UploadTakenOver, PagesDiffer, SamePageAgain,
│                PagesReviewed, PagesChanged, RecordingChanged
├── Gone         CaseDestroyed
├── TooLarge     UploadTooLarge, CaseFull
├── TooMany      TooManyUploads, TooManyPages, SiteFull
├── Unavailable  CaseDamaged, DiskFull, TimeStampUnavailable
└── Refusal 460  ChecksumMismatch
"""

from __future__ import annotations

from document_relay.case_core.wording import state_in_words
from foundation.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refusal, TooLarge, TooMany, Unavailable


class UploadMetadataInvalid(Invalid):
    """The upload does not say what it is."""

    code = "upload_metadata_invalid"
    zh = "上传说明有误，请重新上传。"
    en = "The upload does not say what it is: {problem}"


class ChecksumUnknown(Invalid):
    """The checksum's algorithm is not one of sha1 and sha256."""

    code = "checksum_unknown"
    zh = "不支持的校验算法。"
    en = "The checksum algorithm is not supported."


class ScribbleRefused(Invalid):
    """What was drawn is no signature."""

    code = "scribble_refused"
    zh = "签名过于简单，请重新书写姓名。"
    en = "This is too little for a signature. Please write the name again."


class SignatureOnlyDots(ScribbleRefused):
    """Dots alone were drawn."""

    code = "signature_only_dots"
    zh = "只有几个点，请用笔画书写姓名。"
    en = "These are only dots. Please write the name in strokes."


class SignatureOnlyLine(ScribbleRefused):
    """One straight line was drawn."""

    code = "signature_only_line"
    zh = "只有一条直线，请书写完整姓名。不会写字的，请选“不会写字”画押。"
    en = "This is only a straight line. Please write the whole name. Who cannot write makes a mark instead."


class SignatureTooLong(ScribbleRefused):
    """The signature has more points, or took more time, than a signature does."""

    code = "signature_too_long"
    zh = "签名过长，请清除后重新书写姓名。"
    en = "The signature is too long. Please clear it and write the name again."


class SignatureTimesWrong(ScribbleRefused):
    """The times of the points go back, or begin before the pen touched the pad."""

    code = "signature_times_wrong"
    zh = "签名的时间记录有误，请清除后重新书写。"
    en = "The times of the pen points go back. Please clear the pad and write again."


class SignatureOutside(ScribbleRefused):
    """A point lies outside the pad, or its pressure is no share of the most."""

    code = "signature_outside"
    zh = "笔迹超出签名区域，请清除后重新书写。"
    en = "Part of the signature lies outside the pad. Please clear it and write again."


class SignatureBroken(ScribbleRefused):
    """A stroke has no point, or a number is none."""

    code = "signature_broken"
    zh = "签名数据不完整，请清除后重新书写。"
    en = "The signature did not arrive whole. Please clear the pad and write again."


class ReviewIncomplete(Invalid):
    """A rejection for another reason needs a note, and a mark needs a page of the material."""

    code = "review_incomplete"
    zh = "请填写备注，标记须位于该材料的页面上。"
    en = "Please write a note; a mark must be on a page of this material."


class CharactersNotPrintable(Invalid):
    """The text goes on a paper and has characters that no font of the service has; `characters` names them."""

    code = "characters_not_printable"
    zh = "文书的字体中没有这些字符：{characters}。请换用其他字符后再提交。"
    en = "No font of the papers has these characters: {characters}. Please write it with other characters."


class NotYourCase(Forbidden):
    """The case belongs to other people."""

    code = "not_your_case"
    zh = "您不能查看或办理该案卷。"
    en = "This case is not yours to see or handle."


class ReasonNeeded(Forbidden):
    """The person answers for the case's place, and has not said why they read a case of others."""

    code = "reason_needed"
    zh = "这是他人办理的案卷。查看前请先说明理由，理由会记录在案。"
    en = "Others handled this case. Say first why you need to read it; the reason is kept with the case."


class ReasonIncomplete(Invalid):
    """Another reason than those of the list, without words."""

    code = "reason_incomplete"
    zh = "请写明查看案卷的理由。"
    en = "Please write why you need to read the case."


class NoSuchCase(NotFound):
    """There is no such case."""

    code = "no_such_case"
    zh = "没有找到该案卷。"
    en = "There is no such case."


class NoSuchMaterial(NotFound):
    """There is no such material."""

    code = "no_such_material"
    zh = "没有找到该材料。"
    en = "There is no such material."


class NoSuchPage(NotFound):
    """There is no such page."""

    code = "no_such_page"
    zh = "没有找到该页。"
    en = "There is no such page."


class NoSuchDocument(NotFound):
    """There is no such document."""

    code = "no_such_document"
    zh = "没有找到该文件。"
    en = "There is no such document."


class NoSuchUpload(NotFound):
    """There is no such upload, or it has expired."""

    code = "no_such_upload"
    zh = "上传已失效，请重新上传。"
    en = "The upload is no longer there. Please upload again."


class WrongCaseState(Conflict):
    """The case, material or document is in a state that has no such transition."""

    code = "wrong_case_state"
    zh = "现在是“{now}”，不能这样操作。请看最新状态后再试。"
    en = "It is {now}, so this is not possible. Look at the newest state and try again."

    def __init__(self, *, former: str, wanted: str) -> None:
        super().__init__(former=former, wanted=wanted, now=state_in_words(former))


class NothingToUndo(Conflict):
    """The material has no review to take back."""

    code = "nothing_to_undo"
    zh = "没有可以撤回的审核。"
    en = "There is no review to take back."


class OffsetMismatch(Conflict):
    """The piece does not continue where the upload stands."""

    code = "offset_mismatch"
    zh = "上传位置不一致，将自动续传。"
    en = "The upload stands elsewhere; it will resume by itself."


class UploadTakenOver(Conflict):
    """Another request goes on with this upload; this one was ended."""

    code = "upload_taken_over"
    zh = "另一个连接正在续传该文件。"
    en = "Another connection goes on with this upload."


class PagesDiffer(Conflict):
    """The pages that were shown are not the pages of the document."""

    code = "pages_differ"
    zh = "所展示的文件与待签文件不一致，请重新打开。"
    en = "What was shown is not the document to be signed. Please open it again."


class SamePageAgain(Conflict):
    """The material holds exactly these bytes already, as page `number`."""

    code = "same_page_again"
    zh = "这个文件已经作为“{material}”第 {number} 页提交过。"
    en = "This very file is page {number} of “{material}” already."


class PagesReviewed(Conflict):
    """The clerk has accepted or rejected the material, so its pages stay as they were reviewed."""

    code = "pages_reviewed"
    zh = "该材料已经审核，页面不能再更改。如需更改，请窗口人员先撤回审核。"
    en = "This paper has been reviewed, so its pages stay as they are. Ask the clerk to take the review back first."


class PagesChanged(Conflict):
    """The order does not name each page of the material once."""

    code = "pages_changed"
    zh = "这份材料的页面刚刚有变化，请按最新状态再排一次。"
    en = "The pages of this paper have just changed. Put them in order again."


class RecordingChanged(Conflict):
    """The recording `name` is not the one whose hash the recorder announced."""

    code = "recording_changed"
    zh = "录像文件“{name}”与登记的哈希不一致。"
    en = "The recording “{name}” does not have the hash that was noted for it."


class CaseDestroyed(Gone):
    """The case's key was destroyed, and its contents with it."""

    code = "case_destroyed"
    zh = "该案卷已销毁。"
    en = "The case file was destroyed."


class CaseDamaged(Unavailable):
    """Something of what is stored of the case cannot be read; the log and `cloud-window doctor` name the case."""

    code = "case_damaged"
    zh = "该案卷的存储内容已损坏，请联系管理员。"
    en = "What is stored of this case is damaged. Please tell the administrator."


class DiskFull(Unavailable):
    """There is no room to store the bytes; what has arrived is kept (RFC 4918, 11.5: status 507)."""

    code = "disk_full"
    status = 507
    retry_after_seconds = 60
    zh = "服务器存储空间不足，未保存。请告知管理员清理空间，然后再试一次；通话和办理结果不受影响。"
    en = (
        "The server has no room left for this and did not keep it. Tell the administrator to make room, then try"
        " again. The call goes on, and the case can be decided."
    )


class CaseFull(TooLarge):
    """The case keeps as many bytes or pieces as it may."""

    code = "case_full"
    zh = "本案卷的存储已达上限，不能再添加。请办结本案，其余材料另行取号提交。"
    en = "This case holds as much as it may. Decide it, and deliver what is left with another ticket."


class SiteFull(TooMany):
    """The site has delivered as much within a day as it may, or has too many uploads under way."""

    code = "site_full"
    retry_after_seconds = 60
    zh = "本网点近一天提交的材料已达上限，或正在上传的文件过多。请等上传完成后再试；仍不行请告知管理员。"
    en = (
        "This site has delivered as much in a day as it may, or too many files are on their way. Wait until they are"
        " through and try again; if it stays, tell the administrator."
    )


class UploadTooLarge(TooLarge):
    """The upload is over `limit` MB."""

    code = "upload_too_large"
    zh = "文件超过 {limit} MB，请压缩或重新拍摄。"
    en = "The file is over {limit} MB. Please take a smaller picture."


class TooManyUploads(TooMany):
    """Too many uploads of one person at once."""

    code = "too_many_uploads"
    zh = "同时上传的文件过多，请等前面的完成。"
    en = "Too many uploads at once. Wait until some are done."


class TooManyPages(TooMany):
    """The material has as many pages as it may."""

    code = "too_many_pages"
    zh = "该材料的页数已达上限（{limit} 页）。"
    en = "This material has {limit} pages already, which is the most."


class ChecksumMismatch(Refusal):
    """The bytes are not those whose hash was announced (tus 1.0: status 460)."""

    code = "checksum_mismatch"
    status = 460
    zh = "文件在传输中损坏，请重新上传。"
    en = "The file was damaged on its way. Please upload it again."


class TimeStampUnavailable(Unavailable):
    """The time stamp authority did not answer, or not with a token for this hash."""

    code = "time_stamp_unavailable"
    zh = "时间戳服务没有给出有效应答，证据包未生成，请稍后再试。"
    en = "The time stamp authority gave no valid answer, so no evidence package was made. Please try again later."
