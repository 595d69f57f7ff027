"""What the process and its children hold in memory."""

from __future__ import annotations

from pathlib import Path

_PAGE_BYTES = 4096


def resident_bytes() -> int:
    """Of this process and of its imaging children, as the operator would add them up."""
    own = int(Path("/proc/self/statm").read_text().split()[1])
    threads = Path("/proc/self/task").glob("*/children")
    pids = [pid for thread in threads for pid in children_of(thread)]
    return _PAGE_BYTES * (own + sum(_resident_pages(pid) for pid in pids))


def children_of(thread: Path) -> list[str]:
    """The processes that the thread has started, from its `children` file."""
    try:
        return thread.read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        # The thread has ended meanwhile.
        return []


def _resident_pages(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
