"""Makes the parts of the slices that people do not see the inside of: health and accounts."""

from __future__ import annotations

from signalling.slices import (
    accounts,
    health,
)
from signalling.slices.calls.metrics import LinkCollector
from signalling.slices.health.checkup import Checkups, Questions
from signalling.slices.health.disk_use import DiskUse
from signalling.slices.health.metrics import Collector, Counted, Metrics
from signalling.slices.notices.metrics import NoticeCollector
from signalling.wiring.shared import Shared


def health_parts(shared: Shared) -> health.Parts:
    """What health needs."""
    on = shared.on
    reserve = on.settings.disk_reserve_bytes
    questions = Questions(on.ground.outbox, on.disk, on.documents.uploads.has_space, reserve, on.ground.clock)
    collectors: list[Collector] = [
        LinkCollector(shared.link_figures),
        shared.reception_figures,
        NoticeCollector(on.notices.figures),
    ]
    counted = Counted(
        media=on.media,
        recorder=on.recorder,
        connections=shared.registry,
        tasks=on.tasks,
        set_aside=on.set_aside,
        disk=on.disk,
        disk_use=DiskUse(on.settings.data_dir, on.ground.clock),
        reserve=reserve,
    )
    return health.Parts(
        settings=on.settings,
        lifecycle=shared.lifecycle,
        checkups=Checkups(questions, on.tasks, on.ground.clock),
        tasks=on.tasks,
        media=on.media,
        imaging=on.imaging,
        recorder=on.recorder,
        set_aside=on.set_aside,
        metrics=Metrics(counted, collectors),
    )


def accounts_parts(shared: Shared) -> accounts.Parts:
    """What accounts need."""
    on = shared.on
    return accounts.Parts(
        sign_in=on.directory.sign_in,
        devices=on.directory.devices,
        sessions=on.directory.sessions,
        catalogue=on.directory.catalogue,
        clock=on.ground.clock,
        registry=shared.registry,
    )
