"""A session is recorded when the resident agreed, and the recording joins the case file when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from document_relay.evidence.package import RecordingFile


def recording_files(recording: Mapping[str, object] | None) -> list[RecordingFile]:
    """The files of a case's recording, as the evidence package takes them."""
    files = recording.get("files", []) if recording else []
    assert isinstance(files, list)
    return [RecordingFile(name=one["name"], path=Path(one["path"]), sha256=one["sha256"]) for one in files]
