"""What the media server refuses."""

from __future__ import annotations

from foundation.errors import Conflict, Invalid, NotFound, Unavailable


class SdpInvalid(Invalid):
    """The offer or fragment cannot be read."""

    code = "sdp_invalid"
    zh = "媒体协商内容有误（{path}），请刷新页面重试。"
    en = "The media offer is not valid: {problem}"


class CodecsRefused(Invalid):
    """The offer can be read, and nothing of it can be taken (RFC 9725 §4.2)."""

    code = "codecs_refused"
    status = 422
    zh = "无法接收所提供的编码（{offered}），请改用：{taken}。"
    en = "None of the codecs offered ({offered}) can be taken. Send one of these: {taken}."


class SessionOver(Conflict):
    """The ticket is not in anybody's hand, so there is no session to join."""

    code = "session_over"
    zh = "该会话尚未开始或已经结束。"
    en = "This session has not begun, or it is over."


class ParticipantUnknown(NotFound):
    """No such participant is connected to this media server."""

    code = "participant_unknown"
    zh = "该参与者未连接媒体服务。"
    en = "This participant is not connected to the media server."


class MediaFull(Unavailable):
    """The media server holds as many participants as it may."""

    code = "media_full"
    zh = "媒体服务已满，请稍后再试。"
    en = "The media server is full. Please try again later."


class SessionFull(Conflict):
    """A session has as many members as it may."""

    code = "session_full"
    zh = "该会话人数已达上限（{most} 人）。"
    en = "This session already has the most people it may have ({most})."


class CamerasFull(Unavailable):
    """As many cameras are read as may be."""

    code = "cameras_full"
    zh = "同时查看的摄像头过多，请稍后再试。"
    en = "Too many cameras are being watched. Please try again later."


class MediaUnavailable(Unavailable):
    """No media node that takes this participant can be reached."""

    code = "media_unavailable"
    zh = "媒体服务暂时无法连接，请稍后再试。"
    en = "No media server can be reached just now. Please try again later."
