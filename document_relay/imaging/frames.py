"""The language of imaging's processes, in msgpack.

With a child: length-prefixed frames over its socket. With the stem that becomes the children: a message each.
"""

from __future__ import annotations

import struct

import msgspec

from document_relay.signing.seal import PdfVerdict, PreparedSeal, Seal, SignatureAppearance
from document_relay.typesetting.paper import Paper, SetPaper

from .limits import Limits
from .results import PageImages, PdfPage, TakenPdf

HEADER = struct.Struct(">I")


LONGEST_ORDER = 64_000
"""Bytes of a message between parent and stem."""
_TRACE_CHARACTERS = 8_000


class Setup(msgspec.Struct, frozen=True, tag=True):
    """The first message to the stem: the limits of all children."""

    limits: Limits


class Fork(msgspec.Struct, frozen=True, tag=True):
    """Become the child of this number; its socket comes along."""

    number: int


class Kill(msgspec.Struct, frozen=True, tag=True):
    """End the child of this number at once."""

    number: int


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """The first message from the stem: from now on a child takes a moment."""


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The child of this number has ended; `returncode` is minus the signal that it died of."""

    number: int
    returncode: int


Order = Setup | Fork | Kill


class PageJob(msgspec.Struct, frozen=True, tag=True):
    """Find, straighten and judge page `number`, from 0, of a picture that may have `limit` pages."""

    data: bytes
    number: int = 0
    limit: int = 1


class KeepJob(msgspec.Struct, frozen=True, tag=True):
    """Take out of a picture what says where, when and with what it was taken."""

    data: bytes


class PdfPagesJob(msgspec.Struct, frozen=True, tag=True):
    """Draw the pages of a PDF."""

    data: bytes
    dpi: int
    limit: int


class ForeignPdfJob(msgspec.Struct, frozen=True, tag=True):
    """Draw the pages of a stranger's PDF."""

    data: bytes
    limit: int


class TakeInJob(msgspec.Struct, frozen=True, tag=True):
    """Write a stranger's PDF anew and bind a sheet behind it."""

    data: bytes
    sheet: bytes
    limit: int


class SetPaperJob(msgspec.Struct, frozen=True, tag=True):
    """Set a paper of ours."""

    paper: Paper


class BindJob(msgspec.Struct, frozen=True, tag=True):
    """Bind pictures of pages behind a cover."""

    cover: bytes
    pictures: tuple[bytes, ...]


class PrepareSealJob(msgspec.Struct, frozen=True, tag=True):
    """Write a seal into a PDF, all but the signature."""

    pdf: bytes
    seal: Seal
    appearance: SignatureAppearance | None


class JudgeSealJob(msgspec.Struct, frozen=True, tag=True):
    """Say what the seal of a PDF is worth."""

    pdf: bytes
    certificate: bytes


PdfJob = PdfPagesJob | ForeignPdfJob | TakeInJob | SetPaperJob | BindJob | PrepareSealJob | JudgeSealJob
Job = PageJob | KeepJob | PdfJob


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The first frame from a child: it is in the sandbox."""

    pid: int
    mechanisms: tuple[str, ...]
    """Of "rlimits", "landlock" and "seccomp" those that this kernel has."""


class PageDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to PageJob: the page, and how many the picture has."""

    page: PageImages
    count: int


class KeepDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to KeepJob: the picture as it is stored."""

    data: bytes


class PdfPagesDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to PdfPagesJob: one picture a page."""

    pages: tuple[bytes, ...]


class ForeignPdfDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to ForeignPdfJob."""

    pages: tuple[PdfPage, ...]


class TakeInDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to TakeInJob."""

    pdf: TakenPdf


class SetPaperDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to SetPaperJob."""

    paper: SetPaper


class BindDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to BindJob."""

    pdf: bytes


class PrepareSealDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to PrepareSealJob."""

    prepared: PreparedSeal


class JudgeSealDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to JudgeSealJob."""

    verdict: PdfVerdict


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The job was refused; `code` is one of errors.REFUSALS."""

    code: str
    parameters: dict[str, int | str]


class Broken(msgspec.Struct, frozen=True, tag=True):
    """Our own code failed in the child; `trace` is its traceback."""

    trace: str


Done = (
    PageDone
    | KeepDone
    | PdfPagesDone
    | ForeignPdfDone
    | TakeInDone
    | SetPaperDone
    | BindDone
    | PrepareSealDone
    | JudgeSealDone
)
Answer = Ready | Done | Refused | Broken
News = Loaded | Ended | Broken

_encoder = msgspec.msgpack.Encoder()
_orders: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_news: msgspec.msgpack.Decoder[News] = msgspec.msgpack.Decoder(News)
_jobs: msgspec.msgpack.Decoder[Job] = msgspec.msgpack.Decoder(Job)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def broken(trace: str) -> Broken:
    """The end of a traceback, which says most, in the length of a message."""
    return Broken(trace[-_TRACE_CHARACTERS:])


def pack_order(order: Order) -> bytes:
    """A message to the stem."""
    return _encoder.encode(order)


def unpack_order(data: bytes) -> Order:
    """The message that the parent sent."""
    return _orders.decode(data)


def pack_news(news: News) -> bytes:
    """A message from the stem."""
    return _encoder.encode(news)


def unpack_news(data: bytes) -> News:
    """The message that the stem sent."""
    return _news.decode(data)


def pack(message: Job | Answer) -> bytes:
    """The frame of a message, its length in front."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


def unpack_job(body: bytes) -> Job:
    """The message in the body of a frame that the parent sent."""
    return _jobs.decode(body)


def unpack_answer(body: bytes) -> Answer:
    """The message in the body of a frame that a child sent; raises msgspec.DecodeError on anything else."""
    return _answers.decode(body)
