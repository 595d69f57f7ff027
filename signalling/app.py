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
    bookable_hours,
    callbacks,
    calls,
    cameras,
    cases,
    chat,
    consultations,
    description,
    desks,
    documents,
    duty_rota,
    findings,
    forms,
    guests,
    guidance,
    handon,
    health,
    helping,
    items,
    mandates,
    notices,
    public_booking,
    recordings,
    supervision,
    supplements,
    tickets,
    transfers,
    uploads,
    visitors,
    waiting_list,
)
from signalling.transport.bound import Bound, BoundSlices
from signalling.transport.http.context import WebParts
from signalling.transport.openapi import openapi
from signalling.transport.slice import Slice
from signalling.transport.websocket.client_connection import ConnectionParts
from signalling.wiring import calling, papers, queueing, service
from signalling.wiring.shared import Shared


async def build(settings: Settings, imaging: Imaging | None = None) -> Application:
    """Makes every part and brings the database to this version's tables; call `start` then.

    Without `imaging` the service has children of its own that open files.
    """
    acts = [act for one in SLICES for act in one.acts]
    return _application(Shared(await open_features(settings, imaging, acts)))


def _application(shared: Shared) -> Application:
    on = shared.on
    slices = [Bound(one, parts(shared)) for one, parts in _WIRED]
    return Application(
        features=on,
        slices=slices,
        lifecycle=shared.lifecycle,
        acts=shared.acts,
        registry=shared.registry,
        web_parts=WebParts(
            settings=on.settings,
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            acts=shared.acts,
            intake=on.directory.intake,
            authenticate=on.directory.people.verify,
            starting=shared.lifecycle.starting,
        ),
        connection_parts=ConnectionParts(
            clock=on.ground.clock,
            identifiers=on.ground.identifiers,
            tasks=on.tasks,
            acts=shared.acts,
            intake=on.directory.intake,
            authenticate=on.directory.people.verify,
            heartbeat=on.scheduler.presence.heartbeat,
            registry=shared.registry,
            slices=BoundSlices(slices),
        ),
    )


@cache
def describe() -> bytes:
    """The HTTP interface as OpenAPI 3.1, in JSON."""
    return json.encode(openapi([row for one in SLICES for row in one.endpoints], VERSION))


_WIRED: tuple[tuple[Slice[Any], Callable[[Shared], Any]], ...] = (
    (health.SLICE, service.health_parts),
    (accounts.SLICE, service.accounts_parts),
    (items.SLICE, lambda one: one.on.directory.catalogue),
    (calls.SLICE, calling.calls_parts),
    (cases.SLICE, papers.cases_parts),
    (tickets.SLICE, queueing.tickets_parts),
    (desks.SLICE, queueing.desks_parts),
    (appointments.SLICE, queueing.appointments_parts),
    (public_booking.SLICE, queueing.public_booking_parts),
    (bookable_hours.SLICE, queueing.bookable_hours_parts),
    (duty_rota.SLICE, queueing.duty_rota_parts),
    (waiting_list.SLICE, queueing.waiting_list_parts),
    (callbacks.SLICE, queueing.callbacks_parts),
    (transfers.SLICE, queueing.transfers_parts),
    (consultations.SLICE, calling.consultations_parts),
    (guests.SLICE, calling.guests_parts),
    (documents.SLICE, papers.documents_parts),
    (findings.SLICE, papers.findings_parts),
    (forms.SLICE, papers.forms_parts),
    (mandates.SLICE, papers.mandates_parts),
    (handon.SLICE, papers.handon_parts),
    (supplements.SLICE, papers.supplements_parts),
    (guidance.SLICE, papers.guidance_parts),
    (uploads.SLICE, lambda one: one.on.documents.uploads),
    (recordings.SLICE, papers.recordings_parts),
    (supervision.SLICE, calling.supervision_parts),
    (helping.SLICE, calling.helping_parts),
    (cameras.SLICE, calling.cameras_parts),
    (chat.SLICE, calling.chat_parts),
    (annotation.SLICE, calling.annotation_parts),
    (visitors.SLICE, queueing.visitors_parts),
    (notices.SLICE, queueing.notices_parts),
    (description.SLICE, lambda _: describe),
)

SLICES: tuple[Slice[Any], ...] = tuple(one for one, _ in _WIRED)
