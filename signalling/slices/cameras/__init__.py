"""The service's own cameras: halls that points look into while they wait, and points' rooms that clerks look into."""

from __future__ import annotations

from document_relay.case_core.history import Act
from signalling.slices.cameras.commands import COMMANDS
from signalling.slices.cameras.events import follow, follow_cameras
from signalling.slices.cameras.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "cameras",
    commands=COMMANDS,
    acts=(
        Act("room_camera_on", "开启室内摄像头（不录制）", "Switched the room camera on (not recorded)"),
        Act("room_camera_off", "室内摄像头已关闭", "The room camera is off"),
        Act("room_camera_refused", "不同意开启室内摄像头", "Does not allow the room camera"),
        Act("room_camera_allowed", "同意开启室内摄像头", "Allows the room camera"),
    ),
    follow=follow,
    work={"cameras": follow_cameras},
)
