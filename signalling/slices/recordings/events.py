"""A session is recorded when the resident agreed, and the recording joins the case file when it is over.

The case's log says so first: it has what the resident answered since the ticket was taken, and that the recording
begins before the recorder is given its first packet. When the log cannot be written, nothing is recorded. What keeps a
recording back is shown on both pages of its session and noted in its case; so is that it went on.
"""

from __future__ import annotations

import asyncio

import structlog

from document_relay.case_files import SYSTEM
from foundation.database import DatabaseBusy
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingEvent,
    RecordingFailed,
    RecordingFile,
    RecordingNotClosed,
    RecordingResumed,
    RecordingStarted,
)
from rtc_server.sessions.errors import MediaUnavailable
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.views import TicketView
from signalling.slices.recordings.acts import PAUSES
from signalling.slices.recordings.files import noted_files, with_files_of
from signalling.slices.recordings.parts import Parts
from signalling.slices.tickets.ports import Said

_log = structlog.get_logger("signalling.recording")
_RECOVER_SECONDS = 60.0


def follow(parts: Parts) -> None:
    """Follows every move of every ticket, and what the recorder tells."""
    _follow_tickets(parts)
    _follow_recorder(parts)


async def restore(parts: Parts) -> None:
    """Goes on recording the sessions that a former process left in mid-call."""
    parts.tasks.spawn(_take_up(parts), name="recordings taken up")


async def recover_for_ever(parts: Parts) -> None:
    """Joins to their cases the recordings that a killed process has left: a media node may come back at any time."""
    while True:
        try:
            await _recover(parts)
        except (DatabaseBusy, MediaUnavailable):
            _log.warning("recording_recovery_interrupted")
        await asyncio.sleep(_RECOVER_SECONDS)


def _follow_tickets(parts: Parts) -> None:
    async def moved(event: TicketMoved) -> None:
        ticket = await parts.board.as_of(event)
        state = TicketState(ticket.state)
        if state is TicketState.SERVING:
            await _begin(parts, ticket)
        elif state not in IN_SESSION and parts.recorder.recording(ticket.id):
            # Making the file takes a while; other events must not wait for it.
            parts.tasks.spawn(_stop(parts, ticket.id), name="recording stop")

    parts.bus.subscribe(TicketMoved, moved)


def _follow_recorder(parts: Parts) -> None:
    async def show(event: RecordingEvent) -> None:
        parts.session_changes.tell(await parts.reception.ticket(event.session_id))

    async def failed(event: RecordingFailed) -> None:
        if event.reason == "not_closed":
            parts.damaged("recordings", event.recording_id, event.reason)
        await show(event)
        if act := PAUSES.get(event.reason):
            await parts.cases.note(event.session_id, SYSTEM, act)

    async def resumed(event: RecordingResumed) -> None:
        await show(event)
        await parts.cases.note(event.session_id, SYSTEM, "recording_resumed", seconds=f"{event.seconds:.0f}")

    parts.bus.subscribe(RecordingStarted, show)
    parts.bus.subscribe(RecordingFailed, failed)
    parts.bus.subscribe(RecordingResumed, resumed)
    parts.bus.subscribe(RecordingClosed, show)


async def _take_up(parts: Parts) -> None:
    for ticket in parts.board.in_hand():
        if TicketState(ticket.state) is not TicketState.SERVING:
            continue
        try:
            await _begin(parts, ticket)
        except Exception as error:
            parts.damaged("recording_of_ticket", ticket.id, error)


async def _recover(parts: Parts) -> None:
    """One that cannot be joined is set aside."""

    async def key_of(session_id: str) -> bytes | None:
        try:
            case = await parts.case_files.of_ticket(session_id)
            if case is not None:
                return parts.case_files.recordings_key(case)
        except DatabaseBusy:
            raise
        except Exception as error:
            # One case that cannot be opened keeps no other's recordings from being made.
            parts.damaged("recordings_of_ticket", session_id, error)
        return None

    for recording in await parts.recorder.recover_all(key_of):
        try:
            await _join(parts, recording)
        except (DatabaseBusy, MediaUnavailable):
            raise
        except Exception as error:
            parts.damaged("recordings", recording.recording_id, error)


async def _begin(parts: Parts, ticket: TicketView) -> None:
    if not Said.of(parts.reception.answers(ticket)).consent:
        return
    case_id = await parts.cases.open_case(ticket)
    if not parts.recorder.recording(ticket.id):
        await parts.case_files.note(SYSTEM, case_id, "recording_begun")
    # Also while it runs: should the node be lost that it runs on, the next one is given the key.
    key = parts.case_files.recordings_key(await parts.case_files.file(case_id))
    await parts.recorder.start(ticket.id, key)


async def _stop(parts: Parts, session_id: str) -> None:
    try:
        await _join(parts, await parts.recorder.stop(session_id))
    except (RecordingNotClosed, MediaUnavailable):
        # The segments are kept, and the next recovery tries again.
        _log.exception("recording_not_closed", session=session_id)


async def _join(parts: Parts, recording: RecordingFile) -> None:
    case = await parts.case_files.of_ticket(recording.session_id)
    if case is None:
        _log.warning("recording_without_case", session=recording.session_id)
        return
    files = with_files_of(case, recording)
    if files != noted_files(case):
        await parts.case_files.join_recording(case.id, {"files": files})
    await parts.recorder.acknowledge(recording)
