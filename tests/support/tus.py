"""What every upload of the tests says (tus 1.0)."""

from __future__ import annotations

import base64


def upload_metadata(**said: str) -> str:
    """The values of `Upload-Metadata`."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
