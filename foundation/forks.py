"""What happens between fork and exec when this process starts another one.

uvloop runs Python's hooks in the forked child (CPython's own loop does not). If the collector runs there and frees an
object that joins its threads, it waits for ever: a fork has none of them. The parent waits for the exec, its loop with
it, and the whole service stands still.
"""

from __future__ import annotations

import gc
import os


def collect_nothing_in_forks() -> None:
    """Switches the collector off for each fork from now on, and on again in the parent."""
    os.register_at_fork(before=gc.disable, after_in_parent=gc.enable)
