"""The composition root: it alone knows every slice and binds each to its parts. A new noun is named here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import json

from document_relay.imaging import Imaging
from foundation.settings import Settings
from signalling import VERSION
from signalling.application import Application
from signalling.features import open_features
from signalling.slices import (
    accounts,
    annotation,
    appointments,
    callbacks,
    calls,
    cameras,
    cases,
    chat,
    consultations,
    description,
    desks,
    documents,
    findings,
    guests,
    health,
    helping,
    items,
    notices,
    recordings,
    supervision,
    tickets,
    transfers,
    uploads,
    visitors,
)
from signalling.transport.bound import Bound, BoundSlices
from signalling.transport.http.context import WebParts
from signalling.transport.openapi import openapi
from signalling.transport.slice import Slice
from signalling.transport.websocket.client_connection import ConnectionParts
from signalling.wiring import Wiring


async def build(settings: Settings, imaging: Imaging | None = None) -> Application:
    """Makes every part and brings the database to this version's tables; call `start` then.

    Without `imaging` the service has children of its own that open files.
    """
    acts = [act for one in SLICES for act in one.acts]
    return _application(Wiring(await open_features(settings, imaging, acts)))


def _application(wiring: Wiring) -> Application:
    on = wiring.on
    slices = [Bound(one, parts(wiring)) for one, parts in _WIRED]
    return Application(
        features=on,
        slices=slices,
        lifecycle=wiring.lifecycle,
        acts=wiring.acts,
        registry=wiring.registry,
        web_parts=WebParts(
            settings=on.settings,
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            acts=wiring.acts,
            intake=on.directory.intake,
            authenticate=on.directory.people.verify,
            starting=wiring.lifecycle.starting,
        ),
        connection_parts=ConnectionParts(
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            tasks=on.tasks,
            acts=wiring.acts,
            intake=on.directory.intake,
            authenticate=on.directory.people.verify,
            beat=on.scheduler.presence.beat,
            registry=wiring.registry,
            slices=BoundSlices(slices),
        ),
    )


@cache
def describe() -> bytes:
    """The HTTP interface as OpenAPI 3.1, in JSON."""
    return json.encode(openapi([row for one in SLICES for row in one.endpoints], VERSION))


_WIRED: tuple[tuple[Slice[Any], Callable[[Wiring], Any]], ...] = (
    (health.SLICE, Wiring.health),
    (accounts.SLICE, Wiring.accounts),
    (items.SLICE, lambda one: one.on.directory.catalogue),
    (calls.SLICE, Wiring.calls),
    (cases.SLICE, Wiring.cases),
    (tickets.SLICE, Wiring.tickets),
    (desks.SLICE, Wiring.desks),
    (appointments.SLICE, Wiring.appointments),
    (callbacks.SLICE, Wiring.callbacks),
    (transfers.SLICE, Wiring.transfers),
    (consultations.SLICE, Wiring.consultations),
    (guests.SLICE, Wiring.guests),
    (documents.SLICE, Wiring.documents),
    (findings.SLICE, Wiring.findings),
    (uploads.SLICE, lambda one: one.on.documents.uploads),
    (recordings.SLICE, Wiring.recordings),
    (supervision.SLICE, Wiring.supervision),
    (helping.SLICE, Wiring.helping),
    (cameras.SLICE, Wiring.cameras),
    (chat.SLICE, Wiring.chat),
    (annotation.SLICE, Wiring.annotation),
    (visitors.SLICE, Wiring.visitors),
    (notices.SLICE, Wiring.notices),
    (description.SLICE, lambda _: describe),
)

SLICES: tuple[Slice[Any], ...] = tuple(one for one, _ in _WIRED)
