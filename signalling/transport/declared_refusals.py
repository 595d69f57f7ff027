"""Refusals that several commands and endpoints share, by what is asked of: declared for the descriptions.

A refusal is declared where the code that is run can raise it; some of them guard against what hardly happens.
"""

from __future__ import annotations

from directory.errors import TokenInvalid
from document_relay.errors import (
    CaseDamaged,
    CaseDestroyed,
    CaseFull,
    DiskFull,
    NoSuchCase,
    NotYourCase,
    ReasonNeeded,
    WrongCaseState,
)
from document_relay.imaging import errors as imaging
from document_relay.mandate_errors import ActingSuspended, MandateDoesNotCover, MandateEnded, MandateNeeded
from foundation.blobs.port import BlobMissing
from foundation.database.pool import DatabaseBusy
from foundation.errors import Refusal, TooLarge, Unauthenticated, Unavailable, Unsupported
from foundation.vault import SealBroken
from rtc_server.sessions.errors import MediaFull, MediaUnavailable, SdpInvalid, SessionFull
from scheduler.errors import MovedMeanwhile, NoDesk, NoSuchTicket, NotInThisState, TicketAlreadyOpen, WindowTaken
from signalling.transport.http.reading import TooSlow

Refusals = frozenset[type[Refusal]]

TOKEN: Refusals = frozenset({Unauthenticated, TokenInvalid, DatabaseBusy})
BODY: Refusals = frozenset({TooLarge, TooSlow, Unsupported})
TICKET: Refusals = frozenset({MovedMeanwhile, NoSuchTicket, NotInThisState, TicketAlreadyOpen, DatabaseBusy})
DESK: Refusals = TICKET | {NoDesk, WindowTaken}
CASE_READ: Refusals = frozenset({NoSuchCase, NotYourCase, ReasonNeeded, SealBroken, DatabaseBusy})
CASE_LOG: Refusals = frozenset({CaseDestroyed, NoSuchCase, SealBroken, DatabaseBusy})
"""Of whatever is written into a case's log."""
CASE_CHANGED: Refusals = CASE_LOG | {NotYourCase, WrongCaseState}
STORED: Refusals = frozenset({BlobMissing, CaseDamaged})
"""Of files that lie in a case."""
CHILD: Refusals = frozenset(
    {
        imaging.FileTooCostly,
        imaging.ImagingBusy,
        imaging.ImagingInterrupted,
        imaging.ImagingTimeout,
        imaging.PageTooLarge,
        imaging.PageUnprocessable,
        Unavailable,
    }
)
"""Of the child that sets papers and opens foreign files."""
MANDATE: Refusals = frozenset({MandateDoesNotCover, MandateEnded, MandateNeeded})
"""Of what somebody does for an applicant."""
ACTING: Refusals = MANDATE | {ActingSuspended}
"""Of what somebody does for an applicant only while the acting goes on: to sign, to receive."""
PAPER_MADE: Refusals = CASE_CHANGED | CHILD | {CaseDamaged, DiskFull}
PAPER_KEPT: Refusals = PAPER_MADE | {CaseFull}
FOREIGN_PDF: Refusals = frozenset(
    {
        imaging.PageTooManyPages,
        imaging.PdfDamaged,
        imaging.PdfEncrypted,
        imaging.PdfSigned,
        imaging.PdfTextNotShown,
        imaging.PdfTooManyPages,
    }
)
FOREIGN_PICTURE: Refusals = frozenset(
    {
        imaging.PageDamaged,
        imaging.PageEmpty,
        imaging.PageNotAnImage,
        imaging.PageSeveralPictures,
        imaging.PageTooManyPixels,
        imaging.PageTooSmall,
    }
)
MEDIA: Refusals = frozenset({MediaFull, MediaUnavailable, SdpInvalid, SessionFull, NoSuchTicket, DatabaseBusy})
