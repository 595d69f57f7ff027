"""What findings need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date

from directory.catalogue import Catalogue
from directory.principal import Principal
from directory.senders import Senders
from document_relay.case_files import CaseFiles
from document_relay.findings import Findings
from document_relay.joint_acceptance import JointAcceptances
from document_relay.joint_answer import JointAnswers
from document_relay.left_cases import Days, LeftCases
from document_relay.supplements import Supplements
from foundation.events import Bus
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    bus: Bus
    case_files: CaseFiles
    joint: JointAcceptances
    findings: Findings
    answers: JointAnswers
    supplements: Supplements
    left: LeftCases
    senders: Senders
    catalogue: Catalogue
    on_gone: Callable[[Callable[[Principal], None]], None]
    """Tells who is signed in no more."""
    signed_in: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    registry: Registry
    today: Callable[[], date]
    """The date on the wall of the district."""
    days: Callable[[], Days]
    colleagues_after_days: int
    """Working days after which colleagues see what was left by a clerk who is not there."""
