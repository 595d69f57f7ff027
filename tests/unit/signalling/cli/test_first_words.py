"""What somebody new reads on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "signalling.cli.main"]


def run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATA_DIR": str(data)}
    return subprocess.run([*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_a_list_of_nobody_names_the_folder_it_was_read_from(tmp_path: Path) -> None:
    listed = run(tmp_path / "other", "staff", "list")
    assert listed.returncode == 0
    assert listed.stdout == ""
    assert str(tmp_path / "other") in listed.stderr
    assert "DATA_DIR" in listed.stderr


def test_the_walk_through_a_service_that_is_not_there_says_how_to_start_it() -> None:
    walked = subprocess.run(
        [sys.executable, "-m", "tests.support.smoke", "http://127.0.0.1:1"], capture_output=True, text=True, check=False
    )
    assert walked.returncode == 1
    assert walked.stderr.startswith("Nothing answers at http://127.0.0.1:1")
    assert "Traceback" not in walked.stderr
