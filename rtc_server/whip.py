"""WHIP (RFC 9725) and WHEP resources on the media server; `signalling/slices/calls` makes the routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from foundation.errors import Conflict, Invalid, NotFound, TooMany
from foundation.identifiers import Identifiers
from rtc_server.sessions.errors import CodecsRefused, SdpInvalid
from rtc_server.sessions.interface import (
    IceRestart,
    MediaEvent,
    MediaOffer,
    MediaPlane,
    MemberRole,
    ParticipantDisconnected,
    SlotKind,
    SourceKind,
)
from rtc_server.sessions.negotiation import CODECS_TAKEN, MediaLine, read_lines
from rtc_server.sessions.sdp import Description, Section, read_offer

_LONGEST_FRAGMENT = 16 * 1024
_UFRAG = re.compile(r"^a=ice-ufrag:(\S{4,256})\s*$", re.MULTILINE)
_RESOURCES = 16
"""At once for each owner: a room of cameras, but not the whole server."""
_IN_SESSION = 4
"""Of each kind at once in a session: the rest of its places is for the pages of those who take part."""
_VIEWS = (SlotKind.FACE, SlotKind.DOCUMENT, SlotKind.SCREEN)


class WhipUnknown(NotFound):
    """There is no such resource, or no more, or it is another's: who did not make it is not told that it exists."""

    code = "whip_unknown"
    zh = "该媒体资源不存在或已结束。"
    en = "There is no such media resource, or it has ended."


class WhipTagStale(Conflict):
    """The client knows an ICE session that is over (RFC 9725 §4.3.1)."""

    code = "whip_tag_stale"
    status = 412
    zh = "媒体资源已更新，请使用最新的标签。"
    en = "The media resource has changed; use its latest tag."


class WhipTagMissing(Invalid):
    """A PATCH must say which ICE session it is for."""

    code = "whip_tag_missing"
    status = 428
    zh = "缺少 If-Match 标签。"
    en = "The If-Match tag is missing."


class WhipTooMany(TooMany):
    """This person holds as many standard connections as one may."""

    code = "whip_too_many"
    zh = "您同时建立的媒体连接过多，请先结束其他连接。"
    en = "You hold too many media connections. End another one first."


class WhipSessionFull(Conflict):
    """The session has as many standard senders, or viewers, as it may."""

    code = "whip_session_full"
    zh = "该会话的标准媒体连接已达上限（{most} 路）。"
    en = "This session already has the most standard connections of this kind ({most})."


@dataclass(frozen=True, kw_only=True)
class WhipAnswer:
    """What a POST is answered with: 201, Location from `resource_id`, ETag, `application/sdp`."""

    resource_id: str
    participant_id: str
    etag: str
    sdp: str


@dataclass(frozen=True, kw_only=True)
class WhipPatched:
    """What a PATCH is answered with: 200 with a fragment after an ICE restart, 204 when `fragment` is None."""

    etag: str
    fragment: str | None


@dataclass
class _Resource:
    owner: str
    participant_id: str
    session_id: str
    client_ufrag: str
    mid: str
    sends: bool
    generation: int = 1

    @property
    def etag(self) -> str:
        return f'"{self.generation}"'


class WhipResources:
    """Creates, patches and deletes the peer connections of standard clients.

    `owner` says who asks; a resource answers to the owner who made it and to nobody else.
    """

    def __init__(self, server: MediaPlane, identifiers: Identifiers) -> None:
        self._server = server
        self._identifiers = identifiers
        self._resources: dict[str, _Resource] = {}
        self.close: Callable[[], None] = server.subscribe(self._heard)
        """Stops listening to the media server."""

    async def create_ingest(self, owner: str, session_id: str, sdp: str) -> WhipAnswer:
        """WHIP: the client sends into the session, audio as microphone, video as camera.

        Raises `SdpInvalid`, `CodecsRefused`, `WhipTooMany`, `WhipSessionFull`, `MediaFull`.
        """
        description = read_offer(sdp)
        sources: dict[str, SourceKind] = {}
        for kind, source in (("audio", SourceKind.MICROPHONE), ("video", SourceKind.CAMERA)):
            mid = next(
                (section.mid for section in description.sections if section.kind == kind and section.sends), None
            )
            if mid is not None:
                sources[mid] = source
        return await self._create(owner, session_id, description, MediaOffer(sdp=sdp, sources=sources, slots={}))

    async def create_viewer(self, owner: str, session_id: str, sdp: str) -> WhipAnswer:
        """WHEP: the client receives from the session: voices, then face, document and screen.

        Of several who send it sees the standard sender first, if there is one.
        Raises `SdpInvalid`, `CodecsRefused`, `WhipTooMany`, `WhipSessionFull`, `MediaFull`.
        """
        description = read_offer(sdp)
        sections = [section for section in description.sections if section.receives]
        slots = dict.fromkeys(_mids(sections, "audio"), SlotKind.VOICE)
        slots |= dict(zip(_mids(sections, "video"), _VIEWS, strict=False))
        return await self._create(owner, session_id, description, MediaOffer(sdp=sdp, sources={}, slots=slots))

    async def patch(self, owner: str, resource_id: str, fragment: str, if_match: str | None) -> WhipPatched:
        """Trickle or ICE restart (`application/trickle-ice-sdpfrag`, RFC 8840).

        Candidates are not needed: an ICE-lite server learns a client's address from its checks.
        Raises `WhipUnknown`, `WhipTagMissing`, `WhipTagStale`, `SdpInvalid`.
        """
        resource = self._resource(owner, resource_id)
        if if_match is None:
            raise WhipTagMissing
        if if_match not in ("*", resource.etag):
            raise WhipTagStale
        found = _UFRAG.search(fragment) if len(fragment) <= _LONGEST_FRAGMENT else None
        if found is None:
            raise SdpInvalid(path="a=ice-ufrag", problem="missing")
        if found[1] == resource.client_ufrag:
            return WhipPatched(etag=resource.etag, fragment=None)
        resource.client_ufrag = found[1]
        resource.generation += 1
        restarted = await self._server.restart_ice(resource.participant_id)
        return WhipPatched(etag=resource.etag, fragment=_fragment(resource.mid, restarted))

    def delete(self, owner: str, resource_id: str) -> None:
        """Ends the connection; raises `WhipUnknown` for a resource that is not there."""
        self._server.disconnect(self._resource(owner, resource_id).participant_id)

    def end_session(self, session_id: str) -> None:
        """Ends every standard connection of a session that is over."""
        for resource in self._of_session(session_id):
            self._server.disconnect(resource.participant_id)

    def delete_all(self, owner: str) -> None:
        """Ends every connection of an owner."""
        for resource in list(self._resources.values()):
            if resource.owner == owner:
                self._server.disconnect(resource.participant_id)

    async def _create(self, owner: str, session_id: str, description: Description, offer: MediaOffer) -> WhipAnswer:
        if not offer.sources and not offer.slots:
            raise SdpInvalid(path="sdp", problem="no media in the direction this address is for")
        self._require_place(owner, session_id, sends=bool(offer.sources))
        _require_codecs(read_lines(description, offer.sources, offer.slots))
        resource_id = self._identifiers.new()
        participant_id = f"whip:{resource_id}"
        # Admitted first: a standard client cannot be moved afterwards to the node where its session lives.
        self._server.admit(session_id, participant_id, MemberRole.PARTY if offer.sources else MemberRole.WATCHER)
        try:
            answer = await self._server.connect(participant_id, offer)
        except BaseException:
            self._server.release(session_id, participant_id)
            raise
        mid = description.sections[0].mid
        resource = _Resource(owner, participant_id, session_id, description.ufrag, mid, bool(offer.sources))
        self._resources[resource_id] = resource
        self._show_senders(session_id)
        return WhipAnswer(resource_id=resource_id, participant_id=participant_id, etag=resource.etag, sdp=answer.sdp)

    def _require_place(self, owner: str, session_id: str, *, sends: bool) -> None:
        if sum(resource.owner == owner for resource in self._resources.values()) >= _RESOURCES:
            raise WhipTooMany
        if sum(resource.sends is sends for resource in self._of_session(session_id)) >= _IN_SESSION:
            raise WhipSessionFull(most=_IN_SESSION)

    def _of_session(self, session_id: str) -> list[_Resource]:
        return [resource for resource in self._resources.values() if resource.session_id == session_id]

    def _show_senders(self, session_id: str) -> None:
        """Gives each viewer of the session its first sender to see before others."""
        resources = self._of_session(session_id)
        sender = next((resource.participant_id for resource in resources if resource.sends), None)
        for resource in resources:
            if not resource.sends:
                self._server.pin(resource.participant_id, [sender] if sender is not None else [])

    def _resource(self, owner: str, resource_id: str) -> _Resource:
        resource = self._resources.get(resource_id)
        if resource is None or resource.owner != owner:
            raise WhipUnknown
        return resource

    def _heard(self, event: MediaEvent) -> None:
        """A standard client that is gone for good does not come back to its place: it makes a new resource."""
        if not isinstance(event, ParticipantDisconnected) or event.reason == "silent":
            return
        resource = self._resources.pop(event.participant_id.removeprefix("whip:"), None)
        if resource is not None:
            self._server.release(resource.session_id, resource.participant_id)
            self._show_senders(resource.session_id)


def _require_codecs(lines: list[MediaLine]) -> None:
    used = [line for line in lines if line.source is not None or line.slot is not None]
    if all(line.refused for line in used):
        offered = ", ".join(filter(None, (line.offered for line in used)))
        raise CodecsRefused(offered=offered or "-", taken=CODECS_TAKEN)


def _mids(sections: Iterable[Section], kind: str) -> list[str]:
    return [section.mid for section in sections if section.kind == kind]


def _fragment(mid: str, restarted: IceRestart) -> str:
    lines = [
        "a=ice-lite",
        f"a=group:BUNDLE {mid}",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0",
        f"a=mid:{mid}",
        f"a=ice-ufrag:{restarted.ufrag}",
        f"a=ice-pwd:{restarted.password}",
        *restarted.candidates,
    ]
    return "\r\n".join(lines) + "\r\n"
