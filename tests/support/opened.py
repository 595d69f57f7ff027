"""What lies sealed in a data folder, opened with its keys."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from document_relay.store.keyring import CaseKey
from foundation.vault import Vault
from rtc_server.recording.stored import recording_key
from tests.support.recorded import clear_file


def clear_recordings(data_dir: Path) -> list[Path]:
    """Copies in the clear of the playable files of all cases."""
    vault = Vault.open(data_dir / "keys")
    with sqlite3.connect(data_dir / "cloud-window.db") as database:
        rows = database.execute("SELECT id, data_key, recording FROM case_files").fetchall()
    found = []
    for case_id, data_key, recording in rows:
        key = CaseKey(vault, case_id, data_key).derive("recordings")
        for file in (json.loads(recording or "null") or {"files": []})["files"]:
            path = Path(file["path"])
            if path.suffix != ".seg":
                found.append(clear_file(path, recording_key(key, path.parent.name)))
    return found
