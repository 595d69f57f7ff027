"""The child process: reads jobs from its socket, answers there, and has no other way out.

`stem.Stem` starts `python -I -m document_relay.imaging.worker`, which loads everything and then becomes each child by a
fork: what takes seconds is done once, and its memory is shared.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import traceback
from pathlib import Path
from typing import BinaryIO

import cv2

from document_relay.fonts import Fonts
from document_relay.signing.sealing import prepare
from document_relay.signing.verifying import verify_pdf
from document_relay.typesetting.sheet import set_paper
from foundation.errors import Refusal
from foundation.sandbox import SandboxPolicy, die_with_parent, enforce, grant_cpu, less_memory

from .binding import bind_pictures, take_in
from .decode import decode, open_formats, to_keep
from .errors import PageTooLarge, PdfTooHeavy
from .forking import Forking
from .frames import (
    HEADER,
    LONGEST_ORDER,
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
    KeepDone,
    KeepJob,
    Loaded,
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
    broken,
    pack,
    unpack_job,
    unpack_order,
)
from .limits import MEGA, Limits
from .page import page_images
from .pdf import draw_foreign, draw_pages
from .streams import limit_qpdf
from .substitutes import Substitutes
from .warming import warm_up

_fonts = Fonts()


def main() -> None:
    """Loads everything, then serves jobs in each child that is asked for."""
    die_with_parent()
    parent = socket.socket(fileno=0)
    setup = unpack_order(parent.recv(LONGEST_ORDER))
    assert isinstance(setup, Setup)
    forking = Forking(parent)
    try:
        _load(setup.limits)
    except Exception:
        forking.tell(broken(traceback.format_exc()))
        return
    forking.tell(Loaded())
    own = forking.run()
    if own is not None:
        # As files: the sandbox has no calls for sockets.
        with open(own, "rb") as jobs, open(own, "wb", closefd=False) as answers:
            _serve(jobs, answers, setup.limits)


def _load(limits: Limits) -> None:
    cv2.setNumThreads(1)
    limit_qpdf(limits)
    open_formats()
    Substitutes().setup()
    warm_up(_fonts, limits)


def _serve(jobs: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Enters the sandbox, and answers jobs until the parent closes its end."""
    # Before the sandbox: a loop opens a socket pair, which is not allowed there.
    loop = asyncio.new_event_loop()
    _write(answers, Ready(os.getpid(), enforce(policy(limits))))
    while (job := _read(jobs)) is not None:
        grant_cpu(limits.cpu_seconds)
        _write(answers, answer(job, limits, loop))
        # A paper leaves its fonts behind in circles, 16 MB each: too few objects for a collection to come by itself.
        gc.collect()


def policy(limits: Limits) -> SandboxPolicy:
    """What a child of imaging may still do."""
    here = Path(__file__).resolve().parent
    packages = (here.parent, here.parents[1] / "foundation")
    return SandboxPolicy(memory_bytes=limits.memory_bytes, descriptors=limits.descriptors, readable=packages)


def answer(job: Job, limits: Limits, loop: asyncio.AbstractEventLoop) -> Answer:
    """What the job yields, or why it is refused; memory that ran out is a refusal too."""
    try:
        return _done(job, limits, loop)
    except Refusal as refusal:
        return Refused(refusal.code, {name: _plain(value) for name, value in refusal.parameters.items()})
    except MemoryError:
        if not isinstance(job, PageJob | KeepJob):
            return Refused(PdfTooHeavy.code, {})
        return Refused(PageTooLarge.code, {"limit": limits.input_bytes // MEGA})
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            return Refused(PageTooLarge.code, {"limit": limits.input_bytes // MEGA})
        return Broken(traceback.format_exc())
    except Exception:
        return Broken(traceback.format_exc())


def _done(job: Job, limits: Limits, loop: asyncio.AbstractEventLoop) -> Done:
    if isinstance(job, PageJob):
        source = decode(job.data, limits, job.number, job.limit)
        return PageDone(page_images(source, limits), source.page_count)
    if isinstance(job, KeepJob):
        return KeepDone(to_keep(job.data))
    with less_memory(limits.pdf_memory_bytes):
        return _done_with_pdf(job, limits, loop)


def _done_with_pdf(job: PdfJob, limits: Limits, loop: asyncio.AbstractEventLoop) -> Done:
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
            return PrepareSealDone(loop.run_until_complete(prepare(_fonts, job.pdf, job.seal, job.appearance)))
        case JudgeSealJob():
            return JudgeSealDone(loop.run_until_complete(verify_pdf(job.pdf, job.certificate)))


def _plain(value: object) -> int | str:
    return value if isinstance(value, int | str) else str(value)


def _read(stream: BinaryIO) -> Job | None:
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
