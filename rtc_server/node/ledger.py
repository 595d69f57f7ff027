"""What the service wants of its sessions, and where everybody is: bookkeeping, without a word to anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rtc_server.sessions.interface import MemberRole, SourceKind
from rtc_server.sessions.room import require_room


@dataclass
class Session:
    """A session as the service wants it; `node` is None while there is no node for it, or nobody to come."""

    node: str | None = None
    members: dict[str, MemberRole] = field(default_factory=dict)
    """Who is admitted, in order."""
    expected: tuple[str, ...] = ()
    """Who will soon be."""
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Whom a member keeps before it."""
    held: set[str] = field(default_factory=set)
    """Who is kept before everybody."""
    whispers: dict[str, str] = field(default_factory=dict)
    """Who alone hears a watcher."""
    only_sound: set[str] = field(default_factory=set)
    """Who wants no video, as long as the session lasts."""
    claimed: bool = True
    """False for one that was found on a node, until the service asks for it."""


class Ledger:
    """Sessions with their members, and the node that each participant is connected to."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.homes: dict[str, str] = {}
        """The node of each participant that has a connection, or is getting one."""
        self.tiles: dict[str, dict[str, int]] = {}
        """How wide the page of each participant that has a home shows its slots, by mid, as it last told."""
        self.ended: dict[str, list[SourceKind]] = {}
        """What those pages have ended, as they last told."""
        self._places: dict[str, str] = {}
        self._expected: dict[str, str] = {}

    def open(self, session_id: str) -> Session:
        """The session, made when it is not there; it is asked for from now on."""
        session = self.sessions.setdefault(session_id, Session())
        session.claimed = True
        return session

    def adopt(self, session_id: str, node: str, members: Mapping[str, MemberRole]) -> None:
        """Notes a session that nobody has asked for yet."""
        found = {one: role for one, role in members.items() if one not in self._places}
        self.sessions[session_id] = Session(node, found, claimed=False)
        self._places |= dict.fromkeys(found, session_id)

    def close(self, session_id: str) -> Session | None:
        """The session that is closed; None when it was not open."""
        session = self.sessions.get(session_id)
        if session is None:
            return None
        self.expect(session_id, ())
        for participant_id in session.members:
            del self._places[participant_id]
        return self.sessions.pop(session_id)

    def admit(self, session_id: str, participant_id: str, role: MemberRole = MemberRole.PARTY) -> Session:
        """The session, with one more member, who must be in no other."""
        session = self.open(session_id)
        session.members[participant_id] = role
        if role is not MemberRole.WATCHER:
            session.whispers.pop(participant_id, None)
        self._places[participant_id] = session_id
        return session

    def require_room(self, session_id: str, participant_id: str, role: MemberRole) -> None:
        """Raises `SessionFull` when the session can take no other member of this role."""
        if (session := self.sessions.get(session_id)) is not None:
            require_room(session.members, participant_id, role)

    def release(self, session_id: str, participant_id: str) -> Session | None:
        """The session that was left; None when it was not that one."""
        session = self.sessions.get(session_id)
        if session is None or participant_id not in session.members:
            return None
        del session.members[participant_id]
        session.pins.pop(participant_id, None)
        session.held.discard(participant_id)
        session.whispers.pop(participant_id, None)
        del self._places[participant_id]
        return session

    def pin(self, participant_id: str, others: Sequence[str]) -> Session | None:
        """The session in which the participant keeps others before it; None in none, and where that is no change."""
        session = self.session_with(participant_id)
        if session is None or session.pins.get(participant_id, ()) == tuple(others):
            return None
        session.pins[participant_id] = tuple(others)
        return session

    def hold(self, participant_id: str, *, held: bool) -> Session | None:
        """The session in which the participant is kept before everybody; None in none, and where that is no change."""
        session = self.session_with(participant_id)
        if session is None or held == (participant_id in session.held):
            return None
        session.held -= {participant_id}
        session.held |= {participant_id} if held else set()
        return session

    def whisper(self, participant_id: str, to: str | None) -> Session | None:
        """The session in which one member alone hears the watcher, or nobody; None when it is in none."""
        session = self.session_with(participant_id)
        if session is not None:
            session.whispers.pop(participant_id, None)
            if to is not None:
                session.whispers[participant_id] = to
        return session

    def set_only_sound(self, participant_id: str, only_sound: bool) -> Session | None:
        """The session in which the participant wants no video, or video again; None when it is in none."""
        session = self.session_with(participant_id)
        if session is not None:
            session.only_sound -= {participant_id}
            session.only_sound |= {participant_id} if only_sound else set()
        return session

    def expect(self, session_id: str, participant_ids: Iterable[str]) -> None:
        """Notes who will soon be in the session, in place of who was to be; who is in another one stays there."""
        session = self.sessions[session_id]
        for participant_id in session.expected:
            if self._expected.get(participant_id) == session_id:
                del self._expected[participant_id]
        session.expected = tuple(one for one in participant_ids if one not in self._places)
        self._expected |= dict.fromkeys(session.expected, session_id)

    def place(self, participant_id: str) -> str | None:
        """The session that the participant is admitted into."""
        return self._places.get(participant_id)

    def session_with(self, participant_id: str) -> Session | None:
        """The session that the participant is admitted into, as it is."""
        return self.sessions.get(self._places.get(participant_id, ""))

    def session_of(self, participant_id: str) -> str | None:
        """The session that the participant is in, or will soon be."""
        return self._places.get(participant_id) or self._expected.get(participant_id)

    def forget_page(self, participant_id: str) -> None:
        """Lets go of what a page told of its former connection."""
        self.tiles.pop(participant_id, None)
        self.ended.pop(participant_id, None)

    def leave_home(self, participant_id: str) -> str:
        """Notes that the participant has no connection any more; the node that had it."""
        self.forget_page(participant_id)
        return self.homes.pop(participant_id)

    def forget_node(self, name: str) -> list[str]:
        """Takes everything from a node; who was connected to it."""
        gone = [participant_id for participant_id, home in self.homes.items() if home == name]
        for participant_id in gone:
            self.leave_home(participant_id)
        for session in self.sessions.values():
            if session.node == name:
                session.node = None
        return gone

    def held(self) -> Counter[str]:
        """How many participants each node has, or will have when they have connected."""
        held = Counter(home for one, home in self.homes.items() if self.session_of(one) is None)
        for session in self.sessions.values():
            if session.node is not None:
                held[session.node] += len({*session.members, *session.expected})
        return held
