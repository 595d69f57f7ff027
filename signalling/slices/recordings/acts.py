"""What recordings write into a case's history."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from document_relay.case_core.history import Act

ACTS: tuple[Act, ...] = (
    Act("recording_begun", "经申请人同意，开始录音录像", "Recording begins, as the applicant has agreed"),
    Act("recording_paused_disk_full", "录像暂停：存储空间不足", "The recording paused: the disk is full"),
    Act("recording_paused_disk_failed", "录像暂停：存储设备故障", "The recording paused: the disk failed"),
    Act("recording_paused_disk_slow", "录像暂停：存储写入过慢", "The recording paused: the disk is too slow"),
    Act("recording_resumed", "录像恢复，缺 {seconds} 秒", "The recording went on; {seconds} s are missing"),
)

PAUSES: Mapping[str, str] = MappingProxyType(
    {
        "disk_full": "recording_paused_disk_full",
        "disk_failed": "recording_paused_disk_failed",
        "disk_slow": "recording_paused_disk_slow",
    }
)
"""The act of each reason for a pause."""
