"""Files that nobody else on the machine may read."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

UMASK = 0o077
"""Set once, when a program starts: what it makes is its owner's alone."""
_OTHERS = 0o077
_log = structlog.get_logger("foundation.private_files")


def keep_private(folder: Path) -> None:
    """Makes the folder where it is missing, and takes everything below it away from group and others.

    The folder itself is done last and tells the next start that all is done, which then costs one look. What belongs
    to another user is left as it is and named in the log. Raises OSError when the folder cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & _OTHERS:
        return
    left = 0
    for place, folders, files in os.walk(folder, topdown=False):
        left += sum(not _take(Path(place, name)) for name in (*files, *folders))
    if left or not _take(folder):
        _log.warning("files_not_private", folder=str(folder), left=left)


def _take(path: Path) -> bool:
    """Whether only the owner may use it now."""
    try:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o7700)
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return True
