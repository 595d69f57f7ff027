"""What signalling writes into a case's history: recordings, listeners, the room camera."""

from __future__ import annotations

from document_relay.case_core.history import Act

ACTS: tuple[Act, ...] = (
    Act("recording_begun", "经申请人同意，开始录音录像", "Recording begins, as the applicant has agreed"),
    Act("recording_paused_disk_full", "录像暂停：存储空间不足", "The recording paused: the disk is full"),
    Act("recording_paused_disk_failed", "录像暂停：存储设备故障", "The recording paused: the disk failed"),
    Act("recording_paused_disk_slow", "录像暂停：存储写入过慢", "The recording paused: the disk is too slow"),
    Act("recording_resumed", "录像恢复，缺 {seconds} 秒", "The recording went on; {seconds} s are missing"),
    Act("session_listened", "进入本次会话旁听", "Began to listen to the session"),
    Act("room_camera_on", "开启室内摄像头（不录制）", "Switched the room camera on (not recorded)"),
    Act("room_camera_off", "室内摄像头已关闭", "The room camera is off"),
    Act("room_camera_refused", "不同意开启室内摄像头", "Does not allow the room camera"),
    Act("room_camera_allowed", "同意开启室内摄像头", "Allows the room camera"),
)
