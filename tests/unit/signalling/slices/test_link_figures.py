"""What /metrics shows of links: the last figures, nobody's name, nothing of who has left."""

from __future__ import annotations

from rtc_server.sessions.interface import DisconnectReason, ParticipantDisconnected, QualityChanged
from signalling.slices.calls.link_figures import LinkFigures


def measured(participant_id: str, loss: float) -> QualityChanged:
    return QualityChanged(participant_id=participant_id, loss_up=loss, loss_down=loss / 2, rtt=0.1, jitter=0.002)


def gone(participant_id: str, reason: DisconnectReason) -> ParticipantDisconnected:
    return ParticipantDisconnected(participant_id=participant_id, reason=reason)


def shown(figures: LinkFigures) -> list[tuple[str, int, float]]:
    assert all(figure.loss_down == figure.loss_up / 2 for figure in figures)
    return [(figure.face, figure.number, figure.loss_up) for figure in figures]


def test_a_lossy_link_is_shown_under_its_face_and_a_number() -> None:
    figures = LinkFigures()
    figures.take(measured("worker:point", 0.1))
    figures.take(measured("clerk:window", 0.0))
    figures.take(measured("worker:point", 0.2))
    assert shown(figures) == [("point", 1, 0.2), ("window", 1, 0.0)]


def test_a_link_that_ended_is_forgotten_and_its_number_is_given_again() -> None:
    figures = LinkFigures()
    figures.take(measured("one:point", 0.1))
    figures.take(measured("two:point", 0.2))
    figures.take(gone("one:point", "closed"))
    assert shown(figures) == [("point", 2, 0.2)]
    figures.take(measured("three:point", 0.3))
    assert shown(figures) == [("point", 2, 0.2), ("point", 1, 0.3)]


def test_a_silent_or_replaced_link_keeps_its_figures() -> None:
    figures = LinkFigures()
    figures.take(measured("one:point", 0.1))
    figures.take(gone("one:point", "silent"))
    figures.take(gone("one:point", "replaced"))
    assert shown(figures) == [("point", 1, 0.1)]


def test_what_is_nobodys_page_does_not_carry_its_identifier_outside() -> None:
    figures = LinkFigures()
    figures.take(measured("whip-4711", 0.1))
    assert shown(figures) == [("other", 1, 0.1)]
