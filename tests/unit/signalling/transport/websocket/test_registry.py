"""The registry of connections."""

from __future__ import annotations

from collections.abc import Collection

from directory.principal import Staff
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId
from signalling.transport.websocket.registry import Registry


class Recorded:
    def __init__(
        self, person_id: str, face: Face, came_at: float = 0.0, departments: Collection[str] = (), site_id: str = ""
    ) -> None:
        self.person_id = person_id
        self.came_at = came_at
        self.principal = Staff(
            person_id=person_id,
            account=person_id,
            name="",
            roles=frozenset(),
            site_id=site_id,
            site_path="",
            department_ids=frozenset(departments),
        )
        self.session_id = f"session of {person_id}"
        self.face: Face = face
        self.topics: list[str] = []
        self.replaced = False

    @property
    def participant(self) -> ParticipantId:
        return ParticipantId(self.person_id, self.face)

    def invalidate(self, topic: str) -> None:
        self.topics.append(topic)

    def end(self, code: int) -> None:
        raise NotImplementedError

    def replace(self) -> None:
        self.replaced = True

    def sign_out(self) -> None:
        self.replaced = True


def test_the_newest_connection_of_a_person_stays() -> None:
    registry = Registry()
    old, new, other = Recorded("s1", "point"), Recorded("s1", "point"), Recorded("s1", "window")
    for connection in (old, other, new):
        registry.join(connection)
    assert (old.replaced, new.replaced, other.replaced) == (True, False, False)
    registry.invalidate(["s1"], "slots")
    assert (old.topics, new.topics, other.topics) == ([], ["slots"], ["slots"])
    assert not registry.leave(old)
    assert registry.leave(new)
    assert list(registry) == [other]


def test_a_connection_that_came_before_and_is_ready_after_takes_no_place() -> None:
    registry = Registry()
    given_up, kept = Recorded("s1", "point", came_at=1.0), Recorded("s1", "point", came_at=4.0)
    assert registry.join(kept)
    assert not registry.join(given_up)
    assert not kept.replaced
    assert not registry.leave(given_up)
    assert list(registry) == [kept]


def test_who_is_concerned_and_who_is_not() -> None:
    registry = Registry()
    worker, clerk, stranger = Recorded("w", "point"), Recorded("c", "window"), Recorded("x", "window")
    for connection in (worker, clerk, stranger):
        registry.join(connection)
    registry.watch(clerk, "k1")
    registry.invalidate(["w", None, "w"], "point", "slots")
    registry.invalidate_case("k1")
    registry.invalidate_face("window", "queue")
    registry.unwatch(clerk, "k1")
    registry.invalidate_case("k1")
    registry.leave(worker)
    registry.invalidate(["w"], "point")
    assert worker.topics == ["point", "slots"]
    assert clerk.topics == ["case:k1", "queue"]
    assert stranger.topics == ["queue"]


def test_what_concerns_departments_is_sent_again_to_their_people_with_the_face() -> None:
    registry = Registry()
    social = Recorded("s", "window", departments=["social", "tax"])
    police, supervisor = Recorded("p", "window", departments=["police"]), Recorded("u", "supervisor", 0.0, ["social"])
    for connection in (social, police, supervisor):
        registry.join(connection)
    registry.invalidate_departments(["social", "civil"], "window", "asked_findings")
    registry.invalidate_departments([], "window", "asked_findings")
    assert (social.topics, police.topics, supervisor.topics) == (["asked_findings"], [], [])


def test_people_of_a_site_are_found_at_the_face_alone() -> None:
    registry = Registry()
    here, elsewhere = Recorded("a", "window", site_id="town-01"), Recorded("b", "window", site_id="town-02")
    supervisor = Recorded("c", "supervisor", site_id="town-01")
    for connection in (here, elsewhere, supervisor):
        registry.join(connection)
    registry.invalidate_site("town-01", "window", "received_supplements")
    assert (here.topics, elsewhere.topics, supervisor.topics) == (["received_supplements"], [], [])
