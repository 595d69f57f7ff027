"""The connections of this process: who is there, and whose views are to be sent again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from directory.principal import Principal
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId


class Registered(Protocol):
    """What the registry needs of a connection."""

    person_id: str
    principal: Principal
    session_id: str
    face: Face
    came_at: float
    """When it was accepted, of the monotonic clock."""

    @property
    def participant(self) -> ParticipantId:
        """Whose page it is."""
        ...

    def invalidate(self, topic: str) -> None:
        """Marks the topic to be sent again; never waits."""
        ...

    def end(self, code: int) -> None:
        """Ends the connection with a close code; never waits."""
        ...

    def replace(self) -> None:
        """Tells the page that the same person has opened it elsewhere, and ends the connection."""
        ...

    def sign_out(self) -> None:
        """Ends the connection because its session is over."""
        ...


class Registry:
    """One connection for each person and face: the newest one stays.

    Who is concerned by a change is looked up by person, face and case; nobody else is touched.
    """

    def __init__(self) -> None:
        self._connections: dict[tuple[str, Face], Registered] = {}
        self._of_person: defaultdict[str, list[Registered]] = defaultdict(list)
        self._of_face: defaultdict[Face, dict[str, Registered]] = defaultdict(dict)
        self._watching: defaultdict[str, set[Registered]] = defaultdict(set)
        """Who watches each case."""

    def __len__(self) -> int:
        return len(self._connections)

    def __iter__(self) -> Iterator[Registered]:
        return iter(tuple(self._connections.values()))

    def join(self, connection: Registered) -> bool:
        """Adds the connection and ends an older one of the same person and face; False when a newer one is there.

        Signing in may take long: a connection that its page has given up can be ready after the one that followed it.
        """
        key = connection.person_id, connection.face
        other = self._connections.get(key)
        if other is not None and other.came_at > connection.came_at:
            return False
        if other is not None:
            self._take_out(other)
        self._connections[key] = connection
        self._of_person[connection.person_id].append(connection)
        self._of_face[connection.face][connection.person_id] = connection
        if other is not None:
            other.replace()
        return True

    def leave(self, connection: Registered) -> bool:
        """Takes the connection out; False when a newer one has its place."""
        if self._connections.get((connection.person_id, connection.face)) is not connection:
            return False
        self._take_out(connection)
        return True

    def watch(self, connection: Registered, case_id: str) -> None:
        """Notes that the connection shows the case."""
        self._watching[case_id].add(connection)

    def unwatch(self, connection: Registered, case_id: str) -> None:
        """Notes that the connection shows the case no longer."""
        watching = self._watching.get(case_id, set())
        watching.discard(connection)
        if not watching:
            self._watching.pop(case_id, None)

    def end_session(self, session_id: str) -> None:
        """Ends the connections of a session that is over."""
        for connection in self:
            if connection.session_id == session_id:
                connection.sign_out()

    def invalidate(self, person_ids: Iterable[str | None], *topics: str) -> None:
        """Has the topics sent again to these people."""
        for person_id in {one for one in person_ids if one is not None}:
            for connection in self._of_person.get(person_id, ()):
                for topic in topics:
                    connection.invalidate(topic)

    def invalidate_face(self, face: Face, topic: str) -> None:
        """Has the topic sent again to everybody who works with the face."""
        for connection in self._of_face[face].values():
            connection.invalidate(topic)

    def invalidate_departments(self, department_ids: Collection[str], face: Face, topic: str) -> None:
        """Has the topic sent again to the people of these departments who work with the face."""
        for connection in self._of_face[face].values():
            if not connection.principal.department_ids.isdisjoint(department_ids):
                connection.invalidate(topic)

    def invalidate_site(self, site_id: str, face: Face, topic: str) -> None:
        """Has the topic sent again to the people of the site who work with the face."""
        for connection in self._of_face[face].values():
            if connection.principal.site_id == site_id:
                connection.invalidate(topic)

    def invalidate_case(self, case_id: str) -> None:
        """Has the case sent again to everybody who watches it."""
        for connection in self._watching.get(case_id, ()):
            connection.invalidate(case_topic(case_id))

    def invalidate_with_case(self, case_id: str, face: Face, topic: str) -> None:
        """Has a topic that comes with the case sent again to those who watch it with the face."""
        for connection in self._watching.get(case_id, ()):
            if connection.face == face:
                connection.invalidate(topic_with_case(topic, case_id))

    def _take_out(self, connection: Registered) -> None:
        del self._connections[connection.person_id, connection.face]
        del self._of_face[connection.face][connection.person_id]
        others = self._of_person[connection.person_id]
        others.remove(connection)
        if not others:
            del self._of_person[connection.person_id]


def case_topic(case_id: str) -> str:
    """The topic of a case."""
    return topic_with_case("case", case_id)


def topic_with_case(name: str, case_id: str) -> str:
    """A topic that comes with a case."""
    return f"{name}:{case_id}"
