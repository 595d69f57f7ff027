"""What was last measured on each media link, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from signalling.slices.calls.link_figures import LinkFigures

if TYPE_CHECKING:
    from prometheus_client.core import Metric


class LinkCollector:
    """Gives the figures of the links that are up."""

    def __init__(self, figures: LinkFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Loss, jitter and round trip of each link."""
        from prometheus_client.core import GaugeMetricFamily as Gauges

        link = ["face", "link"]
        told = "share lost, up to the server or down to the page"
        loss = Gauges("cloud_window_link_loss", told, labels=[*link, "direction"])
        jitter = Gauges("cloud_window_link_jitter_seconds", "of what arrives here", labels=link)
        rtt = Gauges("cloud_window_link_round_trip_seconds", "when known", labels=link)
        for one in self._figures:
            named = [one.face, str(one.number)]
            loss.add_metric([*named, "up"], one.loss_up)
            loss.add_metric([*named, "down"], one.loss_down)
            jitter.add_metric(named, one.jitter)
            if one.rtt is not None:
                rtt.add_metric(named, one.rtt)
        yield from (loss, jitter, rtt)
