"""What cases need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from directory.catalogue import Catalogue
from directory.personal import PersonalSettings
from document_relay.case_access import CaseAccess
from document_relay.case_files import CaseFiles
from document_relay.case_search import CaseSearch
from document_relay.evidence.package import Evidence, RecordingFile
from document_relay.material_pages import MaterialPages
from document_relay.records import CaseRecord
from foundation.events import Bus
from scheduler.board import Board
from scheduler.reception import Reception
from signalling.slices.cases.stills import Stills
from signalling.slices.cases.ticket_cases import TicketCases
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    pages: MaterialPages
    access: CaseAccess
    search: CaseSearch
    zone: ZoneInfo
    """Of the days that are searched."""
    evidence: Evidence
    recording_files: Callable[[CaseRecord], list[RecordingFile]]
    """The files of a case's recordings, which its evidence holds."""
    cases: TicketCases
    stills: Stills
    personal: PersonalSettings
    """Holds the phrases of who reviews."""
    board: Board
    reception: Reception
    catalogue: Catalogue
    registry: Registry
