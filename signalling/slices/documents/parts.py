"""What documents need."""

from __future__ import annotations

from dataclasses import dataclass

from document_relay.document_signing import Signing
from document_relay.documents import Documents
from document_relay.signing.authority import SigningAuthority


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    documents: Documents
    signing: Signing
    authority: SigningAuthority
    upload_limit_bytes: int
