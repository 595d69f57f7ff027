"""The files of a case's recordings, as its record names them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

from document_relay.case_files import CaseFiles
from document_relay.evidence.package import RecordingFile as EvidenceFile
from document_relay.records import CaseRecord
from rtc_server.recording.stored import open_clear, recording_key
from rtc_server.recording.values import RecordingFile


def recording_files(case_files: CaseFiles, case: CaseRecord) -> list[EvidenceFile]:
    """The files of a case's recordings, the playable ones first, as the evidence package takes them."""
    key = case_files.recordings_key(case)
    return [
        EvidenceFile(
            name=one["name"],
            sha256=one["sha256"],
            size=_size(Path(one["path"])),
            open=partial(open_clear, Path(one["path"]), recording_key(key, Path(one["path"]).parent.name)),
        )
        for one in noted_files(case)
    ]


def recording_folders(case_files: CaseFiles, case: CaseRecord) -> dict[str, tuple[Path, bytes]]:
    """Folder and key of each recording of a case, by the recording's identifier, in the order they were made."""
    key = case_files.recordings_key(case)
    folders = {path.name: path for path in (Path(one["path"]).parent for one in noted_files(case))}
    return {name: (folder, recording_key(key, name)) for name, folder in sorted(folders.items())}


def noted_files(case: CaseRecord) -> list[dict[str, Any]]:
    """Name, path and SHA-256 of each file, as the case has them."""
    return cast(list[dict[str, Any]], case.recording["files"]) if case.recording else []


def with_files_of(case: CaseRecord, recording: RecordingFile) -> list[dict[str, Any]]:
    """The case's files and those of one more recording, the playable ones first."""
    files = {one["name"]: one for one in [*noted_files(case), *_files(recording)]}
    return sorted(files.values(), key=lambda one: (one["name"].endswith(".seg"), one["name"]))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        # Who opens it will say so.
        return 0


def _files(recording: RecordingFile) -> list[dict[str, str]]:
    named = [(f"{segment.number:08}.seg", segment.sha256) for segment in recording.segments]
    if recording.file is not None:
        named.append((recording.file, recording.sha256))
    return [
        {"name": f"{recording.recording_id}/{name}", "path": str(recording.folder / name), "sha256": sha256}
        for name, sha256 in named
    ]
