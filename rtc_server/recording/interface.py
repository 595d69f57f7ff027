"""The recordings of sessions as the service uses them: made in this process (`Recorder`) or in media nodes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from rtc_server.recording.values import RecordingFile, RecordingState

KeyOf = Callable[[str], Awaitable[bytes | None]]
"""The key of a session's recordings, None when there is none."""


class Recordings(Protocol):
    """Begins, ends and finds recordings; a session is known by its identifier."""

    def recording(self, session_id: str) -> str | None:
        """The identifier of what is being recorded in the session, None when nothing is."""
        ...

    def state(self, session_id: str) -> RecordingState | None:
        """How the session's recording is doing, None when nothing is being recorded."""
        ...

    def states(self) -> list[RecordingState]:
        """How every recording that runs is doing."""
        ...

    async def start(self, session_id: str, key: bytes) -> str | None:
        """Records everything admitted into the session from now on; the recording's identifier.

        None while there is no media node for the session: the recording begins when there is one. `key`, of 32 bytes,
        seals the session's recordings and is kept in memory alone.
        """
        ...

    async def stop(self, session_id: str) -> RecordingFile:
        """Ends the recording and makes its file, which takes a while.

        Raises `RecordingUnknown`, `RecordingNotClosed`, `MediaUnavailable`; the segments are kept then.
        """
        ...

    async def recover_all(self, key_of: KeyOf) -> list[RecordingFile]:
        """Closes what a killed process left, and tells of every recording that was not acknowledged.

        One whose session has no key any more is left as it is.
        """
        ...

    async def acknowledge(self, recording: RecordingFile) -> None:
        """Notes that the recording has joined its case: `recover_all` tells of it no more."""
        ...

    async def close(self) -> None:
        """Ends what this process has of it."""
        ...
