"""One camera being read, for as long as somebody watches it: its child, started again whenever it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from foundation.child import end_child, start_child
from rtc_server.cameras.back_off import BackOff
from rtc_server.cameras.messages import LARGEST_MESSAGE, LENGTH, Ended, Frame, Job, Message, Opened, pack, unpack
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.media_core.packetise import H264Malformed

_log = structlog.get_logger("rtc_server.cameras")
_CAMERA_SECONDS = 8.0
"""How long a camera may take to answer, and be silent."""
_CHILD_SECONDS = 20.0
"""The same of its child, which has to start, and which may hang."""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}


class FrameTaker(Protocol):
    """Who gets a camera's frames."""

    def opened(self, configuration: bytes) -> None:
        """A stream of H.264 begins anew; raises `H264Malformed`."""
        ...

    def frame(self, frame: Frame) -> None:
        """The next frame of it; raises `H264Malformed`."""
        ...

    def state(self, state: CameraState) -> None:
        """How the camera does from now on."""
        ...


class Ingest:
    """Reads a camera and hands its frames on, until it is cancelled."""

    def __init__(self, camera: Camera, taker: FrameTaker, chance: Callable[[], float]) -> None:
        """`chance` gives numbers in 0..1."""
        self._camera = camera
        self._taker = taker
        self._chance = chance
        self._back_off = BackOff()
        self._live_since: float | None = None

    async def run(self) -> None:
        """Reads for ever; a camera that fails is tried again, ever more seldom."""
        while True:
            state = await self._read()
            lived = asyncio.get_running_loop().time() - self._live_since if self._live_since is not None else 0.0
            wait = self._back_off.failed(lived, self._chance())
            _log.warning("camera_failed", camera=self._camera.id, state=state.value, again_in=round(wait, 1))
            self._taker.state(state)
            await asyncio.sleep(wait)

    async def _read(self) -> CameraState:
        """Reads once until it fails; why it did."""
        self._live_since = None
        try:
            child = await start_child("rtc_server.cameras.reader", _ENVIRONMENT)
        except OSError:
            # This machine has no more processes, files or memory: as good as a camera that is away.
            _log.exception("camera_child_not_started", camera=self._camera.id)
            return CameraState.UNREACHABLE
        try:
            return await self._follow(child)
        except (H264Malformed, msgspec.MsgspecError):
            return CameraState.BROKEN
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return CameraState.UNREACHABLE
        finally:
            await end_child(child)

    async def _follow(self, child: asyncio.subprocess.Process) -> CameraState:
        assert child.stdin is not None
        assert child.stdout is not None
        camera = self._camera
        # Over a pipe: what stands in the arguments can be read by everybody on the machine.
        child.stdin.write(pack(Job(address=camera.address, transport=camera.transport, seconds=_CAMERA_SECONDS)))
        while True:
            async with asyncio.timeout(_CHILD_SECONDS):
                message = await _message(child.stdout)
            match message:
                case Ended():
                    return message.state
                case Opened():
                    self._taker.opened(message.configuration)
                    _log.info("camera_opened", camera=camera.id, width=message.width, height=message.height)
                case Frame():
                    self._taker.frame(message)
                    if self._live_since is None:
                        self._live_since = asyncio.get_running_loop().time()
                        self._taker.state(CameraState.LIVE)


async def _message(stream: asyncio.StreamReader) -> Message:
    (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
    if length > LARGEST_MESSAGE:
        raise msgspec.ValidationError(f"a message of {length} octets")
    return unpack(await stream.readexactly(length))
