"""Which node each session lives on and each participant connects to, and bringing them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

import structlog

from rtc_server.node.ledger import Ledger
from rtc_server.node.link import NodeLink
from rtc_server.node.placement import choose
from rtc_server.node.protocol import Admit, Hold, Pin, SetOnlySound, Whisper
from rtc_server.sessions.errors import MediaUnavailable

_log = structlog.get_logger("rtc_server.node.rebalancer")


class RebalancerWatcher(Protocol):
    """Who follows where sessions and participants go."""

    def placed(self, session_id: str) -> None:
        """The session has a node."""
        ...

    def moved(self, participant_id: str) -> None:
        """The participant has to connect anew."""
        ...


class Rebalancer:
    """Brings what the ledger wants to the nodes: decides at the first need, and moves who is elsewhere."""

    def __init__(self, ledger: Ledger, links: Mapping[str, NodeLink], watcher: RebalancerWatcher) -> None:
        self._ledger = ledger
        self._links = links
        self._watcher = watcher
        self._connecting: Counter[str] = Counter()

    @contextmanager
    def connecting(self, participant_id: str) -> Iterator[None]:
        """While the participant connects it is not moved: the answer to its offer decides where it is."""
        self._connecting[participant_id] += 1
        try:
            yield
        finally:
            self._connecting[participant_id] -= 1
            self._connecting += Counter()

    def link_for(self, participant_id: str) -> NodeLink:
        """The node that a participant connects to; raises `MediaUnavailable`."""
        home = self._ledger.homes.get(participant_id)
        session_id = self._ledger.session_of(participant_id)
        if session_id is not None:
            session = self._ledger.sessions[session_id]
            if session.node is None:
                self.place(session_id, home)
            name = session.node
        else:
            name = home if home is not None and self._takes(home) else self.choose()
        if name is None or not self._links[name].open:
            raise MediaUnavailable
        return self._links[name]

    def place_all(self) -> None:
        """Gives a node to every session that somebody is in, or will be, and that has none."""
        for session_id, session in tuple(self._ledger.sessions.items()):
            if session.node is None and (session.members or session.expected):
                self.place(session_id, None)

    def place(self, session_id: str, preferred: str | None) -> None:
        """Places the session on the preferred node if it takes one, else on the least busy; on none without any."""
        session = self._ledger.sessions[session_id]
        session.node = preferred if preferred is not None and self._takes(preferred) else self.choose()
        if session.node is None:
            _log.error("no_node_for_session", session=session_id)
            return
        for participant_id in tuple(session.members):
            self.enter(session_id, session.node, participant_id)
        self.lead(session.node, session.expected)
        self._watcher.placed(session_id)

    def enter(self, session_id: str, name: str, participant_id: str) -> None:
        """Admits the member on the session's node, with all it wants there, and leads it to it."""
        link = self._links[name]
        session = self._ledger.sessions[session_id]
        role, pinned = session.members[participant_id], session.pins.get(participant_id, ())
        link.tell(Admit(session_id=session_id, participant_id=participant_id, role=role))
        if pinned:
            link.tell(Pin(participant_id=participant_id, others=list(pinned)))
        if participant_id in session.held:
            link.tell(Hold(participant_id=participant_id, held=True))
        if participant_id in session.whispers:
            link.tell(Whisper(participant_id=participant_id, to=session.whispers[participant_id]))
        if participant_id in session.only_sound:
            link.tell(SetOnlySound(participant_id=participant_id, only_sound=True))
        self.lead(name, [participant_id])

    def lead(self, name: str, participant_ids: Iterable[str]) -> None:
        """Moves those who are connected to another node than this one."""
        for participant_id in participant_ids:
            if self._ledger.homes.get(participant_id, name) != name:
                self.move(participant_id)

    def move(self, participant_id: str) -> None:
        """Has a participant connect anew, to wherever it belongs; one that is just connecting is led there anyway."""
        if self._connecting[participant_id]:
            return
        self._links[self._ledger.leave_home(participant_id)].cut(participant_id)
        self._watcher.moved(participant_id)

    def choose(self) -> str | None:
        """The node for somebody new; None when none takes one."""
        return choose([link.candidate for link in self._links.values() if link.open], self._ledger.held())

    def _takes(self, name: str) -> bool:
        link = self._links[name]
        return link.open and not link.candidate.draining
