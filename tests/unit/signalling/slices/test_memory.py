"""What `/healthz` says of memory, while threads come and go."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

from signalling.slices.health.memory import children_of


def test_the_children_of_a_thread_that_has_ended_are_none() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    assert children_of(Path(f"/proc/self/task/{thread.native_id}/children")) == []


def test_the_children_of_a_thread_are_named() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        try:
            assert str(child.pid) in children_of(Path(f"/proc/self/task/{threading.get_native_id()}/children"))
        finally:
            child.kill()
