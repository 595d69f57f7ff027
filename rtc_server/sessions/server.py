"""The media server: participants connect, sessions admit them, packets are forwarded."""

from __future__ import annotations

from collections.abc import Callable

from foundation.clock import Clock
from foundation.tasks import Tasks
from rtc_server.sessions.interface import (
    Attachment,
    MediaAnswer,
    MediaEvent,
    MediaOffer,
    MediaSettings,
    MediaStatistics,
    PacketSink,
    SlotView,
)


class MediaServer:
    """Answers offers and forwards the packets of admitted participants within their sessions."""

    def __init__(self, settings: MediaSettings, clock: Clock, tasks: Tasks, randomness: Callable[[int], bytes]) -> None:
        """`randomness` gives n unguessable bytes, as `secrets.token_bytes` does."""
        raise NotImplementedError

    async def start(self) -> None:
        """Opens one UDP socket and one TCP listener on the same port; raises OSError when it is taken."""
        raise NotImplementedError

    async def close(self) -> None:
        """Closes every connection and both sockets."""
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The port in use."""
        raise NotImplementedError

    async def connect(self, participant_id: str, offer: MediaOffer) -> MediaAnswer:
        """Answers an offer; again for the same participant it is a reconnect or an ICE restart.

        The participant keeps its place in its session. Raises `SdpInvalid`, `MediaFull`.
        """
        raise NotImplementedError

    def disconnect(self, participant_id: str) -> None:
        """Closes the participant's transport; its place in a session stays until `release`."""
        raise NotImplementedError

    def open_session(self, session_id: str) -> None:
        """Opens a session; opening it again does nothing."""
        raise NotImplementedError

    def close_session(self, session_id: str) -> None:
        """Releases everybody and detaches every sink; an unknown session is already closed."""
        raise NotImplementedError

    def admit(self, session_id: str, participant_id: str) -> None:
        """Forwards between this participant and the others admitted; may be called before `connect`.

        A participant is in one session at a time: admitting it elsewhere releases it here.
        """
        raise NotImplementedError

    def release(self, session_id: str, participant_id: str) -> None:
        """Stops forwarding to and from the participant; the transport stays up."""
        raise NotImplementedError

    def slots(self, participant_id: str) -> tuple[SlotView, ...]:
        """What each receive slot shows, in the offer's order; empty when not connected."""
        raise NotImplementedError

    def attach(self, session_id: str, sink: PacketSink) -> Attachment:
        """Gives the sink every packet of the session's admitted participants; asks key frames to begin with."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Calls `listener` on the loop for every event; returns the way to stop it."""
        raise NotImplementedError

    def statistics(self) -> MediaStatistics:
        """Counts and numbers of now."""
        raise NotImplementedError
