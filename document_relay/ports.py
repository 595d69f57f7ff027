"""What the document relay asks of the part that opens strangers' files and sets papers; `imaging.Imaging` is it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from document_relay.imaging import PageImages, PdfPage, TakenPdf
from document_relay.signing.seal import PreparedSeal, Seal, SignatureAppearance
from document_relay.typesetting.paper import Paper, SetPaper


class PaperReader(Protocol):
    """Reads pictures and PDFs, and sets papers, outside this process."""

    async def pages(self, data: bytes, limit: int = 40) -> tuple[PageImages, ...]:
        """Every page of a picture, straightened and judged; raises imaging's refusals."""
        ...

    async def to_keep(self, data: bytes) -> bytes:
        """The picture without what says where, when and with what it was taken; raises imaging's refusals."""
        ...

    async def pdf_pages(self, data: bytes, dpi: int = 150, limit: int = 40) -> tuple[bytes, ...]:
        """A JPEG picture of each page of a PDF of the service's; raises imaging's refusals."""
        ...

    async def foreign_pdf_pages(self, data: bytes, limit: int) -> tuple[PdfPage, ...]:
        """Each page of a stranger's PDF as a picture; raises imaging's refusals."""
        ...

    async def take_in_pdf(self, data: bytes, sheet: bytes, limit: int) -> TakenPdf:
        """A stranger's PDF written anew, with a sheet of ours behind it; raises imaging's refusals."""
        ...

    async def bind_pictures(self, cover: bytes, pictures: Sequence[bytes]) -> bytes:
        """A PDF of the cover and a page for each JPEG; raises imaging's refusals."""
        ...

    async def set_paper(self, paper: Paper) -> SetPaper:
        """A paper of ours as PDF; raises imaging's refusals."""
        ...

    async def prepare_seal(self, pdf: bytes, seal: Seal, appearance: SignatureAppearance | None) -> PreparedSeal:
        """The PDF with everything of a seal but the signature; raises imaging's refusals."""
        ...
