"""Makes the parts of the slices that a call has: its media, who takes part, and what they do there."""

from __future__ import annotations

from functools import partial

from signalling.slices import (
    annotation,
    calls,
    cameras,
    chat,
    consultations,
    guests,
    helping,
    supervision,
)
from signalling.slices.calls.links import Links
from signalling.slices.calls.sendings import Sendings
from signalling.slices.cameras.looking import show_room_again
from signalling.slices.chat.conversations import Conversations
from signalling.slices.consultations.consultation import Consultations
from signalling.slices.guests.lobby import Lobby
from signalling.slices.helping.help_requests import HelpRequests
from signalling.transport.websocket.pace import Pace
from signalling.wiring.shared import Shared


def calls_parts(shared: Shared) -> calls.Parts:
    """What calls need."""
    on = shared.on
    return calls.Parts(
        bus=on.ground.bus,
        tasks=on.tasks,
        media=on.media,
        whip=on.whip,
        relays=on.relays,
        relay_only=on.settings.relay_only,
        sessions=shared.sessions,
        links=Links(),
        sendings=Sendings(),
        link_figures=shared.link_figures,
        reception_figures=shared.reception_figures,
        board=on.scheduler.board,
        desk=on.scheduler.desk,
        reception=on.scheduler.reception,
        people=on.directory.people,
        registry=shared.registry,
        session_changes=shared.session_changes,
        connected=partial(show_room_again, cameras_parts(shared)),
        damaged=shared.damaged,
    )


def consultations_parts(shared: Shared) -> consultations.Parts:
    """What consultations need."""
    on = shared.on
    return consultations.Parts(
        consultations=Consultations(),
        duty=shared.duty,
        bus=on.ground.bus,
        damaged=shared.damaged,
        tasks=on.tasks,
        clock=on.ground.clock,
        identifiers=on.ground.identifiers,
        media=on.media,
        sessions=shared.sessions,
        cases=shared.cases,
        access=on.documents.access,
        board=on.scheduler.board,
        desk=on.scheduler.desk,
        transfers=on.scheduler.transfers,
        reception=on.scheduler.reception,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        card_of=shared.cards.card,
        session_of=shared.session_views.of,
        session_changes=shared.session_changes,
    )


def guests_parts(shared: Shared) -> guests.Parts:
    """What guests from outside need."""
    on = shared.on
    return guests.Parts(
        lobby=Lobby(),
        guests=on.directory.guests,
        bus=on.ground.bus,
        tasks=on.tasks,
        media=on.media,
        sessions=shared.sessions,
        cases=shared.cases,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        session_of=shared.session_views.of,
        session_changes=shared.session_changes,
    )


def supervision_parts(shared: Shared) -> supervision.Parts:
    """What supervision needs."""
    on = shared.on
    return supervision.Parts(
        bus=on.ground.bus,
        tasks=on.tasks,
        media=on.media,
        sessions=shared.sessions,
        cases=shared.cases,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        pace=Pace(),
        card_of=shared.cards.card,
        session_of=shared.session_views.of,
        session_changes=shared.session_changes,
    )


def helping_parts(shared: Shared) -> helping.Parts:
    """What asking for help needs."""
    on = shared.on
    return helping.Parts(
        requests=HelpRequests(),
        board=on.scheduler.board,
        catalogue=on.directory.catalogue,
        note=shared.cases.note,
        registry=shared.registry,
        clock=on.ground.clock,
    )


def cameras_parts(shared: Shared) -> cameras.Parts:
    """What cameras need."""
    on = shared.on
    return cameras.Parts(
        bus=on.ground.bus,
        cameras=on.cameras,
        rooms=shared.rooms,
        media=on.media,
        sessions=shared.sessions,
        cases=shared.cases,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        intake=on.directory.intake,
        registry=shared.registry,
        session_changes=shared.session_changes,
        hall_changes=shared.hall_changes,
    )


def chat_parts(shared: Shared) -> chat.Parts:
    """What chat needs."""
    on = shared.on
    return chat.Parts(
        conversations=Conversations(),
        sessions=shared.sessions,
        cases=shared.cases,
        history_of=shared.cases.history_of,
        damaged=shared.damaged,
        personal=on.directory.personal,
        board=on.scheduler.board,
        clock=on.ground.clock,
        registry=shared.registry,
    )


def annotation_parts(shared: Shared) -> annotation.Parts:
    """What drawing needs."""
    on = shared.on
    return annotation.Parts(
        sessions=shared.sessions,
        cases=shared.cases,
        case_files=on.documents.case_files,
        media=on.media,
        board=on.scheduler.board,
        bus=on.ground.bus,
        tasks=on.tasks,
        clock=on.ground.clock,
        identifiers=on.ground.identifiers,
        registry=shared.registry,
    )
