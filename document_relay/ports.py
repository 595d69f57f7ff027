"""What the document relay asks of the part that opens strangers' files; `imaging.Imaging` is it."""

from __future__ import annotations

from typing import Protocol

from document_relay.imaging import PageImages, SanitisedPdf


class PaperReader(Protocol):
    """Reads pictures and PDFs outside this process."""

    async def pages(self, data: bytes, limit: int = 40) -> tuple[PageImages, ...]:
        """Every page of a picture, straightened and judged; raises imaging's refusals."""
        ...

    async def pdf_pages(self, data: bytes, dpi: int = 150, limit: int = 40) -> tuple[bytes, ...]:
        """A JPEG picture of each page; raises imaging's refusals."""
        ...

    async def sanitise_pdf(self, data: bytes) -> SanitisedPdf:
        """The PDF without active content; raises imaging's refusals."""
        ...
