"""What pages report is summed by face; nothing tells whose page it was."""

from __future__ import annotations

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from signalling.slices.calls.reception_figures import ReceptionFigures
from tests.support.contract import ANY_COMMAND

REPORT = {
    "type": "report_reception",
    "id": 1,
    "round_trip": 0.12,
    "loss_up": 0.0,
    "loss_down": 0.15,
    "jitter": 0.004,
    "freezes": 2,
    "frozen": 1.5,
    "concealed": 0.03,
}


def shown(*reports: dict[str, object]) -> list[str]:
    figures = ReceptionFigures()
    for report in reports:
        figures.take("point", msgspec.convert(report, ANY_COMMAND))
    registry = CollectorRegistry()
    registry.register(figures)  # type: ignore[arg-type]
    return generate_latest(registry).decode().splitlines()


def test_reports_are_summed() -> None:
    lines = shown(REPORT, REPORT | {"round_trip": None, "loss_down": 0.0})
    assert 'cloud_window_page_loss_bucket{direction="down",face="point",le="0.1"} 1.0' in lines
    assert 'cloud_window_page_loss_bucket{direction="down",face="point",le="0.2"} 2.0' in lines
    assert 'cloud_window_page_round_trip_seconds_count{face="point"} 1.0' in lines
    assert 'cloud_window_page_freezes_total{face="point"} 4.0' in lines
    assert 'cloud_window_page_frozen_seconds_total{face="point"} 3.0' in lines


def test_nothing_is_kept_before_a_page_has_reported() -> None:
    assert not list(ReceptionFigures().collect())


@pytest.mark.parametrize(
    "spoilt", [{"loss_up": 1.1}, {"loss_down": -0.1}, {"frozen": 61.0}, {"freezes": 1001}, {"jitter": float("inf")}]
)
def test_what_cannot_be_is_refused(spoilt: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(REPORT | spoilt, ANY_COMMAND)
