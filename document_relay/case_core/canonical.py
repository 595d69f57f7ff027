"""One spelling of a value in bytes, so that a hash means the value."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import rfc8785


def canonical(value: object) -> bytes:
    """The value in the JSON Canonicalization Scheme (RFC 8785), in UTF-8.

    Raises ValueError for what the scheme has no spelling for: NaN, infinity, integers beyond 2^53, lone surrogates.

    The first form of evidence was written by Python's `json` with sorted keys. Texts and numbers of the event chain are
    spelt alike in both, so that one chain may have entries of either time.
    """
    return rfc8785.dumps(cast(Any, value))


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal (FIPS 180-4)."""
    return hashlib.sha256(data).hexdigest()
