"""What a camera is and how it does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from foundation.errors import Invalid

Transport = Literal["tcp", "udp"]
_RTSP = re.compile(r"rtsps?://[!-~]{1,500}")
_FILE = re.compile(r"file:///[^\0]{1,500}")
_DEVICE = re.compile(r"v4l2:/dev/(?!.*\.\.)[\w./:+-]{1,200}", re.ASCII)


class CameraAddressInvalid(Invalid):
    """The address is not one of a camera that can be read."""

    code = "camera_address_invalid"
    zh = "摄像头地址无效：应为 rtsp://、rtsps://、v4l2:/dev/ 或 file:/// 开头的完整地址。"
    en = (
        "The camera's address is not valid: "
        "give a whole address that begins with rtsp://, rtsps://, v4l2:/dev/ or file:///."
    )


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera to be read; its address may hold a password, so it is shown nowhere."""

    id: str
    address: str = field(repr=False)
    """`rtsp://` or `rtsps://` with name and password if need be, `v4l2:/dev/…` for a camera plugged in here, or
    `file:///`, which is played over and over."""
    transport: Transport = "tcp"
    """How RTP comes from an RTSP camera."""
    room: bool = False
    """It looks into a room and is shown within sessions alone; one over a hall only outside of them."""

    def __post_init__(self) -> None:
        """Raises `CameraAddressInvalid`."""
        if self.file is None and self.device is None and not _is_rtsp(self.address):
            raise CameraAddressInvalid

    @property
    def file(self) -> Path | None:
        """The file that is played, None for a real camera."""
        return Path(self.address.removeprefix("file://")) if _FILE.fullmatch(self.address) else None

    @property
    def device(self) -> Path | None:
        """The device of a camera that is plugged in."""
        return Path(self.address.removeprefix("v4l2:")) if _DEVICE.fullmatch(self.address) else None

    @property
    def place(self) -> str:
        """The address without name and password, for people and logs."""
        if self.file is not None or self.device is not None:
            return self.address
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


class CameraState(StrEnum):
    """How a camera that is watched does."""

    OPENING = "opening"
    LIVE = "live"
    UNREACHABLE = "unreachable"
    """Nobody answers there, or no more."""
    SIGN_IN = "sign_in"
    """It does not accept name and password."""
    MISSING = "missing"
    """There is no such stream, file or device."""
    CODEC = "codec"
    """It sends frames, but not in H.264, or some of them out of order (B frames)."""
    BROKEN = "broken"
    """What it sends cannot be read."""


def _is_rtsp(address: str) -> bool:
    if not _RTSP.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
