"""What forms need."""

from __future__ import annotations

from dataclasses import dataclass, field

from directory.catalogue import Catalogue
from document_relay.case_files import CaseFiles
from document_relay.shared_forms import SharedForms
from foundation.clock import Clock
from foundation.events import Bus
from foundation.rate import RateLimit
from signalling.slices.forms.presence import Presence
from signalling.transport.websocket.registry import Registry

CHANGES_A_SECOND = 12.0
CHANGES_AT_ONCE = 30.0


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    forms: SharedForms
    catalogue: Catalogue
    clock: Clock
    registry: Registry
    presence: Presence = field(default_factory=Presence)
    pace: RateLimit = field(default_factory=lambda: RateLimit(CHANGES_A_SECOND, CHANGES_AT_ONCE))
