"""One spelling of a value in bytes, so that a hash means the value."""

from __future__ import annotations

import hashlib
import json


def canonical(value: object) -> bytes:
    """The value as JSON in UTF-8: keys sorted, no spaces; numbers as Python's `json` writes them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal (FIPS 180-4)."""
    return hashlib.sha256(data).hexdigest()
