"""The log tells where something failed, and no secret that was at hand there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

FAILING = """
import structlog
from foundation.observing.logs import configure_logs

configure_logs()

def sign_in(password):
    raise RuntimeError("the door is shut")

try:
    sign_in("".join(("open", "sesame")))
except RuntimeError:
    structlog.get_logger("test").exception("sign_in_failed")
"""


def test_a_file_gets_the_place_of_a_failure_and_no_values() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=True)
    assert done.stderr.count("\n") == 1
    _tells_the_place_alone(done.stderr)


def test_a_terminal_gets_the_same() -> None:
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as shown:
        subprocess.run([sys.executable, "-c", FAILING], stderr=theirs, check=True)
        os.close(theirs)
        _tells_the_place_alone(shown.read(16_384).decode())


def _tells_the_place_alone(written: str) -> None:
    assert all(word in written for word in ("sign_in_failed", "the door is shut", "sign_in"))
    assert "opensesame" not in written
