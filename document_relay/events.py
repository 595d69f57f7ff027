"""What the document relay tells the service; every event names its case."""

from __future__ import annotations

from foundation.events import Event


class CaseEvent(Event, frozen=True):
    """Something happened in a case file."""

    case_id: str


class CaseOpened(CaseEvent, frozen=True):
    """A case file was opened for a ticket."""

    ticket_id: str
    worker_id: str


class ClerkAssigned(CaseEvent, frozen=True):
    """A clerk took the case in hand."""

    clerk_id: str


class WorkerAssigned(CaseEvent, frozen=True):
    """Another worker of the point, who stands in for the former one, goes on with the case."""

    worker_id: str


class MaterialRequested(CaseEvent, frozen=True):
    """The clerk asks for a material now."""

    material_id: str


class PageDelivered(CaseEvent, frozen=True):
    """A page has joined a material."""

    material_id: str
    page_id: str


class PageRemoved(CaseEvent, frozen=True):
    """The point took a page out of a material before its review."""

    material_id: str
    page_id: str


class PagesOrdered(CaseEvent, frozen=True):
    """The point put the pages of a material in another order before its review."""

    material_id: str


class PageRefused(CaseEvent, frozen=True):
    """What was uploaded is no page; `code` is the refusal's."""

    material_id: str
    code: str


class MaterialReviewed(CaseEvent, frozen=True):
    """A material was accepted or rejected, or (verdict "undone") its review was taken back."""

    material_id: str
    verdict: str


class DocumentMade(CaseEvent, frozen=True):
    """A document has joined the case."""

    document_id: str


class DocumentPushed(CaseEvent, frozen=True):
    """A document waits at the point to be signed."""

    document_id: str


class SignatureShown(CaseEvent, frozen=True):
    """The document is on the point's screen."""

    document_id: str


class SignatureDeclined(CaseEvent, frozen=True):
    """The resident does not sign."""

    document_id: str


class DocumentMarked(CaseEvent, frozen=True):
    """Who cannot write has made a mark; it waits for the clerk as its witness."""

    document_id: str


class MarkRefused(CaseEvent, frozen=True):
    """The clerk did not witness the mark; the document waits at the point again."""

    document_id: str


class DocumentSigned(CaseEvent, frozen=True):
    """The strokes are stored; the document is about to be sealed."""

    document_id: str


class DocumentSealed(CaseEvent, frozen=True):
    """The document is sealed: no bit of it can change unnoticed."""

    document_id: str


class CaseDecided(CaseEvent, frozen=True):
    """The clerk has decided; `outcome` is approved, supplement or refused."""

    outcome: str


class CaseRated(CaseEvent, frozen=True):
    """The resident has rated the service."""

    level: int


class CaseClosed(CaseEvent, frozen=True):
    """The case file is closed."""

    worker_id: str


class ConsentNoted(CaseEvent, frozen=True):
    """The applicant was asked whether the session may be recorded."""

    agreed: bool


class CaseAccessGranted(CaseEvent, frozen=True):
    """Somebody who is not of the case may read it, and said why."""


class HistoryNoted(CaseEvent, frozen=True):
    """Another package noted something in the case; `act` is its code in the history."""

    act: str


class RecordingJoined(CaseEvent, frozen=True):
    """The session's recording belongs to the case file now."""


class EvidenceBuilt(CaseEvent, frozen=True):
    """The evidence package lies ready; `sha256` is the file's."""

    sha256: str


class VisitLeft(CaseEvent, frozen=True):
    """The visit is over, and its case goes on."""

    worker_id: str


class JointAcceptanceChanged(CaseEvent, frozen=True):
    """Something happened in the case's joint acceptance; `act` is the code in its history.

    `department_ids` are the departments that it is another one for; findings alone change it for nobody.
    """

    act: str
    department_ids: tuple[str, ...] = ()


class FormEvent(CaseEvent, frozen=True):
    """A form that is filled in together was opened or ended, or asks for other things now; `act` is its code."""

    act: str


class MandateChanged(CaseEvent, frozen=True):
    """A mandate of the case was drafted, came into force or ended, or the applicant acts in person, or is at home."""

    act: str


class HandOnChanged(CaseEvent, frozen=True):
    """Something happened with a case that is handed on; `act` is its code, `department_ids` are both ends."""

    act: str
    department_ids: tuple[str, ...] = ()


class SupplementChanged(CaseEvent, frozen=True):
    """Something happened to what is missing of the case; `act` is the code in its history, `asked_by` who asked."""

    act: str
    asked_by: str


CASE_EVENTS: tuple[type[CaseEvent], ...] = (
    CaseOpened,
    ClerkAssigned,
    WorkerAssigned,
    MaterialRequested,
    PageDelivered,
    PageRemoved,
    PagesOrdered,
    PageRefused,
    MaterialReviewed,
    DocumentMade,
    DocumentPushed,
    SignatureShown,
    SignatureDeclined,
    DocumentMarked,
    MarkRefused,
    DocumentSigned,
    DocumentSealed,
    CaseDecided,
    CaseRated,
    CaseClosed,
    ConsentNoted,
    HistoryNoted,
    CaseAccessGranted,
    RecordingJoined,
    EvidenceBuilt,
    JointAcceptanceChanged,
    FormEvent,
    HandOnChanged,
    VisitLeft,
    MandateChanged,
    SupplementChanged,
)
"""All kinds, for whoever follows a case whole and for the outbox of a restarted process."""
