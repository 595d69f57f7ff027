"""A session is recorded when the resident agreed, and the recording joins the case file when it is over.

The case's log says so first: it has what the resident answered since the ticket was taken, and that the recording
begins before the recorder is given its first packet. When the log cannot be written, nothing is recorded.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import structlog

from document_relay.case_files import SYSTEM
from document_relay.evidence.package import RecordingFile as EvidenceFile
from document_relay.records import CaseRecord
from foundation.database import DatabaseBusy
from rtc_server.recording.stored import open_clear, recording_key
from rtc_server.recording.values import RecordingFailed, RecordingFile, RecordingNotClosed
from rtc_server.sessions.errors import MediaUnavailable
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from scheduler.views import TicketView
from signalling.flows.ticket_opens_case import agreed_to_recording, open_case

if TYPE_CHECKING:
    from signalling.house import House

_log = structlog.get_logger("signalling.recording")


def recording_files(house: House, case: CaseRecord) -> list[EvidenceFile]:
    """The files of a case's recordings, the playable ones first, as the evidence package takes them."""
    key = house.documents.case_files.recordings_key(case)
    return [
        EvidenceFile(
            name=name,
            sha256=sha256,
            size=_size(path),
            open=partial(open_clear, path, recording_key(key, path.parent.name)),
        )
        for name, path, sha256 in _noted(case)
    ]


def recording_folders(house: House, case: CaseRecord) -> dict[str, tuple[Path, bytes]]:
    """Folder and key of each recording of a case, by the recording's identifier, in the order they were made."""
    key = house.documents.case_files.recordings_key(case)
    folders = {path.parent.name: path.parent for _, path, _ in _noted(case)}
    return {name: (folder, recording_key(key, name)) for name, folder in sorted(folders.items())}


def install(house: House) -> None:
    """Follows every move of every ticket."""

    async def moved(event: TicketMoved) -> None:
        ticket = await house.scheduler.board.as_of(event)
        state = TicketState(ticket.state)
        if state is TicketState.SERVING:
            await _begin(house, ticket)
        elif state not in IN_HAND and house.recorder.recording(ticket.id):
            # Making the file takes a while; other events must not wait for it.
            house.tasks.spawn(_stop(house, ticket.id), name="recording stop")

    async def failed(event: RecordingFailed) -> None:
        if event.reason == "not_closed":
            house.database.damaged("recordings", event.recording_id, event.reason)

    house.bus.subscribe(TicketMoved, moved)
    house.bus.subscribe(RecordingFailed, failed)


async def take_up(house: House) -> None:
    """Goes on recording the sessions that a former process left in mid-call."""
    for ticket in house.scheduler.board.in_hand():
        if TicketState(ticket.state) is not TicketState.SERVING:
            continue
        try:
            await _begin(house, ticket)
        except Exception as error:
            house.database.damaged("recording_of_ticket", ticket.id, error)


async def recover(house: House) -> None:
    """Joins to their cases the recordings that a killed process left; one that cannot be joined is set aside."""

    async def key_of(session_id: str) -> bytes | None:
        try:
            case = await house.documents.case_files.of_ticket(session_id)
            if case is not None:
                return house.documents.case_files.recordings_key(case)
            house.database.damaged("recordings_of_ticket", session_id, "no_case")
            return None
        except DatabaseBusy:
            raise
        except Exception as error:
            # One case that cannot be opened keeps no other's recordings from being made.
            house.database.damaged("recordings_of_ticket", session_id, error)
            return None

    for recording in await house.recorder.recover_all(key_of):
        try:
            await _join(house, recording)
        except (DatabaseBusy, MediaUnavailable):
            raise
        except Exception as error:
            house.database.damaged("recordings", recording.recording_id, error)


async def _begin(house: House, ticket: TicketView) -> None:
    if not agreed_to_recording(house, ticket):
        return
    case_files, case_id = house.documents.case_files, await open_case(house, ticket)
    if not house.recorder.recording(ticket.id):
        await case_files.note(SYSTEM, case_id, "recording_begun")
    # Also while it runs: should the node be lost that it runs on, the next one is given the key.
    await house.recorder.start(ticket.id, case_files.recordings_key(await case_files.file(case_id)))


async def _stop(house: House, session_id: str) -> None:
    try:
        await _join(house, await house.recorder.stop(session_id))
    except (RecordingNotClosed, MediaUnavailable):
        # The segments are kept, and the next recovery tries again.
        _log.exception("recording_not_closed", session=session_id)


async def _join(house: House, recording: RecordingFile) -> None:
    case = await house.documents.case_files.of_ticket(recording.session_id)
    if case is None:
        _log.warning("recording_without_case", session=recording.session_id)
        return
    known = cast(list[dict[str, Any]], case.recording["files"]) if case.recording else []
    files = {one["name"]: one for one in [*known, *_files(recording)]}
    ordered = sorted(files.values(), key=lambda one: (one["name"].endswith(".seg"), one["name"]))
    if ordered != known:
        await house.documents.case_files.join_recording(case.id, {"files": ordered})
    await house.recorder.acknowledge(recording)


def _noted(case: CaseRecord) -> list[tuple[str, Path, str]]:
    """Name, path and SHA-256 of each file of a case's recordings."""
    files = cast(list[dict[str, Any]], case.recording["files"]) if case.recording else []
    return [(one["name"], Path(one["path"]), one["sha256"]) for one in files]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        # Who opens it will say so.
        return 0


def _files(recording: RecordingFile) -> list[dict[str, str]]:
    named = [(f"{segment.number:08}.seg", segment.sha256) for segment in recording.segments]
    if recording.file is not None:
        named.append((recording.file, recording.sha256))
    return [
        {"name": f"{recording.recording_id}/{name}", "path": str(recording.folder / name), "sha256": sha256}
        for name, sha256 in named
    ]
