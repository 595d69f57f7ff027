"""What each command may be refused with, beside the table of what it does: declared for `docs/protocol.md`.

A refusal stands here where the code that the command runs can raise it; some guard against what hardly happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import AuditBusy, NoSuchCamera, NoSuchItem, NoSuchSite, NoSuchStaff, NoSuchWindow, TokenInvalid
from document_relay.errors import (
    CaseDamaged,
    CharactersNotPrintable,
    NoSuchCase,
    NoSuchDocument,
    NoSuchMaterial,
    NoSuchPage,
    NothingToUndo,
    NotYourCase,
    ReviewIncomplete,
    WrongCaseState,
)
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden, InternalError, Invalid, NotFound, Refusal, Unauthenticated
from foundation.vault import SealBroken
from rtc_server.cameras.values import CameraAddressInvalid
from rtc_server.sessions.errors import CamerasFull, MediaUnavailable, ParticipantUnknown, SessionFull
from scheduler.errors import (
    CalledTooOften,
    ClerkBusy,
    NoSuchOffer,
    NoSuchTicket,
    NoSuchVisit,
    NotInThisState,
    NotYourTicket,
    NotYourWindow,
    OfferOver,
    UnknownGrant,
    WindowNotOpen,
)
from signalling.protocol import commands as wire
from signalling.refusals import CASE_CHANGED, CASE_LOG, CASE_READ, DESK, PAPER_KEPT, PAPER_MADE, TICKET, Refusals
from signalling.rooms import RoomCameraRefused
from signalling.websocket.accesses import ACCESSES
from signalling.websocket.client_connection import TooManyWatched

OF_EVERY_COMMAND: Refusals = frozenset({Invalid, Forbidden, DatabaseBusy, InternalError})

_CAMERA: Refusals = frozenset({CamerasFull, MediaUnavailable, ParticipantUnknown, SealBroken})
_CAMERA_FOUND: Refusals = _CAMERA | {CameraAddressInvalid, NoSuchCamera, NoSuchSite}
_REVIEW: Refusals = CASE_CHANGED | {NoSuchMaterial, NoSuchPage}
_DOCUMENT: Refusals = CASE_CHANGED | {CaseDamaged, NoSuchDocument, NotFound}

_REFUSALS: Mapping[type[wire.Command], Refusals] = MappingProxyType(
    {
        wire.Authenticate: frozenset({TokenInvalid, Unauthenticated}),
        wire.Watch: CASE_READ | {CaseDamaged, TooManyWatched},
        wire.TakeTicket: DESK | {NoSuchItem, NoSuchSite, NoSuchVisit, SealBroken, UnknownGrant},
        wire.CancelTicket: DESK | {NotYourTicket, OfferOver},
        wire.ReinstateTicket: DESK | {NotYourTicket},
        wire.EnterCall: TICKET | {NotYourTicket},
        wire.OpenWindow: DESK | {ClerkBusy, NoSuchSite, NoSuchStaff, NoSuchWindow, NotYourWindow},
        wire.CloseWindow: DESK | {ClerkBusy, OfferOver},
        wire.SetStatus: DESK | {ClerkBusy, OfferOver},
        wire.CallNext: DESK | {ClerkBusy, OfferOver, WindowNotOpen},
        wire.AcceptOffer: DESK | {NoSuchOffer, NotYourTicket, OfferOver},
        wire.RejectOffer: DESK | {NoSuchOffer, NotYourTicket, OfferOver},
        wire.RecallTicket: DESK | {CalledTooOften},
        wire.MarkNoShow: DESK,
        wire.HoldTicket: DESK,
        wire.ResumeTicket: DESK,
        wire.FinishTicket: DESK,
        wire.EndWrapUp: DESK,
        wire.RequestMaterial: CASE_CHANGED | {CharactersNotPrintable},
        wire.RequestStill: frozenset({CaseDamaged, NoSuchCase, NotFound, NotYourCase, SealBroken, WrongCaseState}),
        wire.AcceptMaterial: _REVIEW,
        wire.RejectMaterial: _REVIEW | {ReviewIncomplete},
        wire.UndoReview: _REVIEW | {NothingToUndo},
        wire.MakeForm: PAPER_KEPT | {NotFound},
        wire.MakeReceipt: PAPER_KEPT | {NotFound},
        wire.RequestSignature: _DOCUMENT,
        wire.ShowDocument: _DOCUMENT,
        wire.DeclineSignature: _DOCUMENT,
        wire.DecideCase: PAPER_MADE | {CharactersNotPrintable},
        wire.RateCase: CASE_CHANGED,
        wire.SetOnlySound: frozenset({ParticipantUnknown}),
        wire.WatchHall: _CAMERA_FOUND,
        wire.LookIntoRoom: CASE_LOG | _CAMERA_FOUND | {NoSuchTicket, NotInThisState, RoomCameraRefused},
        wire.AllowRoomCamera: CASE_LOG | _CAMERA | {NoSuchTicket},
        wire.ListenTo: CASE_LOG | {NoSuchSite, NoSuchTicket, NotInThisState, SessionFull},
        wire.FinishVisit: CASE_LOG | {NoSuchTicket, NotInThisState, NotYourTicket, WrongCaseState},
    }
)


def refusals_of(kind: type[wire.Command]) -> list[type[Refusal]]:
    """What this command may be refused with, beyond what every one may; by code."""
    written = {AuditBusy} if kind in ACCESSES else set()
    return sorted(_REFUSALS.get(kind, frozenset()) - OF_EVERY_COMMAND | written, key=lambda one: one.code)
