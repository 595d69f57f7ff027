"""One session: who is admitted, who records, and what everybody's slots show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from rtc_server.sessions.assignment import Showing, assign
from rtc_server.sessions.interface import MemberRole, PacketSink, SlotKind, SourceInfo, SourceKind
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.room import require_room
from rtc_server.sessions.seating import Speakers
from rtc_server.sessions.source import Source

_SINKS: Final = 4


class Session:
    """Admitted participants in order, and the sinks attached; `arrange` makes the forwarding follow."""

    def __init__(
        self, session_id: str, participants: Mapping[str, Participant], camera: Callable[[str], Source | None]
    ) -> None:
        """`participants` are the connected ones, of every session; `camera` is the service's own that one watches."""
        self.id = session_id
        self.admitted: dict[str, MemberRole] = {}
        self.pins: dict[str, tuple[str, ...]] = {}
        """Whom a member wants to have before it always."""
        self.held: set[str] = set()
        """Who has a seat before everybody, whoever speaks."""
        self.whispers: dict[str, str] = {}
        """Who alone hears a watcher."""
        self.only_sound: set[str] = set()
        """Who has asked for no video."""
        self.sinks: tuple[PacketSink, ...] = ()
        self._participants = participants
        self._camera = camera

    def admit(self, participant_id: str, role: MemberRole) -> None:
        """Adds a member, or changes its role; raises `SessionFull`."""
        require_room(self.admitted, participant_id, role)
        self.admitted[participant_id] = role

    def arrange(self, now: float) -> list[Participant]:
        """Gives every slot its source; whose slots have changed."""
        members = self.members()
        active = self._active(members)
        self._record()
        speakers = self._speakers(members, active, now)
        changed = [member for member in members if self._arrange(member, active, speakers)]
        crowded = self.crowded
        for member in members:
            member.heeded = crowded
        return changed

    def follow_speakers(self, now: float) -> list[Participant]:
        """Seats anew who speaks, where seats are too few; whose slots have changed, or who is unheard there."""
        members = self.members()
        active = self._active(members)
        speakers = self._speakers(members, active, now)
        return [member for member in members if self._arrange(member, active, speakers, only_moved=True)]

    @property
    def crowded(self) -> bool:
        """Whether somebody has fewer seats than there are others, so that who speaks decides."""
        return any(0 < len(member.seating.taken) < len(self._before(member.id)) for member in self.members())

    def members(self) -> list[Participant]:
        """The admitted participants that are connected, in order of admission."""
        return [self._participants[name] for name in self.admitted if name in self._participants]

    def attach(self, sink: PacketSink) -> SinkAttachment:
        """Adds a sink; raises ValueError at the fifth."""
        if len(self.sinks) >= _SINKS:
            raise ValueError("a session has at most four sinks")
        self.sinks = (*self.sinks, sink)
        self._record()
        return SinkAttachment(self, sink)

    def detach(self, sink: PacketSink) -> None:
        """Takes a sink away."""
        self.sinks = tuple(other for other in self.sinks if other is not sink)
        self._record()

    def _active(self, members: list[Participant]) -> dict[Showing, Source]:
        """What everybody sends: of a camera that changes over to another media line, what has begun last."""
        active: dict[Showing, Source] = {}
        for member in members:
            for source in member.sources.values():
                before = active.get((member.id, source.kind))
                newer = before is None or source.since > before.since
                if source.active and newer and self._forwards(member.id, source):
                    active[member.id, source.kind] = source
        return active

    def _forwards(self, participant_id: str, source: Source) -> bool:
        if self.admitted[participant_id] is not MemberRole.WATCHER:
            return True
        return participant_id in self.whispers and source.kind is SourceKind.MICROPHONE

    def _before(self, participant_id: str) -> list[str]:
        """Whom the member may see or hear: everybody else but the watchers who do not whisper to it."""
        return [
            name
            for name, role in self.admitted.items()
            if name != participant_id and (role is not MemberRole.WATCHER or self.whispers.get(name) == participant_id)
        ]

    def _record(self) -> None:
        for member in self.members():
            recorded = self.admitted[member.id] is MemberRole.PARTY
            for source in member.sources.values():
                source.record(*((self.id, self.sinks) if recorded else ("", ())))

    def _speakers(self, members: Sequence[Participant], active: Collection[Showing], now: float) -> Speakers:
        """What is the same before everybody; whom a member may see is still to be said."""
        sending = {name for name, _ in active}
        spoke = {member.id: member.spoke for member in members if member.spoke is not None}
        return Speakers((), spoke, held=self.held, now=now, silent=set(self.admitted).difference(sending))

    def _arrange(
        self, member: Participant, active: Mapping[Showing, Source], speakers: Speakers, *, only_moved: bool = False
    ) -> bool:
        """Seats the others before the member and fills its slots; whether these, or who speaks unheard, have changed.

        With `only_moved` it leaves the slots alone while everybody keeps their seats.
        """
        kinds = [slot.kind for slot in member.slots.values()]
        seats = max(kinds.count(SlotKind.VOICE), kinds.count(SlotKind.FACE))
        unheard, others = member.seating.unheard, self._before(member.id)
        pinned = self.pins.get(member.id, ())
        moved = member.seating.update(seats, replace(speakers, others=others, pinned=pinned))
        if only_moved and not moved:
            return False
        return self._show(member, active, others) or member.seating.unheard != unheard

    def _show(self, member: Participant, active: Mapping[Showing, Source], others: Collection[str]) -> bool:
        slots = list(member.slots.values())
        kinds = [slot.kind for slot in slots]
        visible = [showing for showing in active if showing[0] in others]
        current = {
            index: (slot.source.participant_id, slot.source.kind)
            for index, slot in enumerate(slots)
            if slot.source is not None
        }
        plan: list[Showing | None] = [None] * len(slots)
        if member.link.srtp is not None:
            plan = assign(kinds, member.seating.taken, visible, current)
        requested = [active[showing] if showing is not None else None for showing in plan]
        self._show_camera(member, kinds, requested)
        member.reception.requested = [
            (source, slot) for source, slot in zip(requested, slots, strict=True) if source is not None
        ]
        member.reception.only_sound = member.id in self.only_sound
        member.reception.pinned = self.pins.get(member.id, ())
        changed = [
            slot.show(source if source is not None and not member.reception.hides(source) else None)
            for slot, source in zip(slots, requested, strict=True)
        ]
        return any(changed)

    def _show_camera(self, member: Participant, kinds: Sequence[SlotKind], requested: list[Source | None]) -> None:
        """Gives the room's camera the last face slot that nobody needs, or the last one of who is not kept."""
        camera = self._camera(member.id)
        faces = [index for index, kind in enumerate(kinds) if kind is SlotKind.FACE]
        sources = {index: requested[index] for index in faces}
        spare = [index for index, source in sources.items() if source is None] or [
            index for index, source in sources.items() if source and source.participant_id not in member.seating.kept
        ]
        if camera is not None and spare:
            requested[spare[-1]] = camera


class SinkAttachment:
    """A sink's place in a session."""

    def __init__(self, session: Session, sink: PacketSink) -> None:
        self._session = session
        self._sink = sink

    def request_key_frame(self, source: SourceInfo) -> None:
        """Asks the sender for a key frame, at most one in 300 ms, repeated until it comes."""
        for member in self._session.members():
            for candidate in member.sources.values():
                if member.id == source.participant_id and candidate.kind is source.kind:
                    candidate.want_key_frame()

    def detach(self) -> None:
        """Ends the subscription; calling it again does nothing."""
        self._session.detach(self._sink)


def hide(participant: Participant) -> None:
    """Lets go of everything the participant shows and is recorded of."""
    for source in participant.sources.values():
        source.record("", ())
        for slot in tuple(source.slots):
            slot.show(None)


def leave(participant: Participant) -> bool:
    """Lets go of everything the participant shows, gets and is recorded of; whether its slots have changed."""
    hide(participant)
    participant.reception.requested = []
    changed = [slot.show(None) for slot in participant.slots.values()]
    return any(changed)
