"""The media server: participants connect, sessions admit them, packets are forwarded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from random import Random
from typing import Final

from foundation.clock import Clock
from foundation.tasks import Tasks
from rtc_server.cameras.values import Camera
from rtc_server.sessions.connecting import Connector
from rtc_server.sessions.counts import Counts, statistics
from rtc_server.sessions.errors import MediaFull, ParticipantUnknown
from rtc_server.sessions.interface import (
    Attachment,
    DisconnectReason,
    IceRestart,
    LiveView,
    MediaAnswer,
    MediaEvent,
    MediaOffer,
    MediaSettings,
    MemberRole,
    PacketSink,
    ParticipantConnected,
    ParticipantDisconnected,
    ParticipantView,
    SlotsChanged,
    SlotView,
    Snapshot,
    SourceKind,
    SourceStarted,
    SourceStopped,
    VideoLevel,
)
from rtc_server.sessions.live_views import LiveParts
from rtc_server.sessions.media_statistics import MediaStatistics
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.quality import Quality
from rtc_server.sessions.sdp import read_offer
from rtc_server.sessions.session import leave
from rtc_server.sessions.sessions import Sessions
from rtc_server.sessions.source import Source
from rtc_server.sessions.ticker import Ticker
from rtc_server.transport.link import DownReason
from rtc_server.transport.port import MediaPort

_IDLE_SECONDS: Final = 0.1
"""How often the chores are looked after while nothing comes; otherwise they are whenever something does."""
_TICKS_PER_FEEDBACK: Final = 5
"""Of 20 ms. Feedback then goes out every 100 ms, libwebrtc's own default."""
_TICKS_PER_SPEAKER: Final = 10
_TICKS_PER_REPORT: Final = 50
_TICKS_PER_QUALITY: Final = 100


class MediaServer:
    """Answers offers and forwards the packets of admitted participants within their sessions."""

    def __init__(self, settings: MediaSettings, clock: Clock, tasks: Tasks, randomness: Callable[[int], bytes]) -> None:
        """`randomness` gives n unguessable bytes, as `secrets.token_bytes` does."""
        self._settings = settings
        self._clock = clock
        self._tasks = tasks
        self._port = MediaPort(clock.monotonic, self._do_chores)
        self._connector = Connector(settings, clock, self._port, randomness)
        self._participants: dict[str, Participant] = {}
        self._quality = Quality()
        self._ticker = Ticker()
        self._turns = 0
        self._listeners: list[Callable[[MediaEvent], None]] = []
        chance = Random(randomness(8))  # noqa: S311 - keeps no secret
        live = LiveParts(batch=self._port.batch, clock=clock, tasks=tasks, chance=chance)
        self._sessions = Sessions(self._participants, live, self._tell)
        self._upkeep: asyncio.Task[None] | None = None
        self._past = Counts()

    async def start(self) -> None:
        """Opens one UDP socket and one TCP listener on the same port; raises OSError when it is taken."""
        await self._port.open(self._settings.host, self._settings.port)
        self._upkeep = self._tasks.supervise(self._tick_for_ever, name="media_ticker")

    async def close(self) -> None:
        """Closes every connection and both sockets."""
        for participant_id in tuple(self._participants):
            self.disconnect(participant_id)
        if self._upkeep is not None:
            self._upkeep.cancel()
        await self._sessions.live.close()
        await self._port.close()

    @property
    def port(self) -> int:
        """The port in use."""
        return self._port.port

    @property
    def serving(self) -> bool:
        """Whether a new participant would be taken."""
        return self._upkeep is not None and len(self._participants) < self._settings.participants

    async def connect(self, participant_id: str, offer: MediaOffer) -> MediaAnswer:
        """Answers an offer; again for the same participant it is a reconnect or an ICE restart.

        The participant keeps its place in its session. Raises `SdpInvalid`, `MediaFull`.
        """
        description = read_offer(offer.sdp)
        before = self._participants.get(participant_id)
        if before is not None and self._connector.continues(before, description):
            return self._connector.restart(before, description, offer)
        if before is None and len(self._participants) >= self._settings.participants:
            raise MediaFull
        participant, answer = self._connector.connect(participant_id, description, offer, self)
        if before is not None:
            self._end(before, "replaced")
        self._turns += 1
        participant.turn = self._turns
        self._participants[participant_id] = participant
        return answer

    async def restart_ice(self, participant_id: str) -> IceRestart:
        """New credentials for a connection whose client restarts ICE without an offer; raises `ParticipantUnknown`."""
        participant = self._participants.get(participant_id)
        if participant is None:
            raise ParticipantUnknown
        return self._connector.restart_ice(participant)

    def disconnect(self, participant_id: str) -> None:
        """Closes the participant's transport; its place in a session stays until `release`."""
        participant = self._participants.get(participant_id)
        if participant is not None:
            self._end(participant, "closed")

    def open_session(self, session_id: str) -> None:
        """Opens a session; opening it again does nothing."""
        self._sessions.open(session_id)

    def close_session(self, session_id: str) -> None:
        """Releases everybody and detaches every sink; an unknown session is already closed."""
        self._sessions.close(session_id)

    def admit(self, session_id: str, participant_id: str, role: MemberRole = MemberRole.PARTY) -> None:
        """Forwards between this participant and the others admitted; may be called before `connect`.

        A participant is in one session at a time: admitting it elsewhere releases it here.
        Opens the session when it is not open. Raises `SessionFull`.
        """
        self._sessions.admit(session_id, participant_id, role)

    def pin(self, participant_id: str, others: Sequence[str]) -> None:
        """Keeps these in voice and face slots of the participant, whoever speaks: the first in the first ones."""
        self._sessions.pin(participant_id, others)

    def hold(self, participant_id: str, *, held: bool) -> None:
        """Keeps the participant in slots of everybody else's, as far as two are left to who speaks."""
        self._sessions.hold(participant_id, held=held)

    def whisper(self, participant_id: str, to: str | None) -> None:
        """Lets one of the others alone hear this watcher's microphone, or nobody."""
        self._sessions.whisper(participant_id, to)

    def release(self, session_id: str, participant_id: str) -> None:
        """Stops forwarding to and from the participant; the transport stays up."""
        self._sessions.release(session_id, participant_id)

    def gather(self, session_id: str, participant_ids: Iterable[str]) -> None:
        """Does nothing: here everybody is connected where every session lives."""

    def slots(self, participant_id: str) -> tuple[SlotView, ...]:
        """What each receive slot shows, in the offer's order; empty when not connected."""
        participant = self._participants.get(participant_id)
        return tuple(
            SlotView(
                mid=slot.mid,
                kind=slot.kind,
                participant_id=slot.source.participant_id if slot.source else None,
                source=slot.source.kind if slot.source else None,
            )
            for slot in (participant.slots.values() if participant else ())
        )

    def unheard(self, participant_id: str) -> Sequence[str]:
        """Who speaks and is in none of the participant's slots; `SlotsChanged` tells of each change."""
        participant = self._participants.get(participant_id)
        return participant.seating.unheard if participant is not None else ()

    def video_level(self, participant_id: str) -> VideoLevel:
        """How much of others' video the participant's link carries; `SlotsChanged` tells of each change."""
        participant = self._participants.get(participant_id)
        return participant.reception.video_level if participant is not None else VideoLevel.ALL

    def set_only_sound(self, participant_id: str, only_sound: bool) -> None:
        """Sends the participant no video, or video again, as long as its session lasts.

        Raises `ParticipantUnknown` when it is in no session.
        """
        self._sessions.set_only_sound(participant_id, only_sound)

    def only_sound(self, participant_id: str) -> bool:
        """Whether the participant has asked for no video."""
        return self._sessions.only_sound(participant_id)

    def set_tiles(self, participant_id: str, widths: Mapping[str, int]) -> None:
        """Says how many pixels wide the participant's page shows each slot, by mid; 0 is hidden, and not sent."""
        participant = self._participants.get(participant_id)
        if participant is not None:
            participant.set_tiles(widths)

    def set_ended(self, participant_id: str, kinds: Collection[SourceKind]) -> None:
        """Says all that the participant's page has ended: it counts as silent, whatever packets still come of it."""
        participant = self._participants.get(participant_id)
        if participant is not None:
            participant.set_ended(kinds)

    async def watch(self, participant_id: str, camera: Camera | None) -> None:
        """Shows a participant a camera, or no longer: a hall's outside of sessions, in the first face slot.

        A room's is shown within a session, in the last face slot that nobody sits in. The camera is read while somebody
        watches it. Entering or leaving a session ends it. Raises `ParticipantUnknown`, `CamerasFull`.
        """
        self._sessions.watch(participant_id, camera)

    def live_view(self, participant_id: str) -> LiveView | None:
        """What the participant watches; `SlotsChanged` tells of each change."""
        return self._sessions.live.view(participant_id)

    def view(self, participant_id: str) -> ParticipantView | None:
        """The participant's connection as it is now; None without one."""
        participant = self._participants.get(participant_id)
        if participant is None:
            return None
        return ParticipantView(
            participant_id=participant_id,
            up=participant.link.up,
            slots=self.slots(participant_id),
            video_level=self.video_level(participant_id),
            live_view=self.live_view(participant_id),
            unheard=tuple(self.unheard(participant_id)),
        )

    def place(self, participant_id: str) -> str | None:
        """The session that the participant is admitted into."""
        return self._sessions.places.get(participant_id)

    def members(self, session_id: str) -> tuple[str, ...]:
        """Everybody admitted into the session, in order of admission; empty when it is not open."""
        return self._sessions.members(session_id)

    def snapshot(self) -> Snapshot:
        """Everybody and every session, for who takes over the control."""
        views = [self.view(participant_id) for participant_id in self._participants]
        return Snapshot(
            participants=tuple(view for view in views if view is not None),
            sessions=self._sessions.roles(),
        )

    def attach(self, session_id: str, sink: PacketSink) -> Attachment:
        """Gives the sink every packet of the session's admitted participants; asks key frames to begin with.

        Opens the session when it is not open.
        """
        return self._sessions.open(session_id).attach(sink)

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Calls `listener` on the loop for every event; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def statistics(self) -> MediaStatistics:
        """Counts and numbers of now."""
        return statistics(self._past, self._participants.values(), self._sessions.count, self._port)

    def came_up(self, participant: Participant) -> None:
        """A participant's link is up: its slots are filled and key frames asked for."""
        self._tell(ParticipantConnected(participant_id=participant.id))
        for slot in participant.slots.values():
            slot.begin_anew()
        self._sessions.arrange_around(participant.id)

    def went_down(self, participant: Participant, reason: DownReason) -> None:
        """A participant's link is down: for good unless it is only silent."""
        if reason == "silent":
            self._tell(ParticipantDisconnected(participant_id=participant.id, reason=reason))
            self._sessions.arrange_around(participant.id)
        else:
            self._end(participant, reason)

    def started(self, participant: Participant, source: Source) -> None:
        """A source's first packet came: slots that want it show it, this packet included."""
        if not participant.also_sends(source):
            self._tell(SourceStarted(participant_id=participant.id, source=source.kind))
        self._sessions.arrange_around(participant.id)

    def stopped(self, participant: Participant, source: Source) -> None:
        """A source fell silent: slots that showed it are free."""
        if not participant.also_sends(source):
            self._tell(SourceStopped(participant_id=participant.id, source=source.kind))
        self._sessions.arrange_around(participant.id)

    def allocation_changed(self, participant: Participant) -> None:
        """A link carries more or less than before: its slots follow."""
        self._sessions.arrange_around(participant.id)
        self._tell(SlotsChanged(participant_id=participant.id))

    def _end(self, participant: Participant, reason: DisconnectReason) -> None:
        """Forgets a connection; the place in its session stays."""
        if self._participants.get(participant.id) is not participant:
            return
        self._past.add(participant)
        active = [source for source in participant.sources.values() if source.active]
        leave(participant)
        for source in active:
            source.stop()
        del self._participants[participant.id]
        self._quality.forget(participant)
        if reason != "replaced":
            self._sessions.live.leave(participant.id)
        self._connector.close(participant)
        participant.forget()
        for kind in dict.fromkeys(source.kind for source in active):
            self._tell(SourceStopped(participant_id=participant.id, source=kind))
        self._tell(ParticipantDisconnected(participant_id=participant.id, reason=reason))
        self._sessions.arrange_around(participant.id)

    def _tell(self, event: MediaEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_IDLE_SECONDS)
            self._do_chores(self._clock.monotonic())

    def _do_chores(self, now: float) -> None:
        ticker = self._ticker
        if not ticker.advance(now):
            return
        for participant in tuple(self._participants.values()):
            self._look_after(participant, now)
        if ticker.due(_TICKS_PER_SPEAKER):
            self._sessions.arrange_crowded()
        if ticker.due(_TICKS_PER_REPORT):
            self._port.tick(now)
            self._sessions.live.tick(now)

    def _look_after(self, participant: Participant, now: float) -> None:
        ticker, turn = self._ticker, participant.turn
        due = ticker.due(_TICKS_PER_FEEDBACK, turn)
        if due or participant.link.srtp is None:
            participant.link.tick(now)
        participant.feedback.ask(now)
        if due:
            participant.feedback.send_congestion()
        if ticker.due(_TICKS_PER_REPORT, turn):
            participant.send_reports(now, self._connector.name)
            participant.silence(now)
        if ticker.due(_TICKS_PER_QUALITY, turn) and (changed := self._quality.changed(participant)) is not None:
            self._tell(changed)
