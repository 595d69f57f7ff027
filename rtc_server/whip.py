"""WHIP (RFC 9725) and WHEP resources on the media server; signalling/http makes the routes."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.identifiers import Identifiers
from rtc_server.sessions.server import MediaServer


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


class WhipResources:
    """Creates, patches and deletes the peer connections of standard clients."""

    def __init__(self, server: MediaServer, identifiers: Identifiers) -> None:
        raise NotImplementedError

    async def create_ingest(self, session_id: str, sdp: str) -> WhipAnswer:
        """WHIP: the client sends into the session, audio as microphone, video as camera. Raises `SdpInvalid`."""
        raise NotImplementedError

    async def create_viewer(self, session_id: str, sdp: str) -> WhipAnswer:
        """WHEP: the client receives from the session. Raises `SdpInvalid`."""
        raise NotImplementedError

    async def patch(self, resource_id: str, fragment: str, if_match: str | None) -> WhipPatched:
        """Trickle or ICE restart (`application/trickle-ice-sdpfrag`, RFC 8840); 404, 412 and 428 as refusals."""
        raise NotImplementedError

    def delete(self, resource_id: str) -> None:
        """Ends the connection; raises `WhipUnknown` for a resource that is not there."""
        raise NotImplementedError
