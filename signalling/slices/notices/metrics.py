"""What became of notices, for /metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from foundation.notifying import NoticeFigures

if TYPE_CHECKING:
    from prometheus_client.core import Metric


class NoticeCollector:
    """Attempts since the start, by channel and outcome."""

    def __init__(self, figures: NoticeFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """As Prometheus reads it."""
        from prometheus_client.core import CounterMetricFamily

        labels = ["channel", "outcome"]
        family = CounterMetricFamily("cloud_window_notices", "attempts to send since the start", labels=labels)
        for channel, outcome, count in self._figures.rows():
            family.add_metric([channel, outcome], count)
        yield family
