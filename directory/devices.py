"""Devices: a browser keeps a random name, signed by us, so that tries to sign in are counted by device as well.

The name says nothing of the person, and opens nothing: who signed in from the device before is counted apart from
others at the same address. One that is not signed by this installation is none.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

LASTS = timedelta(days=400)
"""Browsers keep no cookie for longer (RFC 6265bis, 5.5)."""
_NAME_BYTES = 16


class Devices:
    """Names devices and knows its own names again; `secret` has 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self) -> str:
        """What a device that has no name yet keeps."""
        name = secrets.token_hex(_NAME_BYTES)
        return f"{name}.{self._mac(name)}"

    def name(self, kept: str) -> str:
        """The name in what the device has kept; empty when that is none of ours."""
        name, _, mac = kept.partition(".")
        return name if hmac.compare_digest(mac.encode(), self._mac(name).encode()) else ""

    def _mac(self, name: str) -> str:
        return hmac.new(self._secret, f"device {name}".encode(), hashlib.sha256).hexdigest()
