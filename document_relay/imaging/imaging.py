"""The facade of imaging: a small bounded pool of sandboxed child processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from document_relay.signing.seal import PdfVerdict, PreparedSeal, Seal, SignatureAppearance
from document_relay.typesetting.paper import Paper, SetPaper
from foundation.errors import Unavailable
from foundation.tasks import Tasks

from .child import Child, ChildBroken
from .errors import (
    ImagingBusy,
    ImagingInterrupted,
    PageEmpty,
    PageTooLarge,
    PageUnprocessable,
    PdfDamaged,
    PdfTooHeavy,
)
from .frames import (
    BindDone,
    BindJob,
    Done,
    ForeignPdfDone,
    ForeignPdfJob,
    Job,
    JudgeSealDone,
    JudgeSealJob,
    KeepDone,
    KeepJob,
    PageDone,
    PageJob,
    PdfPagesDone,
    PdfPagesJob,
    PrepareSealDone,
    PrepareSealJob,
    SetPaperDone,
    SetPaperJob,
    TakeInDone,
    TakeInJob,
)
from .limits import MEGA, Limits
from .nursery import Nursery
from .results import PageImages, PdfPage, TakenPdf

_log = structlog.get_logger("document_relay.imaging")


class Imaging:
    """Reads pictures and PDFs of strangers, and sets papers of ours, in child processes.

    Nothing of a stranger's is decoded in this process, and nothing in it waits for a paper to be set.

    A child does one job at a time. A child that dies, hangs or exceeds its limits is replaced, and its job refused.
    Every method may raise PageTooLarge, PageUnprocessable, ImagingBusy, ImagingTimeout, ImagingInterrupted and, when no
    child comes up, Unavailable.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._nursery = Nursery(self._limits)
        self._tasks = Tasks()
        self._closed = False
        self._waiting = 0
        self._under_way: set[asyncio.Future[None]] = set()
        self._serving = True
        self._children: set[Child] = set()
        # A seat is a right to one child; None is a seat whose child has still to be started.
        self._seats: asyncio.Queue[Child | None] = asyncio.Queue(self._limits.children)
        for _ in range(self._limits.children):
            self._seats.put_nowait(None)

    @property
    def serving(self) -> bool:
        """Whether the last child that was wanted could be started."""
        return self._serving

    async def start(self) -> None:
        """Makes every child, so that the first page is as fast as the next."""
        for _ in range(self._limits.children):
            if not self._seats.empty():
                child = self._seats.get_nowait()
                if child is None or not child.usable:
                    await self._fill(child)
                else:
                    self._seats.put_nowait(child)

    async def page(self, data: bytes) -> PageImages:
        """The photographed page, straightened and judged.

        Raises what `pages` raises; PageTooManyPages when there are several.
        """
        return (await self.pages(data, 1))[0]

    async def pages(self, data: bytes, limit: int = 40) -> tuple[PageImages, ...]:
        """Every page of a picture, straightened and judged: a TIFF may have several, all other formats have one.

        Raises PageEmpty, PageNotAnImage, PageTooSmall, PageTooManyPixels, PageTooLarge, PageDamaged,
        PageSeveralPictures, PageTooManyPages (more than `limit`).
        """
        if not data:
            raise PageEmpty
        first = await self._page(data, 0, limit)
        # A job a page: each has the time and memory of one.
        rest = [(await self._page(data, number, limit)).page for number in range(1, first.count)]
        return first.page, *rest

    async def _page(self, data: bytes, number: int, limit: int) -> PageDone:
        answer = await self._run(PageJob(self._bounded(data), number, limit))
        assert isinstance(answer, PageDone)
        return answer

    async def to_keep(self, data: bytes) -> bytes:
        """The picture without what says where, when and with what it was taken; its pixels and turn are the same.

        For one that `pages` has read. Raises PageDamaged when that cannot be taken out of it.
        """
        answer = await self._run(KeepJob(self._bounded(data)))
        assert isinstance(answer, KeepDone)
        return answer.data

    async def pdf_pages(self, data: bytes, dpi: int = 150, limit: int = 40) -> tuple[bytes, ...]:
        """A JPEG picture of each page of a PDF of the service's, at most `dpi` dots per inch and fewer for a poster.

        Raises PdfDamaged, PdfEncrypted, PdfTooManyPages (more than `limit`), PdfTooHeavy.
        """
        answer = await self._run(PdfPagesJob(self._bounded(data), dpi, limit))
        assert isinstance(answer, PdfPagesDone)
        return answer.pages

    async def foreign_pdf_pages(self, data: bytes, limit: int) -> tuple[PdfPage, ...]:
        """Each page of a stranger's PDF as a picture; nothing but what a page needs to look right is read.

        Raises PdfDamaged, PdfEncrypted (it opens with a password only), PdfTooManyPages (more than `limit`),
        PdfTooHeavy.
        """
        if not data:
            raise PdfDamaged
        answer = await self._run(ForeignPdfJob(self._bounded(data), limit))
        assert isinstance(answer, ForeignPdfDone)
        return answer.pages

    async def take_in_pdf(self, data: bytes, sheet: bytes, limit: int) -> TakenPdf:
        """A stranger's PDF of at most `limit` pages with a sheet of ours behind it.

        It is written anew from the little that its pages need to look right, so scripts, actions, attachments, videos
        and ways out to files or network are gone, whatever they are called. Raises what `foreign_pdf_pages` raises,
        PdfSigned and PdfTextNotShown.
        """
        if not data:
            raise PdfDamaged
        answer = await self._run(TakeInJob(self._bounded(data), sheet, limit))
        assert isinstance(answer, TakeInDone)
        return answer.pdf

    async def set_paper(self, paper: Paper) -> SetPaper:
        """A paper of ours as PDF, PDF/A-2b where it can be; a second's work, which a call must not wait for."""
        answer = await self._run(SetPaperJob(paper))
        assert isinstance(answer, SetPaperDone)
        return answer.paper

    async def bind_pictures(self, cover: bytes, pictures: Sequence[bytes]) -> bytes:
        """A PDF: the cover, then an A4 page for each JPEG, whose bytes stay untouched; raises PdfTooHeavy."""
        if sum(map(len, pictures)) > self._limits.result_bytes // 2:
            raise PdfTooHeavy
        answer = await self._run(BindJob(cover, tuple(pictures)))
        assert isinstance(answer, BindDone)
        return answer.pdf

    async def prepare_seal(self, pdf: bytes, seal: Seal, appearance: SignatureAppearance | None) -> PreparedSeal:
        """The PDF with everything of a seal but the signature, for which there is room."""
        answer = await self._run(PrepareSealJob(pdf, seal, appearance))
        assert isinstance(answer, PrepareSealDone)
        return answer.prepared

    async def judge_seal(self, pdf: bytes, certificate: bytes) -> PdfVerdict:
        """What the PDF's newest seal is worth, if the authority's certificate (PEM) is to be trusted."""
        answer = await self._run(JudgeSealJob(pdf, certificate))
        assert isinstance(answer, JudgeSealDone)
        return answer.verdict

    async def mechanisms(self) -> tuple[str, ...]:
        """The mechanisms of the sandbox that hold a child on this machine: "rlimits", "landlock", "seccomp"."""
        child = await self._take()
        self._give_back(child)
        return child.mechanisms

    async def close(self) -> None:
        """Ends every child; a job under way is refused."""
        self._closed = True
        await self._tasks.close()
        for child in self._children:
            child.interrupt()
        # A job still reads what its child writes; two readers of one pipe there cannot be.
        if self._under_way:
            await asyncio.wait(self._under_way)
        await asyncio.gather(*(child.kill() for child in self._children))
        self._children.clear()
        await self._nursery.close()

    def _bounded(self, data: bytes) -> bytes:
        if len(data) > self._limits.input_bytes:
            raise PageTooLarge(limit=self._limits.input_bytes // MEGA)
        return data

    async def _run(self, job: Job) -> Done:
        if self._waiting >= self._limits.waiting:
            raise ImagingBusy
        try:
            return await self._try(job)
        except ImagingInterrupted:
            if self._closed:
                raise
        # Another job's memory or an operator may have ended the child; one that dies again dies of this job.
        try:
            return await self._try(job)
        except ImagingInterrupted as again:
            raise again if self._closed else PageUnprocessable from again

    async def _try(self, job: Job) -> Done:
        self._waiting += 1
        try:
            child = await self._take()
        finally:
            self._waiting -= 1
        ended = asyncio.get_running_loop().create_future()
        self._under_way.add(ended)
        try:
            return await child.run(job)
        except ChildBroken as broken:
            _log.exception("imaging_child_broken", job=type(job).__name__)
            raise PageUnprocessable from broken
        finally:
            self._under_way.discard(ended)
            ended.set_result(None)
            self._give_back(child)

    async def _take(self) -> Child:
        child = await self._seats.get()
        if self._closed:
            self._seats.put_nowait(None)
            raise ImagingInterrupted
        if child is not None and child.usable:
            return child
        try:
            return await self._replaced(child)
        except BaseException as error:
            self._seats.put_nowait(None)
            if not isinstance(error, Exception) or isinstance(error, ImagingInterrupted):
                raise
            _log.exception("imaging_child_not_started")
            raise Unavailable from error

    def _give_back(self, child: Child) -> None:
        if self._closed or child.usable:
            self._seats.put_nowait(child)
        else:
            self._tasks.spawn(self._fill(child), name="imaging_child_start")

    async def _fill(self, old: Child | None) -> None:
        fresh: Child | None = None
        try:
            fresh = await self._replaced(old)
        finally:
            self._seats.put_nowait(fresh)

    async def _replaced(self, old: Child | None) -> Child:
        if old is not None:
            self._children.discard(old)
            await old.kill()
        try:
            fresh = await self._nursery.child()
        except Exception:
            self._serving = False
            raise
        self._serving = True
        if self._closed:
            await fresh.kill()
            raise ImagingInterrupted
        self._children.add(fresh)
        return fresh
