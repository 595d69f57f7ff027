"""The `Upload-Metadata` and `Upload-Checksum` headers of tus 1.0."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.errors import ChecksumUnknown, UploadMetadataInvalid

Capture = Literal["document_camera", "face_camera", "file", "clerk_still", "clerk_still_drawn"]
_Id = Annotated[str, Meta(pattern=r"^[0-9a-z]{26}$")]
_ALGORITHMS = {"sha1": 20, "sha256": 32}
_LONGEST = 4000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class UploadMetadata(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an upload says of itself; `replaces` names the page that is taken again."""

    case_id: _Id
    material_id: _Id
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    capture: Capture
    filename: Annotated[str, Meta(max_length=200)] = ""
    filetype: Annotated[str, Meta(max_length=100)] = ""
    replaces: _Id | None = None


def parse_metadata(header: str) -> UploadMetadata:
    """The values of an `Upload-Metadata` header; raises `UploadMetadataInvalid`."""
    if len(header) > _LONGEST:
        raise UploadMetadataInvalid(problem=f"> {_LONGEST}")
    try:
        pairs = dict(_pair(part) for part in header.split(",") if part.strip())
        found = msgspec.convert(pairs, UploadMetadata)
    except ValueError as error:
        raise UploadMetadataInvalid(problem=str(error)) from error
    return msgspec.structs.replace(found, filename=_CONTROL.sub("", found.filename))


class Checksum(msgspec.Struct, frozen=True):
    """The hash that a piece was announced with."""

    algorithm: str
    expected: bytes

    def matches(self, data: bytes) -> bool:
        """Whether the piece has this hash."""
        return hashlib.new(self.algorithm, data, usedforsecurity=False).digest() == self.expected


def parse_checksum(header: str) -> Checksum:
    """The value of an `Upload-Checksum` header; raises `ChecksumUnknown`."""
    algorithm, _, text = header.partition(" ")
    try:
        expected = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ChecksumUnknown from error
    if _ALGORITHMS.get(algorithm) != len(expected):
        raise ChecksumUnknown
    return Checksum(algorithm, expected)


def _pair(part: str) -> tuple[str, str]:
    name, _, text = part.strip().partition(" ")
    return name, base64.b64decode(text, validate=True).decode("utf-8")
