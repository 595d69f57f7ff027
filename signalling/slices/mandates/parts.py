"""What mandates need."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from document_relay.acting_forms import ActingForms
from document_relay.case_files import CaseFiles
from document_relay.home_visits import HomeVisits
from document_relay.mandate_making import MandateMaking
from document_relay.mandates import Mandates
from foundation.clock import Clock
from foundation.events import Bus
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    mandates: Mandates
    making: MandateMaking
    acting_forms: ActingForms
    home_visits: HomeVisits
    registry: Registry
    clock: Clock
    zone: ZoneInfo
    """Of the days in which mandates end."""
