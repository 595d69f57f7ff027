"""The features put together, each once: directory, scheduler, media and documents on one ground."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from directory.assembly import Directory, TokenRules
from directory.assembly import Needs as DirectoryNeeds
from directory.assembly import assemble as assemble_directory
from directory.audit_head import HeadExport, open_audit
from directory.booked_visits import BookedVisits
from directory.cameras import Cameras
from directory.catalogue import Catalogue
from document_relay.assembly import DocumentRelay, Needs
from document_relay.assembly import assemble as assemble_documents
from document_relay.case_core.history import Act
from document_relay.disk_budget import DiskBudget
from document_relay.events import CASE_EVENTS
from document_relay.imaging import Imaging
from document_relay.notice_library import notice_texts as case_texts
from document_relay.uploads import UploadLimits
from foundation.blobs import FileBlobs
from foundation.clock import Clock, SystemClock
from foundation.database import Database, Outbox
from foundation.database.migrate import migrate
from foundation.disk import Disk
from foundation.events import LocalBus
from foundation.identifiers import Identifiers, SystemIdentifiers
from foundation.notifying import Channel, Dispatcher, NoticeFigures, Notifier, Sender, Simulator
from foundation.notifying.dispatcher import DispatcherParts
from foundation.notifying.smtp import SmtpSender, SmtpServer
from foundation.set_aside import SetAside
from foundation.settings import Settings
from foundation.tasks import Tasks
from foundation.vault import Vault
from rtc_server.node.nodes import MediaNodes
from rtc_server.node.recordings import NodeRecordings
from rtc_server.recording.interface import Recordings
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.replays import Replays
from rtc_server.sessions.interface import MediaPlane, MediaSettings
from rtc_server.sessions.server import MediaServer
from rtc_server.turn import Relays
from rtc_server.whip import WhipResources
from scheduler.appointment_notices import notice_texts as appointment_texts
from scheduler.assembly import Scheduler
from scheduler.assembly import assemble as assemble_scheduler
from scheduler.events import SCHEDULER_EVENTS
from scheduler.ports import Ports
from scheduler.presence import InMemoryPresence
from scheduler.rules import Rules
from signalling.identity.faces import VISIT_LINK
from signalling.scheduler_catalogue import SchedulerCatalogue
from signalling.transport.http.notice_senders import SmsGateway, Webhook
from signalling.visit_links import VisitAddresses

_PAPERS, _UPLOADS = "blobs", "uploads"
"""Folders below the data folder."""


@dataclass(frozen=True)
class Ground:
    """What every feature stands on."""

    database: Database
    bus: LocalBus
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    vault: Vault


@dataclass(frozen=True, kw_only=True)
class Notices:
    """Telling people outside; `simulator` is where everything goes with demonstration data."""

    notifier: Notifier
    dispatcher: Dispatcher
    figures: NoticeFigures
    simulator: Simulator | None


@dataclass(frozen=True, kw_only=True)
class Features:
    """What the slices bring together."""

    settings: Settings
    ground: Ground
    tasks: Tasks
    set_aside: SetAside
    directory: Directory
    audit_head: HeadExport
    cameras: Cameras
    notices: Notices
    scheduler: Scheduler
    documents: DocumentRelay
    imaging: Imaging
    media: MediaPlane
    relays: Relays
    whip: WhipResources
    recorder: Recordings
    replays: Replays
    disk: Disk


async def open_features(settings: Settings, imaging: Imaging | None, acts: Sequence[Act]) -> Features:
    """Makes every feature and brings the database to this version's tables.

    Without `imaging` they have children of their own. `acts` are what slices write into a case's history.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = SystemClock()
    tasks, bus, set_aside = Tasks(), LocalBus(), SetAside(settings.data_dir, clock)
    # First, since it refuses settings that cannot be before anything is opened.
    media, recorder = _media(settings, clock, tasks, bus)
    ground = await _ground(settings, clock, bus, set_aside)
    tokens = TokenRules(ground.vault.secret("access-token"), settings.demonstration)
    audit, audit_head = open_audit(ground.database, clock, ground.vault, settings.data_dir)
    directory = assemble_directory(
        DirectoryNeeds(ground.database, clock, ground.identifiers, audit, ground.vault), tokens
    )
    imaging = imaging or Imaging()
    notices = _notices(ground, settings)
    # Papers and uploads may lie on file systems of their own.
    disk = Disk([settings.data_dir / name for name in (".", _PAPERS, _UPLOADS)], clock)
    return Features(
        settings=settings,
        ground=ground,
        tasks=tasks,
        set_aside=set_aside,
        directory=directory,
        audit_head=audit_head,
        cameras=Cameras(ground.database, directory.catalogue, ground.vault),
        notices=notices,
        scheduler=_scheduler(ground, directory.catalogue, notices.notifier, settings),
        documents=_documents(ground, (imaging, disk), notices.notifier, settings, acts),
        imaging=imaging,
        media=media,
        relays=Relays(settings.turn_urls, settings.turn_secret, clock),
        whip=WhipResources(media, ground.identifiers),
        recorder=recorder,
        replays=Replays(),
        disk=disk,
    )


async def _ground(settings: Settings, clock: Clock, bus: LocalBus, set_aside: SetAside) -> Ground:
    """The database with this version's tables, and what belongs to it."""
    database = Database.open(settings.effective_database_url)
    database.on_damaged(set_aside.note)
    vault = Vault.open(settings.data_dir / "keys")
    await migrate(database, vault)
    outbox = Outbox(database, bus, clock, kinds=SCHEDULER_EVENTS + CASE_EVENTS)
    return Ground(database, bus, outbox, clock, SystemIdentifiers(clock), vault)


def _media(settings: Settings, clock: Clock, tasks: Tasks, bus: LocalBus) -> tuple[MediaPlane, Recordings]:
    """Media in this process, or in the nodes that the settings name."""
    if settings.media_nodes:
        nodes = MediaNodes(settings.media_nodes, settings.node_token, clock, tasks)
        return nodes, NodeRecordings(nodes, bus, tasks)
    rules = MediaSettings(host=settings.media_host, port=settings.media_port, advertised=settings.advertised_addresses)
    media = MediaServer(rules, clock, tasks, secrets.token_bytes)
    parts = RecorderParts(
        sessions=media,
        root=settings.data_dir / "recordings",
        clock=clock,
        identifiers=SystemIdentifiers(clock),
        tasks=tasks,
        bus=bus,
    )
    return media, Recorder(parts)


def _scheduler(ground: Ground, catalogue: Catalogue, notifier: Notifier, settings: Settings) -> Scheduler:
    rules = Rules(
        offer_lasts=settings.offer_seconds,
        callback_rings=settings.callback_ring_seconds,
        callback_delay=settings.callback_delay_seconds,
        wrap_up_lasts=settings.wrap_up_seconds,
        grace_lasts=settings.grace_seconds,
        zone=settings.time_zone,
    )
    ports = Ports(
        database=ground.database,
        outbox=ground.outbox,
        clock=ground.clock,
        identifiers=ground.identifiers,
        vault=ground.vault,
        catalogue=SchedulerCatalogue(catalogue),
        presence=InMemoryPresence(ground.clock),
        rules=rules,
        notifier=notifier,
        visits=VisitAddresses(
            BookedVisits(ground.clock, ground.identifiers, ground.vault), settings.effective_public_url
        ),
    )
    return assemble_scheduler(ports)


def _notices(ground: Ground, settings: Settings) -> Notices:
    """With demonstration data nobody is written to, whatever else is set."""
    simulator = Simulator(ground.clock.now) if settings.demonstration else None
    senders = _simulated(simulator) if simulator else _senders(settings, ground.clock)
    figures = NoticeFigures()
    parts = DispatcherParts(
        database=ground.database,
        vault=ground.vault,
        clock=ground.clock,
        senders=senders,
        texts=appointment_texts().joined(case_texts()),
        figures=figures,
    )
    notifier = Notifier(ground.vault, ground.clock, ground.identifiers, senders)
    return Notices(notifier=notifier, dispatcher=Dispatcher(parts), figures=figures, simulator=simulator)


def _simulated(simulator: Simulator) -> Mapping[Channel, Sender]:
    channels: tuple[Channel, ...] = ("sms", "email", "webhook")
    return {channel: simulator.sender(channel) for channel in channels}


def _senders(settings: Settings, clock: Clock) -> Mapping[Channel, Sender]:
    """Those that are set up."""
    senders: dict[Channel, Sender] = {}
    if settings.sms_url:
        senders["sms"] = SmsGateway(settings.sms_url, settings.sms_key)
    if settings.smtp_host:
        server = SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            encryption=settings.smtp_encryption,
            user=settings.smtp_user,
            password=settings.smtp_password,
            sender=settings.smtp_sender,
        )
        senders["email"] = SmtpSender(server)
    if settings.webhook_url:
        senders["webhook"] = Webhook(settings.webhook_url, settings.webhook_secret, clock)
    return senders


def _documents(
    ground: Ground, means: tuple[Imaging, Disk], notifier: Notifier, settings: Settings, acts: Sequence[Act]
) -> DocumentRelay:
    imaging, disk = means
    needs = Needs(
        database=ground.database,
        outbox=ground.outbox,
        clock=ground.clock,
        identifiers=ground.identifiers,
        vault=ground.vault,
        blobs=FileBlobs(settings.data_dir / _PAPERS),
        budget=DiskBudget(disk, settings.disk_reserve_bytes),
        reader=imaging,
        notifier=notifier,
        door=f"{settings.effective_public_url}{VISIT_LINK}",
        acts=acts,
    )
    limits = UploadLimits(length=settings.upload_limit_bytes)
    return assemble_documents(needs, settings.data_dir, ZoneInfo(settings.time_zone), limits, settings.timestamp_url)
