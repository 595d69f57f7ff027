"""Where the files are that come with the program."""

from __future__ import annotations

from pathlib import Path

_CLIENT = Path(__file__).parents[2] / "web_client" / "dist"


def client_folder() -> Path | None:
    """The built web client; None where it was not built."""
    return _CLIENT if (_CLIENT / "index.html").is_file() else None
