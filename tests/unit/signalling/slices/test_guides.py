"""What is said about a paper under the camera: how it should lie stays, too many words are refused, others' end it."""

from __future__ import annotations

import pytest

from signalling.slices.guidance.guides import FRESH_SECONDS, HINTS_AT_ONCE, Guides, GuidingTooFast


def test_how_the_paper_lies_stays_while_other_hints_follow() -> None:
    guides = Guides()
    assert guides.say("worker", "identity", "upright", 0.0)
    assert not guides.say("worker", "identity", "closer", 5.0)
    guide = guides.of("worker")
    assert guide is not None
    assert (guide.hint, guide.lies, guide.number) == ("closer", "upright", 2)
    assert guide.fresh(5.0 + FRESH_SECONDS - 0.1)
    assert not guide.fresh(5.0 + FRESH_SECONDS)


def test_another_material_begins_anew() -> None:
    guides = Guides()
    guides.say("worker", "identity", "upright", 0.0)
    assert guides.say("worker", "photo", "here", 5.0)
    guide = guides.of("worker")
    assert guide is not None
    assert guide.lies is None


def test_nobody_is_told_more_than_can_be_followed() -> None:
    guides = Guides()
    for _ in range(int(HINTS_AT_ONCE)):
        guides.say("worker", "identity", "closer", 0.0)
    with pytest.raises(GuidingTooFast):
        guides.say("worker", "identity", "here", 0.0)
    guide = guides.of("worker")
    assert guide is not None
    assert guide.hint == "closer", "what is refused changes nothing"
    guides.say("another", "identity", "here", 0.0)
    guides.say("worker", "identity", "here", 2.0)


def test_only_what_is_asked_for_is_kept() -> None:
    guides = Guides()
    guides.say("worker", "identity", "here", 0.0)
    assert not guides.keep_only("worker", "identity")
    assert guides.keep_only("worker", None)
    assert guides.of("worker") is None
    assert not guides.keep_only("worker", None)
