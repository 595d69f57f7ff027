"""Several media nodes as one media plane: who is where, and what to do when a node ends.

A session lives on one node. What the service wants is kept here and is the truth: a node that joins, or joins again, is
brought to it. A participant connects to the node of its session, before it has one to the least busy node; whoever is
elsewhere when it is admitted is told to connect anew, which its page does by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields

import aiohttp
import structlog

from foundation.clock import Clock
from foundation.tasks import Tasks
from rtc_server.cameras.values import Camera
from rtc_server.node.ledger import Ledger, Session
from rtc_server.node.link import LinkParts, NodeLink, NodesFollower, read_address
from rtc_server.node.protocol import (
    AnyCommand,
    AnyRecordingEvent,
    CloseSession,
    Hold,
    Pin,
    Release,
    RestartIce,
    SetEnded,
    SetOnlySound,
    SetTiles,
    WatchCamera,
    Welcome,
    Whisper,
    connect_command,
    require_token,
)
from rtc_server.node.rebalancer import Rebalancer
from rtc_server.sessions.errors import MediaUnavailable, ParticipantUnknown
from rtc_server.sessions.interface import (
    IceRestart,
    LiveView,
    MediaAnswer,
    MediaEvent,
    MediaOffer,
    MemberRole,
    ParticipantDisconnected,
    ParticipantView,
    SlotsChanged,
    SlotView,
    SourceKind,
    VideoLevel,
)
from rtc_server.sessions.media_statistics import MediaStatistics

_log = structlog.get_logger("rtc_server.node.nodes")
_START_SECONDS = 3.0
_CLAIM_SECONDS = 60.0
"""A session found on a node when this process began, and not asked for since, is over."""
_ATTEMPTS = 3


class MediaNodes:
    """A `MediaPlane` of nodes."""

    def __init__(self, addresses: Iterable[str], token: str, clock: Clock, tasks: Tasks) -> None:
        """`addresses` of the control ports; `token` is theirs. Raises `NodeAddressInvalid`, `TokenMissing`."""
        self._addresses = tuple(read_address(one) for one in addresses)
        self._token = require_token(token)
        self._clock = clock
        self._tasks = tasks
        self._links: dict[str, NodeLink] = {}
        self._runs: list[asyncio.Task[None]] = []
        self._http: aiohttp.ClientSession | None = None
        self._ledger = Ledger()
        self._rebalancer = Rebalancer(self._ledger, self._links, self)
        self._met: set[str] = set()
        self._followers: list[NodesFollower] = []
        self._listeners: list[Callable[[MediaEvent], None]] = []

    async def start(self) -> None:
        """Looks for the nodes; those that are not there yet are taken in when they come."""
        self._http = aiohttp.ClientSession()
        parts = LinkParts(self._http, self._token, self._clock, self._tasks)
        self._links |= {address: NodeLink(address, parts, self) for address in self._addresses}
        for link in self._links.values():
            self._runs.append(self._tasks.supervise(link.run, name="node link"))
        waits = [self._tasks.spawn(link.tried.wait(), name="node tried") for link in self._links.values()]
        await asyncio.wait(waits, timeout=_START_SECONDS)

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
        return self._rebalancer.choose() is not None

    async def connect(self, participant_id: str, offer: MediaOffer) -> MediaAnswer:
        """Answers an offer, by the node of the participant's session or the least busy one.

        Raises `SdpInvalid`, `MediaFull`, `MediaUnavailable`.
        """
        with self._rebalancer.connecting(participant_id):
            for _ in range(_ATTEMPTS):
                link = self._rebalancer.link_for(participant_id)
                answer = await self._connect_to(link, participant_id, offer)
                if answer is not None:
                    return answer
        raise MediaUnavailable

    async def restart_ice(self, participant_id: str) -> IceRestart:
        """New credentials for a connection; raises `ParticipantUnknown`, `MediaUnavailable`."""
        home = self._ledger.homes.get(participant_id)
        if home is None:
            raise ParticipantUnknown
        link = self._links[home]
        return await link.ask(RestartIce(participant_id=participant_id), IceRestart)

    def disconnect(self, participant_id: str) -> None:
        """Closes the participant's transport; its place in a session stays until `release`."""
        home = self._ledger.homes.get(participant_id)
        if home is not None:
            self._links[home].cut(participant_id)

    def open_session(self, session_id: str) -> None:
        """Opens a session; it gets its node with its first member."""
        self._ledger.open(session_id)

    def close_session(self, session_id: str) -> None:
        """Releases everybody; an unknown session is already closed."""
        self._order(self._ledger.close(session_id), CloseSession(session_id=session_id))

    def admit(self, session_id: str, participant_id: str, role: MemberRole = MemberRole.PARTY) -> None:
        """Forwards between this participant and the others admitted; may be called before `connect`.

        The first who is admitted decides on the node: the one it is connected to, unless that is about to end.
        """
        self._ledger.require_room(session_id, participant_id, role)
        place = self._ledger.place(participant_id)
        if place is not None and place != session_id:
            self.release(place, participant_id)
        session = self._ledger.admit(session_id, participant_id, role)
        if session.node is None:
            self._rebalancer.place(session_id, self._ledger.homes.get(participant_id))
        else:
            self._rebalancer.enter(session_id, session.node, participant_id)

    def release(self, session_id: str, participant_id: str) -> None:
        """Stops forwarding to and from the participant; the transport stays up."""
        left = self._ledger.release(session_id, participant_id)
        self._order(left, Release(session_id=session_id, participant_id=participant_id))

    def pin(self, participant_id: str, others: Sequence[str]) -> None:
        """Keeps these in voice and face slots of the participant, whoever speaks: the first in the first ones."""
        self._order(self._ledger.pin(participant_id, others), Pin(participant_id=participant_id, others=list(others)))

    def hold(self, participant_id: str, *, held: bool) -> None:
        """Keeps the participant in slots of everybody else's, as far as two are left to who speaks."""
        self._order(self._ledger.hold(participant_id, held=held), Hold(participant_id=participant_id, held=held))

    def whisper(self, participant_id: str, to: str | None) -> None:
        """Lets one of the others alone hear this watcher's microphone, or nobody."""
        self._order(self._ledger.whisper(participant_id, to), Whisper(participant_id=participant_id, to=to))

    def gather(self, session_id: str, participant_ids: Iterable[str]) -> None:
        """Places the session where the first of them is, and has the others connect there; admits nobody.

        Called while the clerk's bell rings, it takes the time of a connection out of the time to the first frame.
        """
        session = self._ledger.open(session_id)
        self._ledger.expect(session_id, participant_ids)
        if session.node is not None:
            self._rebalancer.lead(session.node, session.expected)
        elif session.expected:
            self._rebalancer.place(session_id, self._ledger.homes.get(session.expected[0]))

    def slots(self, participant_id: str) -> tuple[SlotView, ...]:
        """What each receive slot shows, in the offer's order; empty when not connected."""
        view = self._view(participant_id)
        return view.slots if view is not None else ()

    def unheard(self, participant_id: str) -> Sequence[str]:
        """Who speaks and is in none of the participant's slots; `SlotsChanged` tells of each change."""
        view = self._view(participant_id)
        return view.unheard if view is not None else ()

    def video_level(self, participant_id: str) -> VideoLevel:
        """How much of others' video the participant's link carries; `SlotsChanged` tells of each change."""
        view = self._view(participant_id)
        return view.video_level if view is not None else VideoLevel.ALL

    def set_only_sound(self, participant_id: str, only_sound: bool) -> None:
        """Sends the participant no video, or video again; raises `ParticipantUnknown` outside of a session."""
        session = self._ledger.set_only_sound(participant_id, only_sound)
        if session is None:
            raise ParticipantUnknown
        self._order(session, SetOnlySound(participant_id=participant_id, only_sound=only_sound))
        self._tell(SlotsChanged(participant_id=participant_id))

    def only_sound(self, participant_id: str) -> bool:
        """Whether the participant has asked for no video."""
        session = self._ledger.session_with(participant_id)
        return session is not None and participant_id in session.only_sound

    def set_tiles(self, participant_id: str, widths: Mapping[str, int]) -> None:
        """Says how many pixels wide the participant's page shows each slot, by mid, as long as its connection lasts."""
        home = self._ledger.homes.get(participant_id)
        if home is not None:
            self._ledger.tiles[participant_id] = dict(widths)
            self._links[home].tell(SetTiles(participant_id=participant_id, widths=dict(widths)))

    def set_ended(self, participant_id: str, kinds: Collection[SourceKind]) -> None:
        """Says all that the participant's page has ended, as long as its connection lasts."""
        home = self._ledger.homes.get(participant_id)
        if home is not None:
            self._ledger.ended[participant_id] = sorted(kinds)
            self._links[home].tell(SetEnded(participant_id=participant_id, kinds=sorted(kinds)))

    async def watch(self, participant_id: str, camera: Camera | None) -> None:
        """Has the participant's node show it a camera, or none.

        Raises `ParticipantUnknown`, `CamerasFull`, `MediaUnavailable`.
        """
        home = self._ledger.homes.get(participant_id)
        if home is not None:
            await self._links[home].ask(WatchCamera(participant_id=participant_id, camera=camera), type(None))
        elif camera is not None:
            raise ParticipantUnknown

    def live_view(self, participant_id: str) -> LiveView | None:
        """What the participant watches; `SlotsChanged` tells of each change."""
        view = self._view(participant_id)
        return view.live_view if view is not None else None

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Calls `listener` on the loop for every event; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def statistics(self) -> MediaStatistics:
        """The sums over the nodes that are there, as they last told."""
        told = [link.load.statistics for link in self._links.values() if link.load is not None]
        names = [one.name for one in fields(MediaStatistics)]
        return MediaStatistics(**{name: sum(getattr(each, name) for each in told) for name in names})

    def follow(self, follower: NodesFollower) -> None:
        """Tells the follower of nodes and sessions from now on."""
        self._followers.append(follower)

    def open_links(self) -> list[NodeLink]:
        """The nodes that can be reached now."""
        return [link for link in self._links.values() if link.open]

    def link_of(self, session_id: str) -> NodeLink | None:
        """The node that the session lives on; None when it has none that can be reached."""
        session = self._ledger.sessions.get(session_id)
        link = self._links[session.node] if session is not None and session.node is not None else None
        return link if link is not None and link.open else None

    def joined(self, link: NodeLink, welcome: Welcome) -> None:
        """Brings a node to what the service wants; what it had when first met is from before this process began."""
        for participant_id in link.views:
            if self._ledger.homes.setdefault(participant_id, link.name) != link.name:
                link.cut(participant_id)
        for session_id, members in welcome.snapshot.sessions.items():
            if session_id not in self._ledger.sessions and link.name not in self._met:
                self._ledger.adopt(session_id, link.name, members)
                self._tasks.spawn(self._drop_unclaimed(session_id), name="session nobody asked for")
            else:
                self._compare(link, session_id, members)
        self._met.add(link.name)
        self._make_up(link)
        for session_id, session in tuple(self._ledger.sessions.items()):
            if session.node == link.name:
                for participant_id in tuple(session.members):
                    self._rebalancer.enter(session_id, link.name, participant_id)
            elif session.node is not None:
                self._rebalancer.lead(session.node, [*session.members, *session.expected])
        for follower in self._followers:
            follower.joined(link, welcome)
        self._rebalancer.place_all()

    def lost(self, link: NodeLink) -> None:
        """Places the sessions of a node that is gone on others, and has its participants connect anew."""
        gone = self._ledger.forget_node(link.name)
        for follower in self._followers:
            follower.lost(link)
        self._rebalancer.place_all()
        for participant_id in gone:
            self._tell(ParticipantDisconnected(participant_id=participant_id, reason="node_lost"))

    def happened(self, link: NodeLink, event: MediaEvent) -> None:
        """Tells what a node tells of those who are connected to it."""
        if self._ledger.homes.get(event.participant_id) != link.name:
            return
        if isinstance(event, ParticipantDisconnected) and event.reason not in ("silent", "replaced"):
            self._ledger.leave_home(event.participant_id)
        self._tell(event)

    def recorded(self, link: NodeLink, event: AnyRecordingEvent) -> None:
        """Passes on what a node's recorder tells."""
        for follower in self._followers:
            follower.recorded(link, event)

    def placed(self, session_id: str) -> None:
        """Tells the followers that the session has a node."""
        for follower in self._followers:
            follower.placed(session_id)

    def moved(self, participant_id: str) -> None:
        """Has the participant's page connect anew."""
        self._tell(ParticipantDisconnected(participant_id=participant_id, reason="moved"))

    def reported(self, link: NodeLink) -> None:
        """Moves away from a node that is about to end who only waits there."""
        if link.load is None or not link.load.draining or self._rebalancer.choose() is None:
            return
        for participant_id, home in tuple(self._ledger.homes.items()):
            if home == link.name and self._ledger.session_of(participant_id) is None:
                self._rebalancer.move(participant_id)

    async def _connect_to(self, link: NodeLink, participant_id: str, offer: MediaOffer) -> MediaAnswer | None:
        """The node's answer; None when the participant belongs elsewhere by the time it came."""
        homes = self._ledger.homes
        former = homes.get(participant_id)
        # Noted before the answer, so that no event of the new connection is missed.
        homes[participant_id] = link.name
        try:
            sdp = await link.ask(connect_command(participant_id, offer), str)
        except BaseException:
            self._stay(link, participant_id, former)
            raise
        # The end of a connection that was cut a moment before may have been told meanwhile.
        homes.setdefault(participant_id, link.name)
        # The slots of a new connection show what its page has not told of yet.
        self._ledger.forget_page(participant_id)
        if former is not None and former != link.name:
            self._links[former].cut(participant_id)
        session_id = self._ledger.session_of(participant_id)
        wanted = self._ledger.sessions[session_id].node if session_id is not None else link.name
        return MediaAnswer(sdp=sdp) if wanted == link.name else None

    def _stay(self, link: NodeLink, participant_id: str, former: str | None) -> None:
        """After an offer that was not answered: the participant is where it was, if it still has a connection there."""
        homes = self._ledger.homes
        if homes.get(participant_id) == link.name and participant_id not in link.views:
            self._ledger.leave_home(participant_id)
            if former is not None and participant_id in self._links[former].views:
                homes[participant_id] = former

    def _order(self, session: Session | None, command: AnyCommand) -> None:
        """Tells the session's node, when it has one."""
        if session is not None and session.node is not None:
            self._links[session.node].tell(command)

    def _make_up(self, link: NodeLink) -> None:
        """Says again what the pages of those who are connected to the node last told."""
        ledger = self._ledger
        here = [one for one in link.views if ledger.homes.get(one) == link.name]
        for one in here:
            if one in ledger.tiles:
                link.tell(SetTiles(participant_id=one, widths=ledger.tiles[one]))
            if one in ledger.ended:
                link.tell(SetEnded(participant_id=one, kinds=ledger.ended[one]))

    def _compare(self, link: NodeLink, session_id: str, members: Iterable[str]) -> None:
        """Ends what a node still has and nobody wants."""
        session = self._ledger.sessions.get(session_id)
        if session is not None and session.node is None:
            session.node = link.name
        if session is None or session.node != link.name:
            link.tell(CloseSession(session_id=session_id))
            return
        for participant_id in members:
            if participant_id not in session.members:
                link.tell(Release(session_id=session_id, participant_id=participant_id))

    async def _drop_unclaimed(self, session_id: str) -> None:
        await asyncio.sleep(_CLAIM_SECONDS)
        session = self._ledger.sessions.get(session_id)
        if session is not None and not session.claimed:
            self.close_session(session_id)

    def _view(self, participant_id: str) -> ParticipantView | None:
        home = self._ledger.homes.get(participant_id)
        return self._links[home].views.get(participant_id) if home is not None else None

    def _tell(self, event: MediaEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)
