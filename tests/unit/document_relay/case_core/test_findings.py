"""The one list without repeats, the life cycles, and what the history says of records."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from document_relay.case_core.chain import ChainEntry, link
from document_relay.case_core.findings import (
    FINDING_TRANSITIONS,
    JOINT_TRANSITIONS,
    PARTY_TRANSITIONS,
    STANDING,
    FindingState,
    Said,
    hardest,
    numbered,
    same_words,
)
from document_relay.case_core.kept import FIELD, differing, kept
from document_relay.case_core.lives import IllegalTransition, check
from document_relay.case_core.wording import state_in_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("身份证背面看不清", "身份证背面看不清。"),
        ("身份证背面看不清", " 身份证背面看不清！ "),
        ("Ｐａｇｅ ２ is missing", "page 2  is missing."),
        ("“户口簿”缺页", "户口簿”缺页"),
    ],
)
def test_the_same_words_are_the_same(one: str, other: str) -> None:
    assert same_words(one) == same_words(other)


@pytest.mark.parametrize(("one", "other"), [("面积 3.5", "面积 35"), ("缺第1页", "缺第2页"), ("不，缺页", "不缺页")])
def test_other_words_are_others(one: str, other: str) -> None:
    assert same_words(one) != same_words(other)


def said(name: str, severity: str, text: str, material: str | None = "m1") -> Said:
    return Said(name, material, severity, text)


def test_two_departments_share_a_number_where_material_and_words_are_the_same() -> None:
    findings = [
        said("a", "should", "缺第二页"),
        said("b", "note", "字迹较淡"),
        said("c", "must", "缺第二页。"),
        said("d", "must", "缺第二页", "m2"),
        said("e", "must", "缺第二页", None),
    ]
    assert numbered(findings) == {"a": 1, "c": 1, "d": 2, "e": 3, "b": 4}
    assert numbered([]) == {}
    assert hardest(["note", "must", "should"]) == "must"


def test_the_order_of_the_departments_changes_no_grouping() -> None:
    findings = [said("a", "must", "x"), said("b", "must", "X"), said("c", "should", "y"), said("d", "note", "z")]
    for order in itertools.permutations(findings):
        numbers = numbered(order)
        assert numbers["a"] == numbers["b"] == 1
        assert (numbers["c"], numbers["d"]) == (2, 3)


def test_a_finding_that_was_told_is_never_withdrawn_and_one_struck_out_never_comes_back() -> None:
    for former in (FindingState.TOLD, FindingState.ANSWERED, FindingState.STRUCK):
        with pytest.raises(IllegalTransition):
            check(FINDING_TRANSITIONS, former, FindingState.WITHDRAWN)
    assert not FINDING_TRANSITIONS[FindingState.STRUCK]
    assert frozenset(FindingState) - {FindingState.STRUCK, FindingState.WITHDRAWN} == STANDING


@pytest.mark.parametrize("transitions", [FINDING_TRANSITIONS, JOINT_TRANSITIONS, PARTY_TRANSITIONS])
def test_every_state_has_its_moves_and_its_words(transitions: dict[FindingState, frozenset[FindingState]]) -> None:
    states = type(next(iter(transitions)))
    assert transitions.keys() == set(states)
    for state in states:
        assert state_in_words(state.value).zh


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    share: float
    words: str


def chain(*said_of: str) -> list[ChainEntry]:
    entries: list[ChainEntry] = []
    for one in said_of:
        words = msgspec.json.encode({"by": "张", FIELD: one}).decode()
        entries.append(link(entries[-1] if entries else None, "2026-11-30T00:00:00Z", "c", "act", (words, "salt")))
    return entries


def plain(*things: Thing) -> list[dict[str, object]]:
    """As a package's JSON is read."""
    return msgspec.json.decode(msgspec.json.encode(things), type=list[dict[str, object]])


def test_a_record_removed_changed_or_never_told_of_differs() -> None:
    first, second = Thing(id="a", share=0.1, words="缺页"), Thing(id="b", share=1.0, words="")
    changed = msgspec.structs.replace(first, words="缺两页")
    history = chain(kept([first]), "", kept([changed, second]))
    assert differing(plain(changed, second), history) == []
    assert differing(plain(changed), history) == ["b"]
    assert differing(plain(first, second), history) == ["a"]
    assert differing(plain(changed, second, Thing(id="c", share=0, words="")), history) == ["c"]
    assert differing([], chain("")) == []


def test_what_erased_words_said_is_not_held_against_a_record() -> None:
    thing = Thing(id="a", share=0.5, words="x")
    erased = [msgspec.structs.replace(one, words=None) for one in chain(kept([thing]))]
    assert differing(plain(thing), erased) == []
