"""What the commands keep on the disk is their owner's alone (finding S5)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from foundation.private_files import keep_private


def test_a_command_makes_private_files_and_takes_in_those_made_before(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for path in (data / "recordings/session/recording/00000001.seg", data / "uploads/one.part"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"made before")
    # Said here and not left to the umask, which a command that ran in this process before has set.
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert len(open_to_others(data)) == 7
    migrate = [sys.executable, "-m", "signalling.cli.main", "migrate"]
    subprocess.run(migrate, env=os.environ | {"DATA_DIR": str(data)}, umask=0o022, check=True, capture_output=True)
    assert (data / "cloud-window.db").exists()
    assert open_to_others(data) == []


def test_what_lies_behind_a_link_is_not_touched(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("another's")
    elsewhere.chmod(0o644)
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data" / "link").symlink_to(elsewhere)
    (tmp_path / "data" / "dangling").symlink_to(tmp_path / "nothing")
    keep_private(tmp_path / "data")
    assert elsewhere.stat().st_mode & 0o777 == 0o644


def open_to_others(folder: Path) -> list[Path]:
    """What below the folder, itself included, group or others may use."""
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]
