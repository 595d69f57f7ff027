from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rtc_server.sessions.assignment import QUIET_SECONDS, Floor, assign, seat
from rtc_server.sessions.interface import SlotKind, SourceKind

SLOTS = [SlotKind.VOICE] * 3 + [SlotKind.FACE] * 2 + [SlotKind.DOCUMENT, SlotKind.SCREEN]
KINDS = MIC, CAMERA, DOCUMENT, SCREEN = (
    SourceKind.MICROPHONE,
    SourceKind.CAMERA,
    SourceKind.DOCUMENT,
    SourceKind.SCREEN,
)


def everything(*names: str) -> list[tuple[str, SourceKind]]:
    return [(name, kind) for name in names for kind in KINDS]


def test_a_call_of_two_shows_everything_of_the_other() -> None:
    assert assign(SLOTS, ["b", None, None], everything("b"), {}) == [
        ("b", MIC), None, None, ("b", CAMERA), None, ("b", DOCUMENT), ("b", SCREEN),
    ]  # fmt: skip


def test_voice_and_face_of_a_party_have_the_same_rank() -> None:
    plan = assign(SLOTS, ["b", "c", "d"], everything("b", "c", "d"), {})
    assert plan[:5] == [("b", MIC), ("c", MIC), ("d", MIC), ("b", CAMERA), ("c", CAMERA)]


def test_what_is_not_sent_is_not_shown() -> None:
    assert assign(SLOTS, ["b", "c", None], [("c", CAMERA)], {}) == [None] * 4 + [("c", CAMERA), None, None]


def test_a_document_stays_until_it_ends() -> None:
    both = [("b", DOCUMENT), ("c", DOCUMENT)]
    assert assign(SLOTS, [None] * 3, both, {5: ("c", DOCUMENT)})[5] == ("c", DOCUMENT)
    assert assign(SLOTS, [None] * 3, both[:1], {5: ("c", DOCUMENT)})[5] == ("b", DOCUMENT)


def test_two_document_slots_show_two_documents() -> None:
    slots = [SlotKind.DOCUMENT] * 2
    assert assign(slots, [], [("b", DOCUMENT), ("c", DOCUMENT)], {0: ("c", DOCUMENT)}) == [
        ("c", DOCUMENT),
        ("b", DOCUMENT),
    ]


def seated(seats: list[str | None], others: str, now: float = 0.0, **spoke: float) -> list[str | None]:
    return seat(seats, Floor(list(others), spoke, now=now))


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


def test_two_who_speak_take_two_seats() -> None:
    assert seated(["b", "c"], "bcde", now=10.0, d=9.9, e=9.8) in (["d", "e"], ["e", "d"])


def test_the_pinned_party_has_the_first_seat_and_keeps_it() -> None:
    def pinned(seats: list[str | None], party: str, **spoke: float) -> list[str | None]:
        return seat(seats, Floor("bcde", spoke, pinned=party, now=10.0))

    assert pinned(["b", "c"], "c") == ["c", "b"]
    assert pinned(["b", "c"], "d", b=9.0, c=1.0) == ["d", "b"]
    assert pinned(["d", "b"], "d", c=9.9, b=9.0) == ["d", "b"], "the only other one spoke just now"
    assert pinned(["d", "b"], "d", c=9.9, b=1.0) == ["d", "c"], "the silent pinned one stays"
    assert pinned(["b", "c"], "nobody") == ["b", "c"]


names = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(names, names)
def test_nobody_sits_twice_and_nobody_stands_beside_a_free_seat(before: list[str], others: list[str]) -> None:
    seats = seat(([*before, None, None, None])[:3], Floor(others, {}))
    taken = [party for party in seats if party is not None]
    assert len(set(taken)) == len(taken)
    assert set(taken) <= set(others)
    assert len(taken) == min(3, len(others))
    for index, party in enumerate(before[:3]):
        assert party not in others or seats[index] == party


@given(
    names,
    names,
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 10)),
    st.sampled_from([*"abcdefgh", None]),
)
def test_whoever_speaks_and_is_pinned_seats_stay_sound(
    before: list[str], others: list[str], spoke: dict[str, float], pinned: str | None
) -> None:
    floor = Floor(others, spoke, pinned, now=10.0)
    seats = seat(([*before, None, None, None])[:3], floor)
    taken = [party for party in seats if party is not None]
    assert len(set(taken)) == len(taken) == min(3, len(others))
    assert set(taken) <= set(others)
    if pinned in others:
        assert seats[0] == pinned
    for party in set(before[:3]) & set(others) - {pinned}:
        assert party in taken or pinned in taken or 10.0 - floor.last(party) > QUIET_SECONDS
    assert seat(seats, floor) == seats, "it comes to rest"


def test_who_sends_takes_the_seat_of_who_sends_nothing() -> None:
    def of(seats: list[str | None], silent: str, pinned: str | None = None) -> list[str | None]:
        return seat(seats, Floor(list("bcd"), {}, pinned, silent=list(silent)))

    assert of([None], "bc") == ["d"]
    assert of(["b"], "bc") == ["d"]
    assert of(["b"], "b", pinned="b") == ["b"]
    assert of(["b", "c"], "cd") == ["b", "c"]
    assert of(["b", None], "bc") == ["b", "d"]
    assert of(["b", "c"], "bcd") == ["b", "c"]
