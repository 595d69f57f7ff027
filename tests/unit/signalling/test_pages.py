"""The register of open pages."""

from __future__ import annotations

from signalling.protocol.values import Face
from signalling.websocket.pages import Pages


class RecordedPage:
    def __init__(self, staff_id: str, face: Face, came_at: float = 0.0) -> None:
        self.staff_id = staff_id
        self.came_at = came_at
        self.session_id = f"session of {staff_id}"
        self.face: Face = face
        self.watched_cases: set[str] = set()
        self.topics: list[str] = []
        self.replaced = False

    def refresh(self, topic: str) -> None:
        self.topics.append(topic)

    def end(self, code: int) -> None:
        raise NotImplementedError

    def replace(self) -> None:
        self.replaced = True

    def sign_out(self) -> None:
        self.replaced = True


def test_the_newest_page_of_a_person_stays() -> None:
    pages = Pages()
    old, new, other = RecordedPage("s1", "point"), RecordedPage("s1", "point"), RecordedPage("s1", "window")
    for page in (old, other, new):
        pages.join(page)
    assert (old.replaced, new.replaced, other.replaced) == (True, False, False)
    assert not pages.leave(old)
    assert pages.leave(new)
    assert len(pages) == 1


def test_a_connection_that_came_before_and_is_ready_after_takes_no_place() -> None:
    pages = Pages()
    given_up, kept = RecordedPage("s1", "point", came_at=1.0), RecordedPage("s1", "point", came_at=4.0)
    assert pages.join(kept)
    assert not pages.join(given_up)
    assert not kept.replaced
    assert not pages.leave(given_up)
    assert list(pages) == [kept]


def test_who_hears_of_what() -> None:
    pages = Pages()
    worker, clerk, stranger = RecordedPage("w", "point"), RecordedPage("c", "window"), RecordedPage("x", "window")
    clerk.watched_cases.add("k1")
    for page in (worker, clerk, stranger):
        pages.join(page)
    pages.refresh(["w", None], "point", "slots")
    pages.refresh_case("k1")
    pages.refresh_face("window", "desk")
    assert worker.topics == ["point", "slots"]
    assert clerk.topics == ["case:k1", "desk"]
    assert stranger.topics == ["desk"]
