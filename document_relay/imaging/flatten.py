"""Form fields and notes become part of their pages, as PDFium draws them. Runs in the child only."""

from __future__ import annotations

import io

import pypdfium2
from pypdfium2 import raw as pdfium_raw

from .errors import PdfDamaged


def flattened(data: bytes) -> bytes:
    """The PDF with what its annotations look like drawn into the pages; raises PdfDamaged."""
    try:
        with pypdfium2.PdfDocument(data) as document:
            document.init_forms()
            for index in range(len(document)):
                page = document[index]
                if pdfium_raw.FPDFPage_Flatten(page.raw, pdfium_raw.FLAT_NORMALDISPLAY) == pdfium_raw.FLATTEN_FAIL:
                    raise PdfDamaged
                page.close()
            output = io.BytesIO()
            document.save(output)
    except pypdfium2.PdfiumError as error:
        raise PdfDamaged from error
    return output.getvalue()
