"""The manifest of an evidence package: every member with its length and hash, and the head of the event chain."""

from __future__ import annotations

from pathlib import PurePosixPath

import msgspec

from document_relay.case_core.canonical import canonical

FORMAT = "cloud-window-evidence/2"
"""What is built now: JSON by RFC 8785, and each entry of the history with its sentences."""
READABLE = frozenset({"cloud-window-evidence/1", FORMAT})
"""What is verified. The first form was JSON as Python writes it; a package's own bytes are hashed, never spelt anew."""
MANIFEST, SIGNATURE, CERTIFICATE = "manifest.json", "manifest.p7s", "authority.pem"
OUTSIDE = frozenset({MANIFEST, SIGNATURE, CERTIFICATE})
"""The members that a manifest does not list: itself, its signature, and the certificate for convenience."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the package; `bytes` is its length."""

    name: str
    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a package holds; `chain_head` is the hash of the last entry of the case's event chain."""

    format: str
    case_id: str
    case_number: str
    made_at: str
    chain_head: str
    members: list[Member]

    def canonical(self) -> bytes:
        """The bytes that are signed."""
        return canonical(msgspec.to_builtins(self))


def safe_name(name: str) -> bool:
    """Whether the name stays inside the package wherever it is unpacked."""
    path = PurePosixPath(name)
    plain = name and "\\" not in name and ":" not in name and "\0" not in name and str(path) == name
    return bool(plain) and not path.is_absolute() and ".." not in path.parts
