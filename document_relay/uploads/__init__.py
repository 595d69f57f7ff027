"""Resumable uploads: tus 1.0 without HTTP; `signalling/slices/uploads` turns requests into these calls."""

from __future__ import annotations

from document_relay.uploads.limits import UploadLimits
from document_relay.uploads.uploads import EXTENSIONS, Upload, Uploads

__all__ = ["EXTENSIONS", "Upload", "UploadLimits", "Uploads"]
