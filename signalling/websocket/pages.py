"""The open pages of this process: who is there, and whose views have to be drawn again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Protocol

from signalling.protocol.values import Face


class OpenPage(Protocol):
    """What the register needs of a page."""

    staff_id: str
    session_id: str
    face: Face
    came_at: float
    """When its connection was accepted, of the monotonic clock."""
    watched_cases: set[str]

    def refresh(self, topic: str) -> None:
        """Marks the topic to be sent again; never waits."""
        ...

    def end(self, code: int) -> None:
        """Ends the page with a close code; never waits."""
        ...

    def replace(self) -> None:
        """Tells the page that the same person has opened it elsewhere, and ends it."""
        ...

    def sign_out(self) -> None:
        """Ends the page because its session is over."""
        ...


class Pages:
    """A register of the open pages, one for each person and face: the newest one stays."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, Face], OpenPage] = {}

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[OpenPage]:
        return iter(tuple(self._pages.values()))

    def join(self, page: OpenPage) -> bool:
        """Adds the page and ends an older one of the same person and face; False when a newer one has its place.

        Signing in may take long: a connection that its page has given up can be ready after the one that followed it.
        """
        other = self._pages.get((page.staff_id, page.face))
        if other is not None and other.came_at > page.came_at:
            return False
        self._pages[page.staff_id, page.face] = page
        if other is not None:
            other.replace()
        return True

    def leave(self, page: OpenPage) -> bool:
        """Takes the page out; False when a newer one has its place."""
        if self._pages.get((page.staff_id, page.face)) is not page:
            return False
        del self._pages[page.staff_id, page.face]
        return True

    def end_session(self, session_id: str) -> None:
        """Ends the pages of a session that is over."""
        for page in self:
            if page.session_id == session_id:
                page.sign_out()

    def refresh(self, staff_ids: Iterable[str | None], *topics: str) -> None:
        """Draws the topics again on every page of these people."""
        wanted = set(staff_ids)
        for page in self:
            if page.staff_id in wanted:
                for topic in topics:
                    page.refresh(topic)

    def refresh_face(self, face: Face, topic: str) -> None:
        """Draws the topic again on every page of the face."""
        for page in self:
            if page.face == face:
                page.refresh(topic)

    def refresh_case(self, case_id: str) -> None:
        """Draws the case again wherever it is watched."""
        for page in self:
            if case_id in page.watched_cases:
                page.refresh(case_topic(case_id))


_MAIN: Mapping[Face, str] = MappingProxyType({"point": "point", "window": "desk", "supervisor": "floor"})


def main_topic(face: Face) -> str:
    """The topic that carries the page's own state."""
    return _MAIN[face]


def case_topic(case_id: str) -> str:
    """The topic of a case."""
    return f"case:{case_id}"
