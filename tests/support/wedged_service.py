"""The service with a way to wedge it: SIGUSR1 hangs its event loop for a minute, and hope ends after three failures."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence

from foundation import tasks
from signalling.cli.main import main


def _hang(_signal: int, _frame: object) -> None:
    time.sleep(60)


def _soon(failures: Sequence[float]) -> float | None:
    return None if len(failures) == 3 else 0.1


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _hang)
    # The pauses of the product are tried in virtual time.
    tasks.pause_before_restart = _soon
    sys.exit(main())
