"""What a command and its result are about, for the audit log."""

from __future__ import annotations

import msgspec


def touched(asked: msgspec.Struct | None) -> dict[str, str]:
    """What a command or its result is about: its identifiers, empty for none, and what it switches."""
    named: dict[str, str] = {}
    for name in asked.__struct_fields__ if asked is not None else ():
        value = getattr(asked, name)
        if name.endswith("_id") and isinstance(value, str | None):
            named[name.removesuffix("_id")] = value or ""
        elif isinstance(value, bool):
            named[name] = "yes" if value else "no"
    return named
