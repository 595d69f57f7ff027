"""How many files and connections this process may have open."""

from __future__ import annotations

import resource

_AT_MOST = 65536


def open_as_many_as_allowed() -> int:
    """Raises this process's own limit of open files to what the system lets it have, 65,536 at most; the limit then.

    Systems give 1,024, for programs that use select(2), which none of ours does. A district's pages, calls and uploads
    need more.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _AT_MOST if hard == resource.RLIM_INFINITY else min(hard, _AT_MOST)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
