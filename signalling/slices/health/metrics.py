"""The numbers of now in Prometheus' text form: what is counted anyway is read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from foundation.disk import Disk, Space
from foundation.tasks import Tasks
from rtc_server.recording.interface import Recordings
from rtc_server.sessions.interface import MediaPlane
from signalling.slices.health.disk_use import DiskUse
from signalling.slices.health.memory import resident_bytes

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric


class Collector(Protocol):
    """Gives its numbers as they are now."""

    def collect(self) -> Iterable[Metric]:
        """The numbers, each family once."""
        ...


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Whose numbers the service tells."""

    media: MediaPlane
    recorder: Recordings
    connections: Sized
    tasks: Tasks
    set_aside: Sized
    disk: Disk
    disk_use: DiskUse
    reserve: int
    """What uploads leave free on the disk, in bytes."""


class Metrics:
    """The collectors of the service and of its slices."""

    def __init__(self, counted: Counted, others: Sequence[Collector]) -> None:
        self._counted = counted
        self._others = others
        self._space = Space(free=0, total=0)
        self._refused: Mapping[str, int] = {}

    async def text(self, refused: Mapping[str, int]) -> bytes:
        """All numbers; `refused` counts the refusals of strangers, by code. Raises OSError for a disk that is gone."""
        # Loaded with the first question: most machines are never asked, and the service starts without its web server.
        from prometheus_client import generate_latest

        self._refused = refused
        self._space = await self._counted.disk.space()
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The service's own numbers."""
        counted = self._counted
        statistics = counted.media.statistics()
        for name in statistics.__dataclass_fields__:
            yield gauge(f"cloud_window_media_{name}", name.replace("_", " "), getattr(statistics, name))
        recordings = counted.recorder.states()
        paused = sum(one.paused is not None for one in recordings)
        yield gauge("cloud_window_recordings", "recordings that run", len(recordings))
        yield gauge("cloud_window_recordings_paused", "of them, those the disk keeps back", paused)
        yield gauge("cloud_window_open_pages", "open pages", len(counted.connections))
        yield gauge("cloud_window_resident_bytes", "resident memory", resident_bytes())
        yield gauge("cloud_window_set_aside", "rows and files left out", len(counted.set_aside))
        failures = {task.name: len(task.failures) for task in counted.tasks.supervised()}
        yield gauges("cloud_window_task_failures", "failures of what is supervised", "task", failures)
        told = "refusals of nobody known, since the start"
        yield gauges("cloud_window_strangers_refused", told, "code", self._refused)
        yield from self._disk()

    def _disk(self) -> Iterator[Metric]:
        space = {"free": self._space.free, "total": self._space.total, "reserve": self._counted.reserve}
        yield gauges("cloud_window_disk_bytes", "of the file system of DATA_DIR", "what", space)
        used = self._counted.disk_use.by_kind(self._counted.tasks)
        yield gauges("cloud_window_disk_used_bytes", "below DATA_DIR, minutes old", "kind", used)

    @cached_property
    def _registry(self) -> CollectorRegistry:
        from prometheus_client import CollectorRegistry

        registry = CollectorRegistry()
        for collector in (self, *self._others):
            register: Callable[[Any], None] = registry.register
            register(collector)
        return registry


def gauge(name: str, note: str, value: float) -> Metric:
    """One number."""
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, note, value=value)


def gauges(name: str, note: str, label: str, values: Mapping[str, float]) -> Metric:
    """A number for each value of a label."""
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, note, labels=[label])
    for said, value in values.items():
        family.add_metric([said], value)
    return family
