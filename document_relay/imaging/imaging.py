"""The facade of imaging: a small bounded pool of sandboxed child processes."""

from __future__ import annotations

import asyncio

from foundation.tasks import Tasks

from .child import Child
from .errors import ImagingBusy, PageEmpty, PageTooLarge, PdfDamaged
from .frames import Answer, Job, PageDone, PageJob, PdfPagesDone, PdfPagesJob, SanitisePdfDone, SanitisePdfJob
from .limits import MEGA, Limits
from .results import PageImages, SanitisedPdf


class Imaging:
    """Reads pictures and PDFs of strangers in child processes; nothing of theirs is decoded in this one.

    A child does one job at a time. A child that dies, hangs or exceeds its limits is replaced, and its job refused.
    Every method may raise PageTooLarge, ImagingBusy, ImagingTimeout and ImagingInterrupted.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._tasks = Tasks()
        self._waiting = 0
        self._children: set[Child] = set()
        # A seat is a right to one child; None is a seat whose child has still to be started.
        self._seats: asyncio.Queue[Child | None] = asyncio.Queue(self._limits.children)
        for _ in range(self._limits.children):
            self._seats.put_nowait(None)

    async def start(self) -> None:
        """Warms every child, so that the first page is as fast as the next."""
        cold = [self._seats.get_nowait() for _ in range(self._seats.qsize())]
        await asyncio.gather(*(self._fill(child) for child in cold))

    async def page(self, data: bytes) -> PageImages:
        """The photographed page, straightened and judged.

        Raises PageEmpty, PageNotAnImage, PageTooManyPixels, PageTooLarge, PageDamaged.
        """
        if not data:
            raise PageEmpty
        answer = await self._run(PageJob(self._bounded(data)))
        assert isinstance(answer, PageDone)
        return answer.page

    async def pdf_pages(self, data: bytes, dpi: int = 150, limit: int = 40) -> tuple[bytes, ...]:
        """A JPEG picture of each page, at most `dpi` dots per inch and fewer for a poster.

        Raises PdfDamaged, PdfEncrypted, PdfTooManyPages (more than `limit`).
        """
        if not data:
            raise PdfDamaged
        answer = await self._run(PdfPagesJob(self._bounded(data), dpi, limit))
        assert isinstance(answer, PdfPagesDone)
        return answer.pages

    async def sanitise_pdf(self, data: bytes) -> SanitisedPdf:
        """The PDF without scripts, actions on opening, attachments, multimedia and ways out to files or network.

        Raises PdfDamaged, PdfEncrypted, PdfUnsafe.
        """
        if not data:
            raise PdfDamaged
        answer = await self._run(SanitisePdfJob(self._bounded(data)))
        assert isinstance(answer, SanitisePdfDone)
        return answer.pdf

    async def fences(self) -> tuple[str, ...]:
        """The fences that stand around a child on this machine: "rlimits", "landlock", "seccomp"."""
        child = await self._take()
        self._give_back(child)
        return child.fences

    async def close(self) -> None:
        """Ends every child; a job under way is refused."""
        await self._tasks.close()
        await asyncio.gather(*(child.kill() for child in self._children))
        self._children.clear()

    def _bounded(self, data: bytes) -> bytes:
        if len(data) > self._limits.input_bytes:
            raise PageTooLarge(limit=self._limits.input_bytes // MEGA)
        return data

    async def _run(self, job: Job) -> Answer:
        if self._waiting >= self._limits.waiting:
            raise ImagingBusy
        self._waiting += 1
        try:
            child = await self._take()
        finally:
            self._waiting -= 1
        try:
            return await child.run(job)
        finally:
            self._give_back(child)

    async def _take(self) -> Child:
        child = await self._seats.get()
        if child is not None and child.usable:
            return child
        try:
            return await self._replaced(child)
        except BaseException:
            self._seats.put_nowait(None)
            raise

    def _give_back(self, child: Child) -> None:
        if child.usable:
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
        fresh = await Child.start(self._limits)
        self._children.add(fresh)
        return fresh
