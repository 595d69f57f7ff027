"""The child process that reads one camera: the job comes on stdin, frames go out on stdout.

Started as `python -I -m rtc_server.cameras.reader` by `ingest.Ingest`. What libavformat says of an error may hold the
camera's password; so nothing of it leaves this process but one of our own states.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import av.error

from foundation.sandbox import SandboxPolicy, enforce
from rtc_server.cameras.messages import LARGEST_FRAME, LENGTH, Ended, Frame, Message, Opened, pack, unpack_job
from rtc_server.cameras.values import Camera, CameraState

_MEMORY = 1 << 30
_DESCRIPTORS = 64
_CLOCK_RATE = 90_000
_USUAL_RATE = 25
"""Frames a second."""
_UNTIMED = 16
"""Frames that may wait for the first one that has a time."""
_NAMES = ("/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/ssl")
"""What a host's name and a certificate are looked up in."""
_PROTOCOLS = "rtsp,rtp,tcp,udp,tls,crypto"
"""Wherever a camera redirects to, files of this machine are not it."""


class _Reordered(Exception):
    """Frames come in another order than they are shown in (B frames), which browsers do not play over WebRTC."""


class _NoSuchFormat(Exception):
    """A device delivers no H.264."""


_STATES: tuple[tuple[type[Exception], CameraState], ...] = (
    (av.error.HTTPUnauthorizedError, CameraState.SIGN_IN),
    (av.error.HTTPForbiddenError, CameraState.SIGN_IN),
    (av.error.HTTPNotFoundError, CameraState.MISSING),
    (av.error.FileNotFoundError, CameraState.MISSING),
    (_Reordered, CameraState.CODEC),
    (_NoSuchFormat, CameraState.CODEC),
    (av.error.InvalidDataError, CameraState.BROKEN),
    (av.error.ExitError, CameraState.UNREACHABLE),
    (av.error.EOFError, CameraState.UNREACHABLE),
)


def main() -> None:
    """Reads the camera until it ends or stdout does."""
    jobs, frames = sys.stdin.buffer, sys.stdout.buffer
    job = unpack_job(jobs.read(LENGTH.unpack(jobs.read(LENGTH.size))[0]))
    camera = Camera(id="", address=job.address, transport=job.transport)
    enforce(_policy(camera))
    try:
        for frame in read(camera, job.seconds):
            _write(frames, frame)
    except BrokenPipeError:
        return
    except Exception as error:
        _write(frames, Ended(state=_state_of(error)))


def read(camera: Camera, seconds: float) -> Iterator[Message]:
    """What the camera sends; raises what PyAV raises."""
    with _open(camera, seconds) as container:
        stream = next(iter(container.streams.video), None)
        if stream is None or stream.codec_context.name != "h264":
            yield Ended(state=CameraState.CODEC if stream is not None else CameraState.BROKEN)
            return
        context = stream.codec_context
        yield Opened(configuration=context.extradata or b"", width=context.width, height=context.height)
        if camera.file is None:
            yield from _frames(container, stream)
            yield Ended(state=CameraState.UNREACHABLE)
        else:
            yield from _over_and_over(container, stream)


def _open(camera: Camera, seconds: float) -> av.container.InputContainer:
    if camera.device is None:
        location = camera.address if camera.file is None else str(camera.file)
        return av.open(location, timeout=seconds, options=_options(camera))
    try:
        return av.open(str(camera.device), format="v4l2", timeout=seconds, options={"input_format": "h264"})
    except av.error.ArgumentError as error:
        raise _NoSuchFormat from error


def _frames(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[Frame]:
    """In decoding order, each with its time.

    A camera may tell the time of its first frame, the key frame, only with the second: it is reckoned back from that.
    """
    step = int(_CLOCK_RATE / (stream.average_rate or _USUAL_RATE))
    early: list[bytes] = []
    last: int | None = None
    for packet in container.demux(stream):
        if not 0 < packet.size <= LARGEST_FRAME:
            continue
        ticks = _ticks(packet)
        if ticks is None and last is None and len(early) < _UNTIMED:
            early.append(bytes(packet))
            continue
        if ticks is not None and last is not None and 0 < last - ticks < _CLOCK_RATE:
            raise _Reordered
        last = ticks if ticks is not None else (last or 0) + step
        for back, data in zip(range(len(early), 0, -1), early, strict=True):
            yield _frame(last - back * step, data)
        early.clear()
        yield _frame(last, bytes(packet))


def _over_and_over(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[Frame]:
    """A file's frames at their own pace; what is shown again goes on after what was shown last."""
    began, at = time.monotonic(), 0
    while True:
        shift: int | None = None
        for frame in _frames(container, stream):
            shift = at - frame.timestamp if shift is None else shift
            ticks = frame.timestamp + shift
            time.sleep(max(0.0, began + ticks / _CLOCK_RATE - time.monotonic()))
            yield _frame(ticks, frame.data)
            at = max(at, ticks)
        if shift is None:
            return
        at += int(_CLOCK_RATE / (stream.average_rate or _USUAL_RATE))
        container.seek(0)


def _ticks(packet: av.Packet[av.VideoStream]) -> int | None:
    moment = packet.pts if packet.pts is not None else packet.dts
    return int(moment * packet.time_base * _CLOCK_RATE) if moment is not None and packet.time_base else None


def _frame(ticks: int, data: bytes) -> Frame:
    return Frame(timestamp=ticks & 0xFFFFFFFF, data=data)


def _options(camera: Camera) -> dict[str, str]:
    if camera.file is not None:
        return {"protocol_whitelist": "file"}
    return {
        "protocol_whitelist": _PROTOCOLS,
        "rtsp_transport": camera.transport,
        "allowed_media_types": "video",
        # Parameter sets are in the description or come with the first key frame: nothing has to be tried out.
        "probesize": "65536",
        "analyzeduration": "500000",
    }


def _policy(camera: Camera) -> SandboxPolicy:
    here = Path(__file__).resolve().parents[1]
    ours = (here, here.parent / "foundation")
    network = camera.file is None and camera.device is None
    names = tuple(Path(name) for name in _NAMES) if network else ()
    return SandboxPolicy(
        memory_bytes=_MEMORY,
        descriptors=_DESCRIPTORS,
        readable=(*ours, *names, *((camera.file,) if camera.file is not None else ())),
        devices=(camera.device,) if camera.device is not None else (),
        network=network,
    )


def _state_of(error: Exception) -> CameraState:
    for kind, state in _STATES:
        if isinstance(error, kind):
            return state
    return CameraState.UNREACHABLE if isinstance(error, OSError) else CameraState.BROKEN


def _write(stream: BinaryIO, frame: Message) -> None:
    stream.write(pack(frame))
    stream.flush()


if __name__ == "__main__":
    main()
