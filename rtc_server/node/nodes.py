"""Several media nodes as one media plane: who is where, and what to do when a node ends.

A session lives on one node. What the house wants is kept here and is the truth: a node that joins, or joins again, is
brought to it. A participant connects to the node of its session, before it has one to the least busy node; whoever is
elsewhere when it is admitted is told to connect anew, which its page does by itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields

import aiohttp
import structlog

from foundation.clock import Clock
from foundation.tasks import Tasks
from rtc_server.node.link import LinkParts, NodeLink
from rtc_server.node.placement import Candidate, choose
from rtc_server.node.protocol import Admit, CloseSession, Connect, Disconnect, Release, RestartIce, Welcome
from rtc_server.sessions.interface import (
    IceRestart,
    MediaAnswer,
    MediaEvent,
    MediaOffer,
    MediaStatistics,
    MediaUnavailable,
    ParticipantDisconnected,
    ParticipantUnknown,
    ParticipantView,
    SlotView,
)

_log = structlog.get_logger("rtc_server.node.nodes")
_START_SECONDS = 3.0
_CLAIM_SECONDS = 60.0
"""A session found on a node when this process began, and not asked for since, is over."""
_ATTEMPTS = 3


@dataclass
class _Session:
    """What the house wants of a session; `node` is None while there is no node for it, or nobody in it."""

    node: str | None = None
    members: dict[str, None] = field(default_factory=dict)
    claimed: bool = True


class MediaNodes:
    """A `MediaPlane` of nodes."""

    def __init__(self, addresses: Iterable[str], token: str, clock: Clock, tasks: Tasks) -> None:
        """`addresses` of the control ports; `token` is theirs."""
        self._addresses = tuple(addresses)
        self._token = token
        self._clock = clock
        self._tasks = tasks
        self._links: dict[str, NodeLink] = {}
        self._runs: list[asyncio.Task[None]] = []
        self._http: aiohttp.ClientSession | None = None
        self._sessions: dict[str, _Session] = {}
        self._places: dict[str, str] = {}
        self._homes: dict[str, str] = {}
        self._connecting: Counter[str] = Counter()
        self._met: set[str] = set()
        self._listeners: list[Callable[[MediaEvent], None]] = []

    async def start(self) -> None:
        """Looks for the nodes; those that are not there yet are taken in when they come."""
        self._http = aiohttp.ClientSession()
        parts = LinkParts(self._http, self._token, self._clock, self._tasks)
        self._links = {address: NodeLink(address, parts, self) for address in self._addresses}
        for link in self._links.values():
            self._runs.append(self._tasks.spawn(link.run(), name="node link"))
        await asyncio.wait(
            [self._tasks.spawn(link.tried.wait(), name="node tried") for link in self._links.values()],
            timeout=_START_SECONDS,
        )

    async def close(self) -> None:
        """Leaves the nodes; their calls go on, and the next start finds them."""
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    @property
    def serving(self) -> bool:
        """Whether a new participant would be taken."""
        return self._choose() is not None

    async def connect(self, participant_id: str, offer: MediaOffer) -> MediaAnswer:
        """Answers an offer, by the node of the participant's session or the least busy one.

        Raises `SdpInvalid`, `MediaFull`, `MediaUnavailable`.
        """
        self._connecting[participant_id] += 1
        try:
            for _ in range(_ATTEMPTS):
                link = self._link_for(participant_id)
                answer = await self._connect_to(link, participant_id, offer)
                if answer is not None:
                    return answer
        finally:
            self._connecting[participant_id] -= 1
            self._connecting += Counter()
        raise MediaUnavailable

    async def restart_ice(self, participant_id: str) -> IceRestart:
        """New credentials for a connection; raises `ParticipantUnknown`, `MediaUnavailable`."""
        home = self._homes.get(participant_id)
        if home is None:
            raise ParticipantUnknown
        link = self._links[home]
        return await link.ask(RestartIce(id=link.next_id(), participant_id=participant_id), IceRestart)

    def disconnect(self, participant_id: str) -> None:
        """Closes the participant's transport; its place in a session stays until `release`."""
        home = self._homes.get(participant_id)
        if home is not None:
            link = self._links[home]
            link.tell(Disconnect(id=link.next_id(), participant_id=participant_id))

    def open_session(self, session_id: str) -> None:
        """Opens a session; it gets its node with its first member."""
        self._sessions.setdefault(session_id, _Session()).claimed = True

    def close_session(self, session_id: str) -> None:
        """Releases everybody; an unknown session is already closed."""
        session = self._sessions.pop(session_id, None)
        if session is None:
            return
        for participant_id in session.members:
            del self._places[participant_id]
        if session.node is not None:
            link = self._links[session.node]
            link.tell(CloseSession(id=link.next_id(), session_id=session_id))

    def admit(self, session_id: str, participant_id: str) -> None:
        """Forwards between this participant and the others admitted; may be called before `connect`.

        The first who is admitted decides on the node: the one it is connected to, unless that is about to end.
        """
        place = self._places.get(participant_id)
        if place is not None and place != session_id:
            self.release(place, participant_id)
        self.open_session(session_id)
        session = self._sessions[session_id]
        session.members[participant_id] = None
        self._places[participant_id] = session_id
        if session.node is None:
            self._settle(session_id, self._homes.get(participant_id))
        else:
            self._enter(session_id, session.node, participant_id)

    def release(self, session_id: str, participant_id: str) -> None:
        """Stops forwarding to and from the participant; the transport stays up."""
        session = self._sessions.get(session_id)
        if session is None or participant_id not in session.members:
            return
        del session.members[participant_id]
        del self._places[participant_id]
        if session.node is not None:
            link = self._links[session.node]
            link.tell(Release(id=link.next_id(), session_id=session_id, participant_id=participant_id))

    def slots(self, participant_id: str) -> tuple[SlotView, ...]:
        """What each receive slot shows, in the offer's order; empty when not connected."""
        view = self._view(participant_id)
        return view.slots if view is not None else ()

    def faces_rest(self, participant_id: str) -> bool:
        """Whether the participant's link is so weak that nobody's camera is sent to it."""
        view = self._view(participant_id)
        return view is not None and view.faces_rest

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Calls `listener` on the loop for every event; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def statistics(self) -> MediaStatistics:
        """The sums over the nodes that are there, as they last told."""
        told = [link.load.statistics for link in self._links.values() if link.load is not None]
        return MediaStatistics(
            **{one.name: sum(getattr(each, one.name) for each in told) for one in fields(MediaStatistics)}
        )

    def node_of(self, session_id: str) -> str | None:
        """The address of the node that the session lives on."""
        session = self._sessions.get(session_id)
        return session.node if session is not None else None

    def joined(self, link: NodeLink, welcome: Welcome) -> None:
        """Brings a node to what the house wants; what only the node knows is from before this process began."""
        for participant_id in link.views:
            if self._homes.setdefault(participant_id, link.name) != link.name:
                link.tell(Disconnect(id=link.next_id(), participant_id=participant_id))
        for session_id, members in welcome.census.sessions.items():
            if session_id not in self._sessions and link.name not in self._met:
                self._adopt(link, session_id, members)
            else:
                self._compare(link, session_id, members)
        self._met.add(link.name)
        for session_id, session in self._sessions.items():
            if session.node == link.name:
                for participant_id in session.members:
                    self._enter(session_id, link.name, participant_id)
            else:
                for participant_id in session.members:
                    if session.node is not None and self._homes.get(participant_id) == link.name:
                        self._move(participant_id)
        self._settle_all()

    def lost(self, link: NodeLink) -> None:
        """Places the sessions of a node that is gone on others, and has its participants connect anew."""
        gone = [participant_id for participant_id, home in self._homes.items() if home == link.name]
        for participant_id in gone:
            del self._homes[participant_id]
        for session in self._sessions.values():
            if session.node == link.name:
                session.node = None
        self._settle_all()
        for participant_id in gone:
            self._tell(ParticipantDisconnected(participant_id=participant_id, reason="node_lost"))

    def happened(self, link: NodeLink, event: MediaEvent) -> None:
        """Tells what a node tells of those who are connected to it."""
        if self._homes.get(event.participant_id) != link.name:
            return
        if isinstance(event, ParticipantDisconnected) and event.reason not in ("silent", "replaced"):
            del self._homes[event.participant_id]
        self._tell(event)

    def reported(self, link: NodeLink) -> None:
        """Moves away from a node that is about to end who only waits there."""
        if link.load is None or not link.load.draining or self._choose() is None:
            return
        for participant_id, home in tuple(self._homes.items()):
            if home == link.name and participant_id not in self._places:
                self._move(participant_id)

    async def _connect_to(self, link: NodeLink, participant_id: str, offer: MediaOffer) -> MediaAnswer | None:
        """The node's answer; None when the participant belongs elsewhere by the time it came."""
        former = self._homes.get(participant_id)
        # Noted before the answer, so that no event of the new connection is missed.
        self._homes[participant_id] = link.name
        command = Connect(
            id=link.next_id(),
            participant_id=participant_id,
            sdp=offer.sdp,
            sources=dict(offer.sources),
            slots=dict(offer.slots),
        )
        try:
            sdp = await link.ask(command, str)
        except BaseException:
            if self._homes.get(participant_id) == link.name and participant_id not in link.views:
                del self._homes[participant_id]
                if former is not None and participant_id in self._links[former].views:
                    self._homes[participant_id] = former
            raise
        if former is not None and former != link.name:
            other = self._links[former]
            other.tell(Disconnect(id=other.next_id(), participant_id=participant_id))
        place = self._places.get(participant_id)
        wanted = self._sessions[place].node if place is not None else link.name
        return MediaAnswer(sdp=sdp) if wanted == link.name else None

    def _link_for(self, participant_id: str) -> NodeLink:
        """The node that a participant connects to; raises `MediaUnavailable`."""
        place = self._places.get(participant_id)
        home = self._homes.get(participant_id)
        if place is not None:
            if self._sessions[place].node is None:
                self._settle(place, home)
            name = self._sessions[place].node
        else:
            name = home if home is not None and self._takes(home) else self._choose()
        if name is None or not self._links[name].open:
            raise MediaUnavailable
        return self._links[name]

    def _settle_all(self) -> None:
        """Gives a node to every session that has members and none."""
        for session_id, session in self._sessions.items():
            if session.node is None and session.members:
                self._settle(session_id, None)

    def _settle(self, session_id: str, preferred: str | None) -> None:
        """Places the session on the preferred node if it takes one, else on the least busy; on none without any."""
        session = self._sessions[session_id]
        name = preferred if preferred is not None and self._takes(preferred) else self._choose()
        if name is None:
            _log.error("no_node_for_session", session=session_id)
            return
        session.node = name
        for participant_id in session.members:
            self._enter(session_id, name, participant_id)

    def _enter(self, session_id: str, name: str, participant_id: str) -> None:
        link = self._links[name]
        link.tell(Admit(id=link.next_id(), session_id=session_id, participant_id=participant_id))
        if self._homes.get(participant_id, name) != name:
            self._move(participant_id)

    def _move(self, participant_id: str) -> None:
        """Has a participant connect anew, to wherever it belongs; one that is just connecting is led there anyway."""
        if self._connecting[participant_id]:
            return
        link = self._links[self._homes.pop(participant_id)]
        link.tell(Disconnect(id=link.next_id(), participant_id=participant_id))
        self._tell(ParticipantDisconnected(participant_id=participant_id, reason="moved"))

    def _adopt(self, link: NodeLink, session_id: str, members: Iterable[str]) -> None:
        """Takes over a session that an earlier process of the house has left running."""
        adopted = {one: None for one in members if one not in self._places}
        self._sessions[session_id] = _Session(link.name, adopted, claimed=False)
        self._places |= dict.fromkeys(adopted, session_id)
        self._tasks.spawn(self._drop_unclaimed(session_id), name="session nobody asked for")

    def _compare(self, link: NodeLink, session_id: str, members: Iterable[str]) -> None:
        """Ends what a node still has and nobody wants."""
        session = self._sessions.get(session_id)
        if session is not None and session.node is None:
            session.node = link.name
        if session is None or session.node != link.name:
            link.tell(CloseSession(id=link.next_id(), session_id=session_id))
            return
        for participant_id in members:
            if participant_id not in session.members:
                link.tell(Release(id=link.next_id(), session_id=session_id, participant_id=participant_id))

    async def _drop_unclaimed(self, session_id: str) -> None:
        await asyncio.sleep(_CLAIM_SECONDS)
        session = self._sessions.get(session_id)
        if session is not None and not session.claimed:
            self.close_session(session_id)

    def _choose(self) -> str | None:
        return choose((self._candidate(link) for link in self._links.values() if link.open), self._held())

    def _takes(self, name: str) -> bool:
        link = self._links[name]
        return link.open and not self._candidate(link).draining

    def _candidate(self, link: NodeLink) -> Candidate:
        assert link.load is not None, "an open link has told its load"
        return Candidate(link.name, link.load.cpu, link.load.draining)

    def _held(self) -> Counter[str]:
        """How many participants each node has, or will have when they have connected."""
        held = Counter(home for one, home in self._homes.items() if one not in self._places)
        for session in self._sessions.values():
            if session.node is not None:
                held[session.node] += len(session.members)
        return held

    def _view(self, participant_id: str) -> ParticipantView | None:
        home = self._homes.get(participant_id)
        return self._links[home].views.get(participant_id) if home is not None else None

    def _tell(self, event: MediaEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)
