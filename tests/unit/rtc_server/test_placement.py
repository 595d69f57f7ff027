"""Where sessions and participants go, and the books kept of it."""

from __future__ import annotations

import pytest

from rtc_server.node.ledger import Ledger
from rtc_server.node.load import LoadMeter
from rtc_server.node.placement import Candidate, choose
from rtc_server.sessions.errors import SessionFull
from rtc_server.sessions.interface import MEMBERS, WATCHERS, MemberRole
from rtc_server.sessions.media_statistics import MediaStatistics


def candidate(name: str, cpu: float = 0.0, *, capacity: int = 1000, draining: bool = False) -> Candidate:
    return Candidate(name, cpu, capacity, draining)


def test_the_least_busy_node_is_chosen_then_the_one_with_fewest_people() -> None:
    busy, idle = candidate("a", 0.6), candidate("b", 0.1)
    assert choose([busy, idle], {"b": 500}) == "b"
    nearly = candidate("a", 0.05)
    assert choose([nearly, idle], {"a": 2, "b": 1}) == "b"
    assert choose([nearly, idle], {"a": 1, "b": 1}) == "a"


def test_nobody_goes_to_a_node_that_is_about_to_end() -> None:
    assert choose([candidate("a", draining=True), candidate("b", 0.9)], {}) == "b"
    assert choose([candidate("a", draining=True)], {}) is None
    assert choose([], {}) is None


def test_nobody_goes_to_a_node_that_is_full() -> None:
    full, busy = candidate("a", capacity=20), candidate("b", 0.9)
    assert choose([full, busy], {"a": 19}) == "a"
    assert choose([full, busy], {"a": 20}) == "b"
    assert choose([full], {"a": 21}) is None


def test_who_is_expected_counts_for_the_node_of_the_session() -> None:
    ledger = Ledger()
    ledger.homes |= {"ada": "a", "ben": "b", "cyd": "b"}
    assert ledger.held() == {"a": 1, "b": 2}
    ledger.open("s").node = "a"
    ledger.expect("s", ["ada", "ben"])
    assert ledger.held() == {"a": 2, "b": 1}
    ledger.admit("s", "ada")
    assert ledger.held() == {"a": 2, "b": 1}
    assert [ledger.session_of(name) for name in ("ada", "ben", "cyd")] == ["s", "s", None]
    ledger.close("s")
    assert ledger.held() == {"a": 1, "b": 2}
    assert [ledger.session_of(name) for name in ("ada", "ben")] == [None, None]


def test_who_is_in_a_session_is_not_expected_in_another() -> None:
    ledger = Ledger()
    ledger.admit("s", "ada")
    ledger.open("t")
    ledger.expect("t", ["ada", "ben"])
    assert ledger.sessions["t"].expected == ("ben",)
    assert ledger.session_of("ada") == "s"


def test_a_later_offer_takes_the_place_of_the_one_before() -> None:
    ledger = Ledger()
    for session_id, names in (("s", ["ada", "ben"]), ("t", ["cyd", "ben"])):
        ledger.open(session_id)
        ledger.expect(session_id, names)
    ledger.close("s")
    assert (ledger.session_of("ada"), ledger.session_of("ben")) == (None, "t")


def test_a_node_that_is_gone_holds_nobody_and_its_sessions_wait() -> None:
    ledger = Ledger()
    ledger.homes |= {"ada": "a", "ben": "b"}
    for session_id, name, node in (("s", "ada", "a"), ("t", "ben", "b")):
        ledger.admit(session_id, name).node = node
    assert ledger.forget_node("a") == ["ada"]
    assert [ledger.sessions[one].node for one in ("s", "t")] == [None, "b"]
    assert ledger.homes == {"ben": "b"}
    assert list(ledger.sessions["s"].members) == ["ada"]


def test_a_session_has_sixteen_members_at_most() -> None:
    ledger = Ledger()
    for number in range(MEMBERS):
        ledger.admit("s", f"party {number}")
    with pytest.raises(SessionFull):
        ledger.require_room("s", "one more", MemberRole.PARTY)
    ledger.require_room("s", "party 3", MemberRole.ASIDE)
    ledger.require_room("t", "one more", MemberRole.PARTY)


def test_watchers_take_no_partys_place_and_are_bounded_apart() -> None:
    ledger = Ledger()
    for number in range(WATCHERS):
        ledger.require_room("s", f"watcher {number}", MemberRole.WATCHER)
        ledger.admit("s", f"watcher {number}", MemberRole.WATCHER)
    with pytest.raises(SessionFull):
        ledger.require_room("s", "one more", MemberRole.WATCHER)
    for number in range(MEMBERS):
        ledger.require_room("s", f"party {number}", MemberRole.PARTY)
        ledger.admit("s", f"party {number}")
    # Nor can a watcher who is there join where there is no place.
    with pytest.raises(SessionFull):
        ledger.require_room("s", "watcher 0", MemberRole.PARTY)
    ledger.release("s", "party 0")
    ledger.require_room("s", "watcher 0", MemberRole.PARTY)


def test_releasing_who_is_not_there_changes_nothing() -> None:
    ledger = Ledger()
    ledger.admit("s", "ada")
    assert ledger.release("s", "ben") is None
    assert ledger.release("t", "ada") is None
    assert ledger.release("s", "ada") is ledger.sessions["s"]
    assert ledger.place("ada") is None


def test_an_adopted_session_does_not_take_who_is_elsewhere() -> None:
    ledger = Ledger()
    ledger.admit("s", "ada")
    ledger.adopt("old", "a", dict.fromkeys(["ada", "ben"], MemberRole.PARTY))
    assert list(ledger.sessions["old"].members) == ["ben"]
    assert not ledger.sessions["old"].claimed
    assert ledger.open("old").claimed


def test_load_is_of_the_time_since_the_reading_before() -> None:
    used = [0.0]
    meter = LoadMeter(lambda: used[0], now=10.0, capacity=1000)
    used[0] = 0.5
    load = meter.read(12.0, counts(received=100, sent=300), draining=False)
    assert (load.cpu, load.packets_per_second) == (0.25, 200.0)
    load = meter.read(13.0, counts(received=100, sent=300), draining=True)
    assert (load.cpu, load.packets_per_second, load.draining) == (0.0, 0.0, True)


def counts(received: int, sent: int) -> MediaStatistics:
    numbers = dict.fromkeys(MediaStatistics.__dataclass_fields__, 0)
    return MediaStatistics(**numbers | {"packets_received": received, "packets_sent": sent})
