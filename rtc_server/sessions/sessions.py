"""The open sessions of a media server, and which of them each participant is in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from rtc_server.cameras.values import Camera
from rtc_server.sessions.errors import ParticipantUnknown
from rtc_server.sessions.interface import MediaEvent, MemberRole, SlotsChanged
from rtc_server.sessions.live_views import LiveParts, LiveViews
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.seating import Seating
from rtc_server.sessions.session import Session, hide, leave


class Sessions:
    """Admits participants into sessions, releases them, and makes everybody's slots follow."""

    def __init__(
        self, participants: Mapping[str, Participant], parts: LiveParts, tell: Callable[[MediaEvent], None]
    ) -> None:
        """`participants` are the connected ones; `tell` is told whose slots change."""
        self.places: dict[str, str] = {}
        """The session that each admitted participant is in, connected or not."""
        self.live = LiveViews(participants, parts, tell, self.arrange_around)
        self._participants = participants
        self._clock = parts.clock
        self._tell = tell
        self._open: dict[str, Session] = {}

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def open(self, session_id: str) -> Session:
        """The session, opened if it is not open."""
        session = self._open.get(session_id)
        if session is None:
            session = self._open[session_id] = Session(session_id, self._participants, self.live.source)
        return session

    def close(self, session_id: str) -> None:
        """Releases everybody; an unknown session is already closed."""
        session = self._open.get(session_id)
        if session is None:
            return
        for participant_id in tuple(session.admitted):
            self.release(session_id, participant_id)
        del self._open[session_id]

    def admit(self, session_id: str, participant_id: str, role: MemberRole) -> None:
        """Admits a participant and releases it from any other session; raises `SessionFull`."""
        session = self.open(session_id)
        session.admit(participant_id, role)
        place = self.places.get(participant_id)
        if place is not None and place != session_id:
            self.release(place, participant_id)
        self.places[participant_id] = session_id
        if role is not MemberRole.WATCHER:
            session.whispers.pop(participant_id, None)
        elif participant_id in self._participants and participant_id not in session.whispers:
            hide(self._participants[participant_id])
        if place is None:
            self.live.leave(participant_id)
        self._arrange(session_id)

    def release(self, session_id: str, participant_id: str) -> None:
        """Takes a participant out of the session; does nothing when it is not in it."""
        session = self._open.get(session_id)
        if session is None or participant_id not in session.admitted:
            return
        del session.admitted[participant_id]
        session.pins.pop(participant_id, None)
        session.held.discard(participant_id)
        session.whispers.pop(participant_id, None)
        del self.places[participant_id]
        self.live.leave(participant_id)
        participant = self._participants.get(participant_id)
        left = self._seeing(session, participant_id)
        if participant is not None:
            participant.seating = Seating()
            if leave(participant):
                self._tell(SlotsChanged(participant_id=participant_id))
        self._arrange(session_id, left)

    def pin(self, participant_id: str, others: Sequence[str]) -> None:
        """Keeps these members before the participant always; does nothing outside of sessions."""
        session = self._of(participant_id)
        if session is None or session.pins.get(participant_id, ()) == tuple(others):
            return
        session.pins[participant_id] = tuple(others)
        self._arrange(session.id)

    def hold(self, participant_id: str, *, held: bool) -> None:
        """Gives the participant a seat before everybody, or no longer; does nothing outside of sessions."""
        session = self._of(participant_id)
        if session is None or held == (participant_id in session.held):
            return
        change = session.held.add if held else session.held.discard
        change(participant_id)
        if session.crowded:
            self._arrange(session.id)

    def whisper(self, participant_id: str, to: str | None) -> None:
        """Lets one member alone hear the watcher, or nobody; does nothing outside of sessions."""
        session = self._of(participant_id)
        if session is None or session.whispers.get(participant_id) == to:
            return
        if to is None:
            del session.whispers[participant_id]
        else:
            session.whispers[participant_id] = to
        self._arrange(session.id)

    def set_only_sound(self, participant_id: str, only_sound: bool) -> None:
        """Sends the participant no video, or video again; raises `ParticipantUnknown` when it is in no session."""
        session = self._of(participant_id)
        if session is None:
            raise ParticipantUnknown
        change = session.only_sound.add if only_sound else session.only_sound.discard
        change(participant_id)
        self._arrange(session.id)
        self._tell(SlotsChanged(participant_id=participant_id))

    def only_sound(self, participant_id: str) -> bool:
        """Whether the participant has asked for no video."""
        session = self._of(participant_id)
        return session is not None and participant_id in session.only_sound

    def watch(self, participant_id: str, camera: Camera | None) -> None:
        """Shows a participant a camera, or no longer: a hall's outside of sessions, a room's within one.

        Raises `ParticipantUnknown`, `CamerasFull`.
        """
        if camera is None or camera.room != (participant_id in self.places):
            self.live.leave(participant_id)
        elif participant_id not in self._participants:
            raise ParticipantUnknown
        else:
            self.live.watch(participant_id, camera)

    def members(self, session_id: str) -> tuple[str, ...]:
        """Everybody admitted into the session, in order of admission; empty when it is not open."""
        session = self._open.get(session_id)
        return tuple(session.admitted) if session is not None else ()

    def roles(self) -> dict[str, dict[str, MemberRole]]:
        """Who is admitted into each open session and as what, in order of admission."""
        return {session_id: dict(session.admitted) for session_id, session in self._open.items()}

    def arrange_around(self, participant_id: str) -> None:
        """Fills the slots of everybody in the participant's session, or its own when it is in none."""
        place = self.places.get(participant_id)
        if place is not None:
            self._arrange(place)
        else:
            self.live.show(participant_id)

    def arrange_crowded(self) -> None:
        """Has seats follow who speaks, where there are too few of them."""
        for session in self._open.values():
            if session.crowded:
                now = self._clock.monotonic()
                changed = [member.id for member in session.follow_speakers(now)]
                if changed:
                    self._tell_changed(session, changed, now)

    def _of(self, participant_id: str) -> Session | None:
        return self._open.get(self.places.get(participant_id, ""))

    @staticmethod
    def _seeing(session: Session, participant_id: str) -> list[str]:
        """Whose slots show something of the participant."""
        return [
            member.id
            for member in session.members()
            if any(slot.source and slot.source.participant_id == participant_id for slot in member.slots.values())
        ]

    def _arrange(self, session_id: str, changed: Iterable[str] = ()) -> None:
        """Fills everybody's slots, and tells whose have changed; `changed` are those whose were emptied already."""
        session = self._open[session_id]
        now = self._clock.monotonic()
        self._tell_changed(session, [*changed, *(member.id for member in session.arrange(now))], now)

    def _tell_changed(self, session: Session, changed: Iterable[str], now: float) -> None:
        """Tells whose slots have changed, and asks for the key frames that this needs."""
        for participant_id in dict.fromkeys(changed):
            self._tell(SlotsChanged(participant_id=participant_id))
        for member in session.members():
            member.feedback.ask(now)
