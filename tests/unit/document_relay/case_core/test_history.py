"""The acts of a case's history: no code twice, both languages alike, and every stored entry readable."""

from __future__ import annotations

import pytest

from document_relay.case_core.history import OWN_ACTS, Act, Acts

CHAT = Act("chat_kept", "留言 {number} 条", "{number} messages were kept")
ACTS = Acts(OWN_ACTS, [CHAT])


def test_another_packages_act_is_worded_like_our_own() -> None:
    assert ACTS.sentence("chat_kept", {"number": "3", "by": "李社区"}) == ("留言 3 条", "3 messages were kept")
    assert ACTS.sentence("case_closed", {}) == ("结案", "Closed the case")


def test_what_was_erased_or_is_not_registered_any_more_stays_readable() -> None:
    assert ACTS.sentence("material_accepted", {}) == ("接受“…”", "Accepted “…”")
    assert ACTS.sentence("gone", {"number": "3"}) == ("gone", "gone")


def test_words_of_a_fixed_list_are_in_the_language_of_the_sentence() -> None:
    assert ACTS.sentence("case_decided", {"outcome": "予以办理"}) == ("作出决定：予以办理", "Decided: Approved")
    said = {"reason": "申请人来访或来电询问：电话"}
    assert (
        ACTS.sentence("access_granted", said)[1] == "May read the case; the reason: The applicant asks about it: 电话"
    )
    assert ACTS.sentence("case_decided", {"outcome": "另行通知"})[1] == "Decided: 另行通知"


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(Act("case_closed", "再结案", "Closed the case again"), id="a code twice"),
        pytest.param(Act("new", "留言 {number} 条", "Messages were kept"), id="fields in one language"),
        pytest.param(Act("new", "", ""), id="no sentence"),
        pytest.param(Act("new", "{number.real}", "{number.real}"), id="reaches into a value"),
        pytest.param(Act("new", "{}", "{}"), id="a field without a name"),
    ],
)
def test_what_cannot_be_worded_is_not_registered(act: Act) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Acts(OWN_ACTS, [act])


def test_an_act_is_noted_with_all_that_its_sentences_name() -> None:
    ACTS.require("chat_kept", {"number": "3", "room": "more than that"})
    with pytest.raises(ValueError, match="number"):
        ACTS.require("chat_kept", {})
    with pytest.raises(ValueError, match="gone"):
        ACTS.require("gone", {})
