"""What the process and its children hold in memory."""

from __future__ import annotations

from pathlib import Path

_PAGE_BYTES = 4096


def resident_bytes() -> int:
    """Of this process and of those that it started, as the operator would add them up."""
    return _PAGE_BYTES * sum(_resident_pages(pid) for pid in _family("self"))


def _family(pid: str) -> list[str]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(one for thread in threads for child in children_of(thread) for one in _family(child))]


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
