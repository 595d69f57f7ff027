"""Resumable uploads of pages; its part is the document relay's `Uploads`."""

from __future__ import annotations

from document_relay.uploads.uploads import Uploads
from signalling.slices.uploads.http import ENDPOINTS, prepare
from signalling.transport.slice import Slice

SLICE: Slice[Uploads] = Slice("uploads", endpoints=ENDPOINTS, prepare=prepare)
