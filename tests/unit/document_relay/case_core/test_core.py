from __future__ import annotations

import json
import math
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_relay.case_core.canonical import canonical
from document_relay.case_core.chain import ChainEntry, broken, link
from document_relay.case_core.lives import (
    CASE_TRANSITIONS,
    DOCUMENT_TRANSITIONS,
    MATERIAL_TRANSITIONS,
    CaseState,
    DocumentState,
    IllegalTransition,
    MaterialState,
    check,
)
from document_relay.case_core.manifest import safe_name
from document_relay.case_core.strokes import NoSignature, Point, Strokes, check_mark
from document_relay.case_core.strokes import check as check_strokes
from document_relay.case_core.wording import OUTCOMES, RATINGS, REASONS

WORDS = st.text(max_size=40)
CASES = Path(__file__).parents[3] / "cases"


def chain(said: list[str]) -> list[ChainEntry]:
    entries: list[ChainEntry] = []
    for number, words in enumerate(said):
        before = entries[-1] if entries else None
        entries.append(
            link(before, f"2026-11-23T01:00:{number:02}Z", "clerk", "case_opened", (words, f"salt {number}"))
        )
    return entries


@given(st.lists(WORDS, max_size=8))
def test_a_chain_holds(said: list[str]) -> None:
    assert broken(chain(said)) == []


@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_a_chain_holds_after_any_words_are_erased(said: list[str], data: st.DataObject) -> None:
    entries = chain(said)
    which = data.draw(st.integers(0, len(said) - 1))
    entries[which] = msgspec.structs.replace(entries[which], words=None, salt="")
    assert broken(entries) == []


@given(
    st.lists(WORDS, min_size=2, max_size=8),
    st.sampled_from(["at", "who", "act", "words", "salt", "commitment", "hash", "sequence"]),
    st.data(),
)
def test_a_chain_tells_where_it_was_changed(said: list[str], field: str, data: st.DataObject) -> None:
    entries = chain(said)
    which = data.draw(st.integers(0, len(said) - 1))
    changed = 99 if field == "sequence" else getattr(entries[which], field) + "x"
    entries[which] = msgspec.structs.replace(entries[which], **{field: changed})
    assert broken(entries)


@given(st.lists(WORDS, min_size=3, max_size=8), st.data())
def test_a_chain_tells_when_an_entry_is_gone_or_moved(said: list[str], data: st.DataObject) -> None:
    entries = chain(said)
    which = data.draw(st.integers(0, len(said) - 2))
    assert broken(entries[:which] + entries[which + 1 :])
    assert broken([*entries[:which], entries[which + 1], entries[which], *entries[which + 2 :]])


def test_the_chain_holds_no_hash_of_bare_words() -> None:
    first, second = (link(None, "t", "w", "case_opened", ("430102190001010011", salt)) for salt in ("a", "b"))
    assert first.commitment != second.commitment


@pytest.mark.parametrize(
    ("transitions", "states"),
    [(CASE_TRANSITIONS, CaseState), (MATERIAL_TRANSITIONS, MaterialState), (DOCUMENT_TRANSITIONS, DocumentState)],
)
def test_what_is_not_in_the_table_raises(transitions: dict[StrEnum, frozenset[StrEnum]], states: type[StrEnum]) -> None:
    assert set(transitions) == set(states)
    for former in states:
        for wanted in states:
            if wanted in transitions[former]:
                check(transitions, former, wanted)
            else:
                with pytest.raises(IllegalTransition):
                    check(transitions, former, wanted)


def test_canonical_is_one_spelling() -> None:
    assert canonical({"b": 1, "a": ["中", 0.5]}) == '{"a":["中",0.5],"b":1}'.encode()
    # RFC 8785 §3.2.2.3 and §3.2.3: numbers as ECMAScript writes them, keys by their UTF-16 code units.
    assert canonical([1.0, 1e-7, 1e21, -0.0, 333333333.33333329]) == b"[1,1e-7,1e+21,0,333333333.3333333]"
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, 1 << 53, "\ud800"])
def test_what_has_no_canonical_spelling_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical({"x": value})


@given(st.lists(st.one_of(st.text(), st.integers(0, 2**53 - 1)), max_size=6))
def test_entries_of_a_chain_are_spelt_as_in_the_first_form(said: list[str | int]) -> None:
    first = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    assert canonical(said) == first


def wave(count: int = 40) -> list[Point]:
    return [Point(0.1 + 0.8 * i / count, 0.5 + 0.3 * math.sin(i / 3), 0.5, float(i)) for i in range(count)]


def drawn(*strokes: list[Point], height: float = 300) -> Strokes:
    return Strokes(strokes=tuple(map(tuple, strokes)), width=800, height=height, device="pen")


def read_case(name: str) -> Strokes:
    data = (Path(__file__).parents[3] / "cases" / f"{name}.json").read_bytes()
    strokes = msgspec.json.decode(data, type=tuple[tuple[Point, ...], ...])
    return Strokes(strokes=strokes, width=800, height=400, device="mouse")


def test_handwriting_counts() -> None:
    check_strokes(drawn(wave()))
    check_strokes(read_case("lines_and_dots"))
    check_strokes(read_case("points_3200_of_a_1000_Hz_mouse"))
    check_strokes(drawn([*wave(), Point(0.9, 0.5, 0.5, 600_000.0)]))


@pytest.mark.parametrize(
    ("strokes", "problem"),
    [
        (drawn(), "too_few"),
        (drawn([Point(0.1, 0.1, 0.5, 0), Point(0.9, 0.8, 0.5, 9)]), "too_few"),
        (drawn([Point(0.1 + i / 100, 0.2 + i / 50, 0.5, i) for i in range(40)]), "line"),
        (drawn([Point(0.5 + 0.001 * math.sin(i), 0.5, 0.5, i) for i in range(40)]), "dot"),
        (drawn([*wave(), Point(math.nan, 0.5, 0.5, 99)]), "not_finite"),
        (drawn([*wave(), Point(0.5, math.inf, 0.5, 99)]), "not_finite"),
        (drawn([*wave(), Point(1.5, 0.5, 0.5, 99)]), "outside"),
        (drawn([*wave(), Point(0.5, 0.5, 2.0, 99)]), "outside"),
        (drawn([*wave(), Point(0.5, 0.5, 0.5, 3.0)]), "backwards"),
        (drawn([*wave(), Point(0.5, 0.5, 0.5, 1e9)]), "too_long"),
        (drawn([Point(0.1, 0.5, 0.5, -1), *wave()]), "backwards"),
        (drawn([*wave(), Point(1.0000001, 0.5, 0.5, 99)]), "outside"),
        (drawn(wave(), []), "empty_stroke"),
        (read_case("empty_stroke"), "empty_stroke"),
        (read_case("only_dots"), "only_dots"),
        (drawn(wave(20_001)), "too_many"),
        (drawn(wave(), height=0), "not_finite"),
    ],
)
def test_what_is_no_handwriting_is_named(strokes: Strokes, problem: str) -> None:
    with pytest.raises(NoSignature) as refused:
        check_strokes(strokes)
    assert refused.value.problem == problem


def test_strokes_have_one_spelling() -> None:
    again = msgspec.json.decode(drawn(wave()).canonical(), type=Strokes)
    assert msgspec.json.decode(again.canonical(), type=Strokes).canonical() == again.canonical()


@pytest.mark.parametrize("name", ["a", "pages/01.jpg", "recordings/会话.mkv"])
def test_safe_names(name: str) -> None:
    assert safe_name(name)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "a\\b", "C:x", "./a", "a//b", "a/", "a\0b"])
def test_unsafe_names(name: str) -> None:
    assert not safe_name(name)


def test_every_sentence_has_both_languages() -> None:
    for table in (REASONS, OUTCOMES, RATINGS):
        assert all(zh and en for zh, en in table.values())


@pytest.mark.parametrize("drawn", json.loads((CASES / "strokes.json").read_text()), ids=lambda one: one["what"])
def test_a_hand_that_wrote_a_name_is_told_from_dots_and_lines(drawn: dict[str, Any]) -> None:
    """The page judges the same strokes with the same outcome (`core/capture/strokes.test.ts`)."""
    strokes = msgspec.convert({**drawn, "device": "pen"}, Strokes)
    try:
        check_strokes(strokes)
        found = None
    except NoSignature as problem:
        found = problem.problem
    assert found == drawn["problem"]
    check_mark(strokes)
