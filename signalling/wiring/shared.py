"""What several slices share, made once."""

from __future__ import annotations

from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from directory.duty_keeping import DutyKeeping
from document_relay.left_cases import Days
from foundation.listeners import Listeners
from foundation.tasks import Tasks
from scheduler.views import TicketView
from signalling.features import Features
from signalling.slices.calls.link_figures import LinkFigures
from signalling.slices.calls.reception_figures import ReceptionFigures
from signalling.slices.calls.session_views import SessionViews
from signalling.slices.calls.sessions import CallSessions
from signalling.slices.cameras.room_cameras import RoomCameras
from signalling.slices.cases.stills import Stills
from signalling.slices.cases.ticket_cases import TicketCases
from signalling.slices.tickets.cards import TicketCards
from signalling.transport.lifecycle import Lifecycle
from signalling.transport.websocket.registry import Registry


class Shared:
    """Made from the features, before the parts of any slice."""

    def __init__(self, features: Features) -> None:
        self.on = on = features
        self.zone = ZoneInfo(on.settings.time_zone)
        self.acts = Tasks()
        self.lifecycle = Lifecycle()
        self.registry = Registry()
        self.session_changes: Listeners[TicketView] = Listeners()
        self.hall_changes: Listeners[None] = Listeners()
        self.stills = Stills()
        self.rooms = RoomCameras()
        self.link_figures = LinkFigures()
        self.reception_figures = ReceptionFigures()
        self.damaged = on.ground.database.damaged
        self.duty = DutyKeeping(
            database=on.ground.database,
            catalogue=on.directory.catalogue,
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            zone=on.settings.time_zone,
        )
        reception, board = on.scheduler.reception, on.scheduler.board
        self.cards = TicketCards(on.directory.catalogue, reception, on.scheduler.places)
        self.sessions = CallSessions(on.media, on.whip, board, reception)
        room_of = partial(self.rooms.state_at, on.cameras)
        self.session_views = SessionViews(reception, on.recorder, self.sessions, room_of)
        self.cases = TicketCases(
            case_files=on.documents.case_files,
            index=on.documents.case_index,
            catalogue=on.directory.catalogue,
            reception=reception,
            name_of=on.directory.people.name,
            damaged=self.damaged,
        )

    def today(self) -> date:
        """The date on the wall of the district."""
        return self.on.ground.clock.now().astimezone(self.zone).date()

    def days(self) -> Days:
        """What days are counted with now."""
        return Days(self.on.directory.catalogue.calendar, self.today(), self.zone)
