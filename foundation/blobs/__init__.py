"""Where bytes live that are too large for a table row."""

from __future__ import annotations

from foundation.blobs.files import FileBlobs
from foundation.blobs.port import Blobs

__all__ = ["Blobs", "FileBlobs"]
