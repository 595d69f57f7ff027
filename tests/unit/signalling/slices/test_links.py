from __future__ import annotations

import pytest

from rtc_server.sessions.interface import (
    DisconnectReason,
    ParticipantConnected,
    ParticipantDisconnected,
    QualityChanged,
)
from signalling.slices.calls.links import Links, LinkState

WHO = "staff-1:point"


def heard(*events: ParticipantConnected | ParticipantDisconnected | QualityChanged) -> tuple[Links, list[LinkState]]:
    links, told = Links(), list[LinkState]()
    links.subscribe(lambda _who, state: told.append(state))
    for event in events:
        links.take(event)
    return links, told


def connected() -> ParticipantConnected:
    return ParticipantConnected(participant_id=WHO)


def gone(reason: DisconnectReason) -> ParticipantDisconnected:
    return ParticipantDisconnected(participant_id=WHO, reason=reason)


@pytest.mark.parametrize("reason", ["moved", "node_lost"])
def test_a_link_whose_node_is_another_now_is_lost_until_it_is_back(reason: DisconnectReason) -> None:
    _, told = heard(connected(), gone(reason), connected())
    assert told == ["connected", "lost", "connected"]


def quality(loss: float, rtt: float | None = None) -> QualityChanged:
    return QualityChanged(participant_id=WHO, loss_up=0.0, loss_down=loss, rtt=rtt, jitter=0.0)


def test_a_link_is_absent_until_it_connects_and_lost_when_it_falls_silent() -> None:
    links, told = heard()
    assert links.state(WHO) == "absent"
    links, told = heard(connected(), gone("silent"), connected(), gone("closed"))
    assert told == ["connected", "lost", "connected", "absent"]
    assert not links.up(WHO)


def test_a_page_that_connects_anew_was_never_lost() -> None:
    links, told = heard(connected(), gone("replaced"), connected())
    assert told == ["connected"]
    assert links.up(WHO)


def test_a_weak_link_must_do_clearly_better_to_count_as_good() -> None:
    links, told = heard(connected(), quality(0.1), quality(0.06), quality(0.03), quality(0.07), quality(0.0, rtt=0.9))
    assert told == ["connected", "weak", "connected", "weak"]
    assert links.up(WHO)


def test_the_quality_of_a_link_that_is_lost_says_nothing() -> None:
    _, told = heard(quality(0.5), connected(), gone("silent"), quality(0.5))
    assert told == ["connected", "lost"]
