"""What is drawn goes with its picture: a video that stops, a hold, a colleague who leaves, the end of the call."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.events import PageDelivered
from rtc_server.sessions.interface import MediaEvent, SourceStopped
from scheduler.board import clerks_of
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from scheduler.records import Ticket
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation import acts
from signalling.slices.annotation.annotations import Drew
from signalling.slices.annotation.drawing_members import SOURCES, TOPIC, note, show
from signalling.slices.annotation.parts import Parts
from signalling.slices.calls.ports import guest_name, member_name


def follow(parts: Parts) -> None:
    """Follows the tickets, the guests of their sessions, and the videos."""
    _follow_tickets(parts)
    _follow_pictures(parts)
    _follow_pages(parts)


def _follow_tickets(parts: Parts) -> None:
    def changed(former: Ticket | None, now: Ticket) -> None:
        was = None if former is None else former.state
        if now.state not in IN_SESSION:
            _end(parts, now.id, gone=True)
        elif was != now.state and TicketState.ON_HOLD in (was, now.state):
            # Neither what was drawn before a hold nor what was drawn during it is of the other time.
            _end(parts, now.id, gone=False)
        elif former is not None and former.clerk_id != now.clerk_id:
            _end_pictures(parts, now.id, [f"window.{one}" for one in SOURCES])
        parts.registry.invalidate({now.worker_id} | clerks_of(former, now), TOPIC)
        parts.registry.invalidate([one.member.person_id for one in parts.sessions.guests(now.id)], TOPIC)

    parts.board.on_ticket(changed)


def _follow_pictures(parts: Parts) -> None:
    def told(event: MediaEvent) -> None:
        if isinstance(event, SourceStopped):
            participant = ParticipantId.parse(event.participant_id)
            ticket = parts.sessions.ticket_of(participant)
            if ticket is not None:
                _end_pictures(parts, ticket.id, [f"{member_name(ticket, participant)}.{event.source.value}"])
                show(parts, ticket)

    def guests_changed(person_id: str) -> None:
        surfaces = [f"{guest_name(person_id)}.{one}" for one in SOURCES]
        for session_id in list(parts.drawn):
            if all(one.member.person_id != person_id for one in parts.sessions.guests(session_id)):
                _end_pictures(parts, session_id, surfaces)
        parts.registry.invalidate([person_id], TOPIC)

    parts.media.subscribe(told)
    parts.sessions.guest_changes.subscribe(guests_changed)


def _follow_pages(parts: Parts) -> None:
    async def delivered(event: PageDelivered) -> None:
        file = await parts.case_files.file(event.case_id)
        drawings = parts.drawn.get(file.ticket_id)
        if drawings is None:
            return
        whole = await parts.case_files.whole(event.case_id)
        page = whole.page(event.page_id)
        with_drawing = page.capture == "clerk_still_drawn"
        kept = drawings.awaited(event.case_id, event.material_id, None if with_drawing else page.sha256)
        if kept is None:
            return
        who, act = (kept.by.id, kept.by.name), acts.KEPT_DRAWN if with_drawing else acts.KEPT
        hashes = {"sha256": page.sha256} | ({"strokes_sha256": kept.strokes_sha256} if with_drawing else {})
        material = whole.material(event.material_id).name_zh
        # Before it is noted: who asks once more meanwhile waits for the next page.
        drawings.came(kept, drawn=with_drawing)
        try:
            await parts.cases.note(file.ticket_id, who, act, material=material, **hashes)
        except BaseException:
            # The event is told again.
            drawings.keep(kept, plain=not with_drawing, drawn=with_drawing)
            raise

    parts.bus.subscribe(PageDelivered, delivered)


def _end(parts: Parts, session_id: str, *, gone: bool) -> None:
    parts.frozen.forget(session_id)
    drawn = parts.drawn.get(session_id)
    if drawn is not None:
        _note(parts, session_id, drawn.end_all())
    if gone:
        parts.drawn.pop(session_id, None)


def _end_pictures(parts: Parts, session_id: str, surfaces: Sequence[str]) -> None:
    drawn = parts.drawn.get(session_id)
    if drawn is not None:
        _note(parts, session_id, [one for surface in surfaces for one in drawn.end(surface)])


def _note(parts: Parts, session_id: str, drew: Sequence[Drew]) -> None:
    if drew:
        parts.tasks.spawn(note(parts, session_id, drew), name="drawing noted")
