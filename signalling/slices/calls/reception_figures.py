"""What pages report of their own reception, summed over all of a face for /metrics: whose page it was is not kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from signalling.slices.calls.messages import ReportReception

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_ROUND_TRIPS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
_SHARES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2)
_JITTERS = (0.005, 0.01, 0.02, 0.05, 0.1)


class ReceptionFigures:
    """Histograms over reports of ten seconds each; freezes are counted, and the seconds they lasted."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def collect(self) -> Iterable[Metric]:
        """As Prometheus reads it: nothing until a page has reported."""
        return () if self._kept is None else self._kept.registry.collect()

    def take(self, face: str, report: ReportReception) -> None:
        """Adds one report of a page of this face."""
        self._kept = kept = self._kept or _Kept()
        if report.round_trip is not None:
            kept.round_trip.labels(face).observe(report.round_trip)
        kept.loss.labels(face, "up").observe(report.loss_up)
        kept.loss.labels(face, "down").observe(report.loss_down)
        kept.jitter.labels(face).observe(report.jitter)
        kept.concealed.labels(face).observe(report.concealed)
        kept.freezes.labels(face).inc(report.freezes)
        kept.frozen.labels(face).inc(report.frozen)


class _Kept:
    """The collectors, made with the first report: the service starts without Prometheus' package."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.registry = registry = CollectorRegistry()
        self.round_trip = Histogram(
            "cloud_window_page_round_trip_seconds", "of media", ["face"], registry=registry, buckets=_ROUND_TRIPS
        )
        self.loss = Histogram(
            "cloud_window_page_loss", "share of packets", ["face", "direction"], registry=registry, buckets=_SHARES
        )
        self.jitter = Histogram(
            "cloud_window_page_jitter_seconds", "of what arrives there", ["face"], registry=registry, buckets=_JITTERS
        )
        self.concealed = Histogram(
            "cloud_window_page_sound_concealed", "share of sound", ["face"], registry=registry, buckets=_SHARES
        )
        self.freezes = Counter("cloud_window_page_freezes", "of video", ["face"], registry=registry)
        self.frozen = Counter("cloud_window_page_frozen_seconds", "they lasted", ["face"], registry=registry)
