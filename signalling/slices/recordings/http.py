"""Recordings to be played in the browser; whoever may read the case may."""

from __future__ import annotations

import asyncio
from typing import IO, cast, get_args

from aiohttp import web

from directory.errors import NoSuchStaff, NoSuchVisitor, SessionEnded
from directory.principal import Permission, require
from document_relay.errors import CaseDamaged, NoSuchCase
from foundation.errors import Forbidden, NotFound
from rtc_server.recording.replays import open_file
from rtc_server.recording.values import Hole, Replay, ReplayNoRoom, ReplayNotMade, ReplayTrack
from signalling.identity.participant import ParticipantId
from signalling.slices.recordings.files import recording_files, recording_folders
from signalling.slices.recordings.messages import (
    HoleBody,
    ReplayBody,
    ReplayRole,
    ReplaysBody,
    ReplayTrackBody,
    SpanBody,
    ThumbnailBody,
)
from signalling.slices.recordings.parts import Parts
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.http.cookie import COOKIE
from signalling.transport.http.details import IN_RANGES, RANGE, Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.sealed_files import send_range
from signalling.wire.values import SourceKind

_REPLAY = "/api/v1/cases/{case_id}/replay"


async def recording(parts: Parts, call: Call) -> web.StreamResponse:
    """The session's recording."""
    case = await parts.case_files.view(call.principal, call.path("case_id"))
    files = recording_files(parts.case_files, case.file)
    if not files:
        raise NotFound
    return send_range(call.request, await asyncio.to_thread(files[0].open), files[0].name)


async def replays(parts: Parts, call: Call) -> ReplaysBody:
    """The case's recordings, made playable now where they are not."""
    case = await parts.case_files.readable(call.principal, call.path("case_id"))
    folders = recording_folders(parts.case_files, case)
    if not folders:
        raise NotFound
    made = [await parts.replays.of(folder, key) for folder, key in folders.values()]
    return ReplaysBody(recordings=[await _replay(parts, case.id, one) for one in made if one.tracks])


async def replay_file(parts: Parts, call: Call) -> web.StreamResponse:
    """A track or a thumbnail, whole or a range of it.

    A `<video>` asks without an access token, so the cookie of the sign-in tells who it is.
    """
    token = call.request.cookies.get(COOKIE)
    if token is None:
        raise SessionEnded
    principal = call.recognise(await parts.sign_in.holder(token))
    require(principal, Permission.READ_CASE)
    case = await parts.case_files.readable(principal, call.path("case_id"))
    found = recording_folders(parts.case_files, case).get(call.path("recording_id"))
    if found is None:
        raise NotFound
    name, (folder, key) = call.path("name"), found
    if name not in (await parts.replays.of(folder, key)).files():
        raise NotFound
    call.touch(case=case.id, recording=call.path("recording_id"))
    file = await asyncio.to_thread(open_file, folder, key, name)
    return send_range(call.request, cast(IO[bytes], file), name)


async def _replay(parts: Parts, case_id: str, replay: Replay) -> ReplayBody:
    address = f"{_REPLAY.format(case_id=case_id)}/{replay.recording_id}"
    return ReplayBody(
        recording_id=replay.recording_id,
        started=replay.started,
        duration=replay.duration,
        tracks=[await _track(parts, address, track) for track in replay.tracks],
        holes=[_hole(hole) for hole in replay.holes],
    )


async def _track(parts: Parts, address: str, track: ReplayTrack) -> ReplayTrackBody:
    sender = ParticipantId.parse(track.participant_id)
    # A device that joined by WHIP is nobody of the staff.
    of_page = sender.face in get_args(ReplayRole)
    return ReplayTrackBody(
        kind=cast(SourceKind, track.kind),
        # The names of guests are in the case's history alone.
        name=await parts.name_of(sender.person_id) if of_page and sender.face != "guest" else None,
        role=cast(ReplayRole, sender.face) if of_page else None,
        url=f"{address}/{track.file}",
        media_type=track.media_type,
        start=track.start,
        end=track.end,
        sent=[SpanBody(start=start, end=end) for start, end in track.sent],
        thumbnails=[ThumbnailBody(at=at, url=f"{address}/{name}") for at, name in track.thumbnails],
    )


def _hole(hole: Hole) -> HoleBody:
    return HoleBody(track=hole.track, start=hole.start, end=hole.end, reason=hole.reason)


_REFUSED = CASE_READ | {NoSuchCase, NotFound, ReplayNoRoom, ReplayNotMade}
_LIST = Details(refusals=_REFUSED | {NoSuchStaff, NoSuchVisitor})
_PLAY = Details(
    parameters=(Parameter(COOKIE, "cookie", "The renewal token, which tells who asks", required=True), RANGE),
    headers={"Accept-Ranges": "bytes"},
    also=IN_RANGES,
    refusals=_REFUSED | {Forbidden, SessionEnded},
)

_RECORDING = Details(
    parameters=(RANGE,),
    headers={"Accept-Ranges": "bytes"},
    also=IN_RANGES,
    refusals=CASE_READ | {CaseDamaged, NotFound},
)

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        _REPLAY,
        "The recordings to play",
        replays,
        answer=ReplaysBody,
        permission=Permission.READ_CASE,
        audit="recordings_listed",
        details=_LIST,
    ),
    Endpoint(
        "GET",
        f"{_REPLAY}/{{recording_id}}/{{name}}",
        "A track of a recording",
        replay_file,
        content="video/webm",
        open=True,
        audit="replay_played",
        often=True,
        details=_PLAY,
    ),
    Endpoint(
        "GET",
        "/api/v1/cases/{case_id}/recording",
        "The recording",
        recording,
        content="video/x-matroska",
        permission=Permission.READ_CASE,
        audit="recording_read",
        details=_RECORDING,
    ),
)
