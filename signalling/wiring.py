"""Makes the parts of each slice, from the features and from what several slices share."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from directory.demonstration.duty import DUTY
from foundation.listeners import Listeners
from foundation.tasks import Tasks
from scheduler.views import TicketView
from signalling.features import Features
from signalling.scheduler_catalogue import SchedulerCatalogue
from signalling.slices import (
    accounts,
    annotation,
    appointments,
    callbacks,
    calls,
    cameras,
    cases,
    chat,
    consultations,
    desks,
    documents,
    findings,
    guests,
    health,
    helping,
    notices,
    recordings,
    supervision,
    tickets,
    transfers,
    visitors,
)
from signalling.slices.calls.link_figures import LinkFigures
from signalling.slices.calls.links import Links
from signalling.slices.calls.metrics import LinkCollector
from signalling.slices.calls.reception_figures import ReceptionFigures
from signalling.slices.calls.sendings import Sendings
from signalling.slices.calls.session_views import SessionViews
from signalling.slices.calls.sessions import CallSessions
from signalling.slices.cameras.looking import show_room_again
from signalling.slices.cameras.ports import hall_views
from signalling.slices.cameras.room_cameras import RoomCameras
from signalling.slices.cases.stills import Stills
from signalling.slices.cases.ticket_cases import TicketCases
from signalling.slices.chat.conversations import Conversations
from signalling.slices.consultations.consultation import Consultations
from signalling.slices.desks.cards import QueueCards
from signalling.slices.guests.lobby import Lobby
from signalling.slices.health.checkup import Checkups, Questions
from signalling.slices.health.disk_use import DiskUse
from signalling.slices.health.metrics import Collector, Counted, Metrics
from signalling.slices.helping.help_requests import HelpRequests
from signalling.slices.notices.metrics import NoticeCollector
from signalling.slices.recordings.files import recording_files
from signalling.slices.tickets.cards import TicketCards
from signalling.slices.tickets.openings import Hours, Openings
from signalling.slices.tickets.told import Told
from signalling.slices.visitors.guesses import Guesses
from signalling.transport.lifecycle import Lifecycle
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry


class Wiring:
    """Makes the parts of each slice; what several of them share is made once."""

    def __init__(self, features: Features) -> None:
        self.on = on = features
        self.acts = Tasks()
        self.lifecycle = Lifecycle()
        self.registry = Registry()
        self._session_changes: Listeners[TicketView] = Listeners()
        self._hall_changes: Listeners[None] = Listeners()
        self._stills = Stills()
        self._rooms = RoomCameras()
        self._link_figures = LinkFigures()
        self._reception_figures = ReceptionFigures()
        self._damaged = on.ground.database.damaged
        reception, board = on.scheduler.reception, on.scheduler.board
        self._cards = TicketCards(on.directory.catalogue, reception, on.scheduler.places)
        self._sessions = CallSessions(on.media, on.whip, board, reception)
        room_of = partial(self._rooms.state_at, on.cameras)
        self._session_views = SessionViews(reception, on.recorder, self._sessions, room_of)
        self._cases = TicketCases(
            case_files=on.documents.case_files,
            index=on.documents.case_index,
            catalogue=on.directory.catalogue,
            reception=reception,
            name_of=on.directory.people.name,
            damaged=self._damaged,
        )

    def health(self) -> health.Parts:
        """What health needs."""
        on = self.on
        reserve = on.settings.disk_reserve_bytes
        questions = Questions(on.ground.outbox, on.disk, on.documents.uploads.has_space, reserve, on.ground.clock)
        collectors: list[Collector] = [
            LinkCollector(self._link_figures),
            self._reception_figures,
            NoticeCollector(on.notices.figures),
        ]
        counted = Counted(
            media=on.media,
            recorder=on.recorder,
            connections=self.registry,
            tasks=on.tasks,
            set_aside=on.set_aside,
            disk=on.disk,
            disk_use=DiskUse(on.settings.data_dir, on.ground.clock),
            reserve=reserve,
        )
        return health.Parts(
            settings=on.settings,
            lifecycle=self.lifecycle,
            checkups=Checkups(questions, on.tasks, on.ground.clock),
            tasks=on.tasks,
            media=on.media,
            imaging=on.imaging,
            recorder=on.recorder,
            set_aside=on.set_aside,
            metrics=Metrics(counted, collectors),
        )

    def accounts(self) -> accounts.Parts:
        """What accounts need."""
        on = self.on
        return accounts.Parts(
            sign_in=on.directory.sign_in,
            sessions=on.directory.sessions,
            catalogue=on.directory.catalogue,
            clock=on.ground.clock,
            registry=self.registry,
        )

    def appointments(self) -> appointments.Parts:
        """What appointments need."""
        on = self.on
        zone = ZoneInfo(on.settings.time_zone)
        return appointments.Parts(
            bus=on.ground.bus,
            appointments=on.scheduler.appointments,
            catalogue=on.directory.catalogue,
            registry=self.registry,
            readers=Readers(),
            channels=on.notices.notifier.channels,
            today=lambda: on.ground.clock.now().astimezone(zone).date(),
        )

    def calls(self) -> calls.Parts:
        """What calls need."""
        on = self.on
        return calls.Parts(
            bus=on.ground.bus,
            tasks=on.tasks,
            media=on.media,
            whip=on.whip,
            relays=on.relays,
            relay_only=on.settings.relay_only,
            sessions=self._sessions,
            links=Links(),
            sendings=Sendings(),
            link_figures=self._link_figures,
            reception_figures=self._reception_figures,
            board=on.scheduler.board,
            desk=on.scheduler.desk,
            reception=on.scheduler.reception,
            people=on.directory.people,
            registry=self.registry,
            session_changes=self._session_changes,
            connected=partial(show_room_again, self.cameras()),
            damaged=self._damaged,
        )

    def cases(self) -> cases.Parts:
        """What cases need."""
        on = self.on
        return cases.Parts(
            bus=on.ground.bus,
            case_files=on.documents.case_files,
            pages=on.documents.pages,
            access=on.documents.access,
            search=on.documents.search,
            zone=ZoneInfo(on.settings.time_zone),
            evidence=on.documents.evidence,
            recording_files=partial(recording_files, on.documents.case_files),
            cases=self._cases,
            stills=self._stills,
            personal=on.directory.personal,
            board=on.scheduler.board,
            reception=on.scheduler.reception,
            catalogue=on.directory.catalogue,
            registry=self.registry,
        )

    def chat(self) -> chat.Parts:
        """What chat needs."""
        on = self.on
        return chat.Parts(
            conversations=Conversations(),
            sessions=self._sessions,
            cases=self._cases,
            case_files=on.documents.case_files,
            personal=on.directory.personal,
            board=on.scheduler.board,
            clock=on.ground.clock,
            registry=self.registry,
        )

    def annotation(self) -> annotation.Parts:
        """What drawing needs."""
        on = self.on
        return annotation.Parts(
            sessions=self._sessions,
            cases=self._cases,
            case_files=on.documents.case_files,
            media=on.media,
            board=on.scheduler.board,
            tasks=on.tasks,
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            registry=self.registry,
        )

    def tickets(self) -> tickets.Parts:
        """What tickets need."""
        on = self.on
        hours = Hours(on.directory.catalogue, on.ground.clock, on.settings.time_zone)
        return tickets.Parts(
            bus=on.ground.bus,
            reception=on.scheduler.reception,
            desk=on.scheduler.desk,
            board=on.scheduler.board,
            places=on.scheduler.places,
            facts=SchedulerCatalogue(on.directory.catalogue),
            catalogue=on.directory.catalogue,
            registry=self.registry,
            pace=Pace(),
            cards=self._cards,
            told=Told(),
            openings=Openings(on.scheduler.board.is_reached, hours.opens_at),
            open_case=self._cases.open_case,
            note=self._cases.note,
            history_of=self._cases.history_of,
            clock=on.ground.clock,
            session_of=self._session_views.of,
            case_of=self._cases.of_ticket,
            still_of=self._stills.of,
            halls_of=partial(hall_views, on.cameras),
            organisation_of=on.directory.visits.organisation,
            session_changes=self._session_changes,
            still_changes=self._stills.changes,
            hall_changes=self._hall_changes,
        )

    def desks(self) -> desks.Parts:
        """What desks need."""
        on = self.on
        return desks.Parts(
            bus=on.ground.bus,
            desk=on.scheduler.desk,
            board=on.scheduler.board,
            callbacks=on.scheduler.callbacks,
            catalogue=on.directory.catalogue,
            clock=on.ground.clock,
            time_zone=on.settings.time_zone,
            registry=self.registry,
            pace=Pace(),
            cards=QueueCards(on.directory.catalogue, self._cards.applicant),
            card_of=self._cards.card,
            handover_of=on.scheduler.reception.handover,
            session_of=self._session_views.of,
            case_of=self._cases.of_ticket,
            note=self._cases.note,
            session_changes=self._session_changes,
        )

    def notices(self) -> notices.Parts:
        """What notices need."""
        return notices.Parts(dispatcher=self.on.notices.dispatcher, simulator=self.on.notices.simulator)

    def visitors(self) -> visitors.Parts:
        """What visitors need."""
        on = self.on
        return visitors.Parts(
            visits=on.directory.visits,
            codes=on.directory.codes,
            guesses=Guesses(on.ground.clock),
            appointments=on.scheduler.appointments,
            catalogue=on.directory.catalogue,
            board=on.scheduler.board,
            registry=self.registry,
        )

    def transfers(self) -> transfers.Parts:
        """What transfers need."""
        on = self.on
        return transfers.Parts(
            transfers=on.scheduler.transfers,
            board=on.scheduler.board,
            catalogue=on.directory.catalogue,
            note=self._cases.note,
        )

    def callbacks(self) -> callbacks.Parts:
        """What callbacks need."""
        return callbacks.Parts(
            callbacks=self.on.scheduler.callbacks,
            board=self.on.scheduler.board,
            registry=self.registry,
            readers=Readers(),
            card_of=self._cards.card,
            note=self._cases.note,
        )

    def consultations(self) -> consultations.Parts:
        """What consultations need."""
        on = self.on
        zone = ZoneInfo(on.settings.time_zone)
        return consultations.Parts(
            consultations=Consultations(),
            rota=DUTY if on.settings.demonstration else {},
            wall_time=lambda: on.ground.clock.now().astimezone(zone).time(),
            bus=on.ground.bus,
            tasks=on.tasks,
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            media=on.media,
            sessions=self._sessions,
            cases=self._cases,
            access=on.documents.access,
            board=on.scheduler.board,
            desk=on.scheduler.desk,
            transfers=on.scheduler.transfers,
            reception=on.scheduler.reception,
            catalogue=on.directory.catalogue,
            registry=self.registry,
            card_of=self._cards.card,
            session_of=self._session_views.of,
            session_changes=self._session_changes,
        )

    def guests(self) -> guests.Parts:
        """What guests from outside need."""
        on = self.on
        return guests.Parts(
            lobby=Lobby(),
            guests=on.directory.guests,
            bus=on.ground.bus,
            tasks=on.tasks,
            media=on.media,
            sessions=self._sessions,
            cases=self._cases,
            board=on.scheduler.board,
            reception=on.scheduler.reception,
            catalogue=on.directory.catalogue,
            registry=self.registry,
            session_of=self._session_views.of,
            session_changes=self._session_changes,
        )

    def documents(self) -> documents.Parts:
        """What documents need."""
        on = self.on.documents
        return documents.Parts(
            documents=on.documents,
            signing=on.signing,
            authority=on.authority,
            upload_limit_bytes=self.on.settings.upload_limit_bytes,
        )

    def findings(self) -> findings.Parts:
        """What findings need."""
        on, zone = self.on.documents, ZoneInfo(self.on.settings.time_zone)
        return findings.Parts(
            bus=self.on.ground.bus,
            case_files=on.case_files,
            joint=on.joint,
            findings=on.findings,
            answers=on.answers,
            catalogue=self.on.directory.catalogue,
            registry=self.registry,
            today=lambda: self.on.ground.clock.now().astimezone(zone).date(),
        )

    def recordings(self) -> recordings.Parts:
        """What recordings need."""
        on = self.on
        return recordings.Parts(
            bus=on.ground.bus,
            tasks=on.tasks,
            recorder=on.recorder,
            replays=on.replays,
            cases=self._cases,
            case_files=on.documents.case_files,
            board=on.scheduler.board,
            reception=on.scheduler.reception,
            name_of=on.directory.people.name,
            sign_in=on.directory.sign_in,
            session_changes=self._session_changes,
            damaged=self._damaged,
        )

    def supervision(self) -> supervision.Parts:
        """What supervision needs."""
        on = self.on
        return supervision.Parts(
            bus=on.ground.bus,
            tasks=on.tasks,
            media=on.media,
            sessions=self._sessions,
            cases=self._cases,
            board=on.scheduler.board,
            reception=on.scheduler.reception,
            catalogue=on.directory.catalogue,
            registry=self.registry,
            pace=Pace(),
            card_of=self._cards.card,
            session_of=self._session_views.of,
            session_changes=self._session_changes,
        )

    def helping(self) -> helping.Parts:
        """What asking for help needs."""
        on = self.on
        return helping.Parts(
            requests=HelpRequests(),
            board=on.scheduler.board,
            catalogue=on.directory.catalogue,
            note=self._cases.note,
            registry=self.registry,
            clock=on.ground.clock,
        )

    def cameras(self) -> cameras.Parts:
        """What cameras need."""
        on = self.on
        return cameras.Parts(
            bus=on.ground.bus,
            cameras=on.cameras,
            rooms=self._rooms,
            media=on.media,
            sessions=self._sessions,
            cases=self._cases,
            board=on.scheduler.board,
            reception=on.scheduler.reception,
            intake=on.directory.intake,
            registry=self.registry,
            session_changes=self._session_changes,
            hall_changes=self._hall_changes,
        )
