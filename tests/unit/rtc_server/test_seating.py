"""Who has a seat: by hand for each rule, then meetings of sixteen in virtual time, with seeds."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.sessions.seating import FOR_SPEAKERS, PATIENCE_SECONDS, QUIET_SECONDS, Seating, Speakers

TICK = 0.2
"""Seconds between two looks at who speaks, as in the media server."""
SEATS = 6
SIXTEEN = tuple("abcdefghijklmno")
"""The fifteen others of a member's meeting."""


def seated(
    seats: Sequence[str | None], others: str, now: float = 0.0, pinned: str = "", held: str = "", **spoke: float
) -> list[str | None]:
    return after(seats, Speakers(list(others), spoke, list(pinned), list(held), now=now))


def after(seats: Sequence[str | None], speakers: Speakers) -> list[str | None]:
    seating = Seating()
    seating.taken = list(seats)
    seating.update(len(seats), speakers)
    return seating.taken


def test_a_seat_is_kept_while_its_party_is_there_and_then_given_away() -> None:
    assert seated([None, None, None], "bc") == ["b", "c", None]
    assert seated(["b", "c", None], "cd") == ["d", "c", None]
    assert seated(["b", "c"], "bcd") == ["b", "c"]


def test_a_free_seat_goes_to_who_spoke_last() -> None:
    assert seated([None, "c"], "bcde", now=100.0, e=90.0, d=50.0) == ["e", "c"]


def test_who_speaks_takes_the_seat_of_who_was_silent_longest() -> None:
    assert seated(["b", "c"], "bcd", now=10.0, b=7.0, c=1.0, d=9.9) == ["b", "d"]
    assert seated(["b", "c"], "bcd", now=10.0, b=7.0, d=9.9) == ["b", "d"], "who never spoke goes first"


def test_nobody_who_spoke_just_now_loses_the_seat() -> None:
    assert seated(["b", "c"], "bcd", now=10.0, b=8.5, c=9.0, d=10.0) == ["b", "c"]
    assert seated(["b", "c"], "bcd", now=10.0, b=1.0, c=1.5, d=9.0) == ["b", "c"], "d has stopped"


def test_who_loses_the_seat_while_speaking_is_unheard_at_once() -> None:
    seating = Seating()
    seating.taken = ["b", None, None]
    speakers = Speakers(list("abcd"), {"b": 9.0}, pinned=list("acd"), now=10.0)
    assert seating.update(3, speakers)
    assert seating.unheard == ("b",)
    assert not seating.update(3, speakers)


def test_two_who_speak_take_two_seats() -> None:
    assert seated(["b", "c"], "bcde", now=10.0, d=9.9, e=9.8) in (["d", "e"], ["e", "d"])


def test_the_pinned_party_has_the_first_seat_and_keeps_it() -> None:
    def pinned(seats: list[str | None], party: str, **spoke: float) -> list[str | None]:
        return seated(seats, "bcde", 10.0, party, **spoke)

    assert pinned(["b", "c"], "c") == ["c", "b"]
    assert pinned(["b", "c"], "d", b=9.0, c=1.0) == ["d", "b"]
    assert pinned(["d", "b"], "d", c=9.9, b=9.0) == ["d", "b"], "the only other one spoke just now"
    assert pinned(["d", "b"], "d", c=9.9, b=1.0) == ["d", "c"], "the silent pinned one stays"
    assert pinned(["b", "c"], "x") == ["b", "c"]
    assert pinned(["b", "c"], "de", b=9.9, c=9.9) == ["d", "e"], "all who are pinned, whoever speaks"


def test_who_is_held_has_a_seat_at_once_and_two_are_left_to_who_speaks() -> None:
    assert seated(["b", "c", "d"], "bcde", 10.0, held="e", b=9.9, c=9.0, d=9.9) == ["b", "e", "d"]
    assert seated(["b", "c", "d"], "bcde", 10.0, held="b", e=9.9) == ["b", "e", "d"], "b never spoke, and stays"
    assert seated([None] * 3, "bcde", held="cde") == ["c", "b", "d"], "one of those held, the others as all"
    assert seated(["b"], "bcde", 10.0, held="cde", b=9.9) == ["b"], "a single seat goes to who speaks"


def test_who_sends_takes_the_seat_of_who_sends_nothing() -> None:
    def of(seats: list[str | None], silent: str, pinned: str = "") -> list[str | None]:
        return after(seats, Speakers(list("bcd"), {}, list(pinned), silent=list(silent)))

    assert of([None], "bc") == ["d"]
    assert of(["b"], "bc") == ["d"]
    assert of(["b"], "b", pinned="b") == ["b"]
    assert of(["b", "c"], "cd") == ["b", "c"]
    assert of(["b", None], "bc") == ["b", "d"]
    assert of(["b", "c"], "bcd") == ["b", "c"]


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(names, names)
def test_nobody_sits_twice_and_nobody_stands_beside_a_free_seat(before: list[str], others: list[str]) -> None:
    seats = after(([*before, None, None, None])[:3], Speakers(others, {}))
    taken = [party for party in seats if party is not None]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(others)
    assert len(taken) == min(3, len(others))
    for index, party in enumerate(before[:3]):
        assert party not in others or seats[index] == party


@given(names, names, st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 10)), names, names, names)
def test_whoever_speaks_is_pinned_or_held_seats_stay_sound(
    before: list[str],
    others: list[str],
    spoke: dict[str, float],
    pinned: list[str],
    held: list[str],
    silent: list[str],
) -> None:
    speakers = Speakers(others, spoke, pinned, held, now=10.0, silent=silent)
    seating = Seating()
    seating.taken = ([*before, None, None, None])[:3]
    seating.update(3, speakers)
    taken = [party for party in seating.taken if party is not None]
    assert len(set(taken)) == len(taken) == min(3, len(others))
    assert set(taken) <= set(others)
    there = [one for one in pinned if one in others]
    assert set(there[:3]) <= set(taken)
    if pinned and pinned[0] in others:
        assert taken[0] == pinned[0]
    assert not seating.update(3, speakers), "it comes to rest"


class Meeting:
    """A member's seats while others speak; `speakers` says who does at a time."""

    def __init__(self, pinned: str = "", held: str = "") -> None:
        self.seating, self.pinned, self.held = Seating(), pinned, held
        self.now = 0.0
        self.spoke: dict[str, float] = {}
        self.log: list[tuple[float, tuple[str | None, ...]]] = []
        self.unheard_since: dict[str, float] = {}
        self.longest_unheard = 0.0

    def run(self, seconds: float, speakers: Callable[[float], Collection[str]]) -> None:
        ends = self.now + seconds
        while self.now < ends:
            self.now = round(self.now + TICK, 3)
            speaking = speakers(self.now)
            self.spoke |= dict.fromkeys(speaking, self.now)
            self.seating.update(SEATS, Speakers(SIXTEEN, self.spoke, list(self.pinned), list(self.held), self.now))
            self._note(speaking)

    def _note(self, speaking: Collection[str]) -> None:
        taken = tuple(self.seating.taken)
        if not self.log or self.log[-1][1] != taken:
            self.log.append((self.now, taken))
        self.unheard_since = {
            one: self.unheard_since.get(one, self.now) for one in speaking if one not in self.seating.taken
        }
        for since in self.unheard_since.values():
            self.longest_unheard = max(self.longest_unheard, self.now - since)

    def stays(self, party: str) -> list[float]:
        """How long the party sat each time, but for the first seats, which nobody spoke for, and the last."""
        edges = _changes([(when, party in taken) for when, taken in self.log])
        return [end - begin for (begin, sat), (end, _) in pairwise(edges) if sat and begin > TICK]


def _changes(edges: list[tuple[float, bool]]) -> list[tuple[float, bool]]:
    return [edge for index, edge in enumerate(edges) if not index or edges[index - 1][1] != edge[1]]


def turns(seed: int, at_once: int) -> Callable[[float], Collection[str]]:
    """People who speak for two to ten seconds each, breathe, and now and then cough into it."""
    chance = random.Random(seed)
    talks: list[tuple[float, str]] = []

    def speakers(now: float) -> Collection[str]:
        talks[:] = [talk for talk in talks if talk[0] > now]
        while len(talks) < at_once:
            talks.append((now + chance.uniform(2, 10), chance.choice(SIXTEEN)))
        breath = {one for _, one in talks if chance.random() < 0.15}
        coughs = {one for one in SIXTEEN if chance.random() < 0.004}
        return {one for _, one in talks} - breath | coughs

    return speakers


@pytest.mark.parametrize("seed", range(12))
def test_in_a_meeting_seats_never_flap_and_who_is_kept_stays(seed: int) -> None:
    meeting = Meeting(pinned="c", held="abj")
    meeting.run(120, turns(seed, at_once=2))
    for _, taken in meeting.log:
        assert taken[0] == "c"
        assert set("abj") <= set(taken)
    for party in set(SIXTEEN) - set("abcj"):
        assert all(stay >= QUIET_SECONDS for stay in meeting.stays(party)), party


@pytest.mark.parametrize("seed", range(12))
def test_who_begins_to_speak_is_heard_at_once_while_a_quiet_one_sits(seed: int) -> None:
    chance = random.Random(seed)
    meeting = Meeting(held="ab")
    for _ in range(30):
        meeting.run(QUIET_SECONDS + TICK, lambda _: ())
        speaker = chance.choice(SIXTEEN)
        meeting.run(TICK, lambda _, speaker=speaker: (speaker,))  # type: ignore[misc]
        assert speaker in meeting.seating.taken
    assert meeting.longest_unheard == 0


@pytest.mark.parametrize("seed", range(8))
def test_among_many_who_never_stop_everybody_is_heard_in_turn(seed: int) -> None:
    chance = random.Random(seed)
    loud = chance.sample(SIXTEEN[4:], 8)
    meeting = Meeting(pinned="c", held="abd")
    meeting.run(90, lambda _: loud)
    rounds = -(-(len(loud) - FOR_SPEAKERS) // FOR_SPEAKERS)
    assert meeting.longest_unheard <= (PATIENCE_SECONDS + TICK) * rounds
    assert all(len(meeting.stays(one)) >= 3 for one in loud)
    assert all(stay >= PATIENCE_SECONDS for one in loud for stay in meeting.stays(one))
    assert len(meeting.seating.unheard) == len(loud) - FOR_SPEAKERS


def test_who_speaks_unheard_is_told_until_they_stop() -> None:
    meeting = Meeting(held="abcd")
    meeting.run(1, lambda _: "ef")
    assert meeting.seating.unheard == ()
    meeting.run(1, lambda _: "efg")
    assert meeting.seating.unheard == ("g",)
    meeting.run(1.4, lambda _: "ef")
    assert meeting.seating.unheard == ()


def test_a_new_connection_with_fewer_slots_keeps_who_is_pinned() -> None:
    seating = Seating()
    seating.update(6, Speakers(SIXTEEN, {}, ["k"]))
    assert seating.taken == ["k", *"abcde"]
    seating.update(2, Speakers(SIXTEEN, {}, ["k"]))
    assert seating.taken == ["k", "a"]
    seating.update(0, Speakers(SIXTEEN, {}, ["k"]))
    assert seating.taken == []
