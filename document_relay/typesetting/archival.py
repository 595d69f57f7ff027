"""PDFs made fit to be kept: PDF/A-2b (ISO 19005-2). Runs in the child only."""

from __future__ import annotations

import io

import pikepdf
import structlog
from pikepdf import pdfa

_log = structlog.get_logger("document_relay.typesetting")


def archival(data: bytes) -> bytes:
    """The PDF as PDF/A-2b, or as it was when it cannot be that.

    It all happens in memory: the child has no file to write to.
    """
    out, settings = io.BytesIO(), pdfa.resolve_save_kwargs("2b")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        # fpdf2 asks readers to fit the first page on opening; PDF/A allows no such action.
        if "/OpenAction" in pdf.Root:
            del pdf.Root.OpenAction
        pdfa.prepare(pdf, "2b")
        pdf.save(out, **settings)
    report = pdfa.validate_written(io.BytesIO(out.getvalue()), "2b", save_kwargs=settings)
    if not report.passed:
        _log.info("pdfa_not_reached", findings=len(report.findings))
        return data
    return out.getvalue()
