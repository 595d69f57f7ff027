"""The language between parent and child: length-prefixed msgpack frames over the child's stdin and stdout."""

from __future__ import annotations

import struct

import msgspec

from document_relay.signing.seal import PdfVerdict, PreparedSeal, Seal, SignatureAppearance
from document_relay.typesetting.paper import Paper, SetPaper

from .limits import Limits
from .results import PageImages, PdfPage, TakenPdf

HEADER = struct.Struct(">I")


class Setup(msgspec.Struct, frozen=True, tag=True):
    """The first frame to a child: its limits."""

    limits: Limits


class PageJob(msgspec.Struct, frozen=True, tag=True):
    """Find, straighten and judge page `number`, from 0, of a picture that may have `limit` pages."""

    data: bytes
    number: int = 0
    limit: int = 1


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
Job = PageJob | PdfJob


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The first frame from a child: everything is loaded, and it is in the sandbox."""

    mechanisms: tuple[str, ...]
    """Of "rlimits", "landlock" and "seccomp" those that this kernel has."""


class PageDone(msgspec.Struct, frozen=True, tag=True):
    """The answer to PageJob: the page, and how many the picture has."""

    page: PageImages
    count: int


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


Done = PageDone | PdfPagesDone | ForeignPdfDone | TakeInDone | SetPaperDone | BindDone | PrepareSealDone | JudgeSealDone
Answer = Ready | Done | Refused | Broken

_encoder = msgspec.msgpack.Encoder()
_jobs: msgspec.msgpack.Decoder[Setup | Job] = msgspec.msgpack.Decoder(Setup | Job)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def pack(message: Setup | Job | Answer) -> bytes:
    """The frame of a message, its length in front."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body


def unpack_job(body: bytes) -> Setup | Job:
    """The message in the body of a frame that the parent sent."""
    return _jobs.decode(body)


def unpack_answer(body: bytes) -> Answer:
    """The message in the body of a frame that a child sent; raises msgspec.DecodeError on anything else."""
    return _answers.decode(body)
