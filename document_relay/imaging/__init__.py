"""Imaging: pictures of papers and incoming PDFs, read in sandboxed child processes.

`Imaging` is the facade; `scan` serves the command line. What is refused stands in `errors`.
"""

from __future__ import annotations

from .imaging import Imaging
from .limits import Limits
from .results import Corners, Finding, PageImages, PdfPage, Quality, TakenPdf
from .scan import scan

__all__ = [
    "Corners",
    "Finding",
    "Imaging",
    "Limits",
    "PageImages",
    "PdfPage",
    "Quality",
    "TakenPdf",
    "scan",
]
