"""The child process: reads jobs from stdin, answers on stdout, and has no other way out.

Started as `python -I -m document_relay.imaging.worker` by `child.Child`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

import cv2

from document_relay.fonts import Fonts
from document_relay.signing.sealing import prepare
from document_relay.signing.verifying import verify_pdf
from document_relay.typesetting.sheet import set_paper
from foundation.errors import Refusal
from foundation.sandbox import SandboxPolicy, enforce, grant_cpu, less_memory

from .binding import bind_pictures, take_in
from .decode import decode, open_formats
from .errors import PageTooLarge, PdfTooHeavy
from .frames import (
    HEADER,
    Answer,
    BindDone,
    BindJob,
    Broken,
    Done,
    ForeignPdfDone,
    ForeignPdfJob,
    Job,
    JudgeSealDone,
    JudgeSealJob,
    PageDone,
    PageJob,
    PdfJob,
    PdfPagesDone,
    PdfPagesJob,
    PrepareSealDone,
    PrepareSealJob,
    Ready,
    Refused,
    SetPaperDone,
    SetPaperJob,
    Setup,
    TakeInDone,
    TakeInJob,
    pack,
    unpack_job,
)
from .limits import MEGA, Limits
from .page import page_images
from .pdf import draw_foreign, draw_pages
from .streams import limit_qpdf
from .substitutes import Substitutes
from .warming import warm_up

# Made before the sandbox policy is enforced: a loop opens a socket pair, which it does not allow.
_loop = asyncio.new_event_loop()
_fonts = Fonts()


def main() -> None:
    """Serves jobs until stdin ends."""
    jobs, answers = sys.stdin.buffer, _answers()
    setup = _read(jobs)
    assert isinstance(setup, Setup)
    limits = setup.limits
    try:
        _write(answers, _ready(limits))
    except Exception:
        _write(answers, Broken(traceback.format_exc()))
        return
    while (job := _read(jobs)) is not None:
        assert not isinstance(job, Setup)
        grant_cpu(limits.cpu_seconds)
        _write(answers, answer(job, limits))


def _answers() -> BinaryIO:
    """The pipe to the parent for answers alone: what anything else writes to stdout goes where stderr goes."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _ready(limits: Limits) -> Ready:
    cv2.setNumThreads(1)
    limit_qpdf(limits)
    open_formats()
    Substitutes().setup()
    warm_up(_fonts, limits)
    return Ready(enforce(policy(limits)))


def policy(limits: Limits) -> SandboxPolicy:
    """What a child of imaging may still do."""
    here = Path(__file__).resolve().parent
    packages = (here.parent, here.parents[1] / "foundation")
    return SandboxPolicy(memory_bytes=limits.memory_bytes, descriptors=limits.descriptors, readable=packages)


def answer(job: Job, limits: Limits) -> Answer:
    """What the job yields, or why it is refused; memory that ran out is a refusal too."""
    try:
        return _done(job, limits)
    except Refusal as refusal:
        return Refused(refusal.code, {name: _plain(value) for name, value in refusal.parameters.items()})
    except MemoryError:
        if not isinstance(job, PageJob):
            return Refused(PdfTooHeavy.code, {})
        return Refused(PageTooLarge.code, {"limit": limits.input_bytes // MEGA})
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            return Refused(PageTooLarge.code, {"limit": limits.input_bytes // MEGA})
        return Broken(traceback.format_exc())
    except Exception:
        return Broken(traceback.format_exc())


def _done(job: Job, limits: Limits) -> Done:
    if isinstance(job, PageJob):
        source = decode(job.data, limits, job.number, job.limit)
        return PageDone(page_images(source, limits), source.page_count)
    with less_memory(limits.pdf_memory_bytes):
        return _done_with_pdf(job, limits)


def _done_with_pdf(job: PdfJob, limits: Limits) -> Done:
    match job:
        case PdfPagesJob():
            return PdfPagesDone(draw_pages(job.data, job.dpi, job.limit, limits))
        case ForeignPdfJob():
            return ForeignPdfDone(draw_foreign(job.data, job.limit, limits))
        case TakeInJob():
            return TakeInDone(take_in(job.data, job.sheet, job.limit, limits))
        case SetPaperJob():
            return SetPaperDone(set_paper(_fonts, job.paper))
        case BindJob():
            return BindDone(bind_pictures(job.cover, job.pictures))
        case PrepareSealJob():
            return PrepareSealDone(_loop.run_until_complete(prepare(_fonts, job.pdf, job.seal, job.appearance)))
        case JudgeSealJob():
            return JudgeSealDone(_loop.run_until_complete(verify_pdf(job.pdf, job.certificate)))


def _plain(value: object) -> int | str:
    return value if isinstance(value, int | str) else str(value)


def _read(stream: BinaryIO) -> Setup | Job | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    return unpack_job(stream.read(length))


def _write(stream: BinaryIO, message: Answer) -> None:
    stream.write(pack(message))
    stream.flush()


if __name__ == "__main__":
    main()
