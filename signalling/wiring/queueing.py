"""Makes the parts of the slices that queue people: tickets, desks, appointments, and how people come to them."""

from __future__ import annotations

from functools import partial

from directory.booked_share import BookedShareKeeping
from directory.person_hours import PersonHoursKeeping
from directory.public_booking import PublicBookingKeeping
from signalling.scheduler_catalogue import SchedulerCatalogue
from signalling.slices import (
    appointments,
    bookable_hours,
    callbacks,
    desks,
    duty_rota,
    notices,
    public_booking,
    tickets,
    transfers,
    visitors,
    waiting_list,
)
from signalling.slices.cameras.ports import hall_views
from signalling.slices.desks.cards import QueueCards
from signalling.slices.public_booking.limits import Limits
from signalling.slices.tickets.clerk_messages import ClerkMessages
from signalling.slices.tickets.openings import Hours, Openings
from signalling.slices.visitors.guesses import Guesses
from signalling.transport.http.link_attempts import LinkAttempts
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.readers import Readers
from signalling.wiring.shared import Shared


def tickets_parts(shared: Shared) -> tickets.Parts:
    """What tickets need."""
    on = shared.on
    hours = Hours(on.directory.catalogue, on.ground.clock, on.settings.time_zone)
    return tickets.Parts(
        bus=on.ground.bus,
        reception=on.scheduler.reception,
        desk=on.scheduler.desk,
        board=on.scheduler.board,
        places=on.scheduler.places,
        facts=SchedulerCatalogue(on.directory.catalogue),
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        pace=Pace(),
        cards=shared.cards,
        told=ClerkMessages(),
        openings=Openings(on.scheduler.board.is_reached, hours.opens_at),
        open_case=shared.cases.open_case,
        note=shared.cases.note,
        history_of=shared.cases.history_of,
        damaged=shared.damaged,
        clock=on.ground.clock,
        zone=shared.zone,
        session_of=shared.session_views.of,
        case_of=shared.cases.of_ticket,
        still_of=shared.stills.of,
        halls_of=partial(hall_views, on.cameras),
        organisation_of=on.directory.visits.organisation,
        session_changes=shared.session_changes,
        still_changes=shared.stills.changes,
        hall_changes=shared.hall_changes,
    )


def desks_parts(shared: Shared) -> desks.Parts:
    """What desks need."""
    on = shared.on
    return desks.Parts(
        bus=on.ground.bus,
        desk=on.scheduler.desk,
        board=on.scheduler.board,
        callbacks=on.scheduler.callbacks,
        catalogue=on.directory.catalogue,
        clock=on.ground.clock,
        time_zone=on.settings.time_zone,
        registry=shared.registry,
        pace=Pace(),
        cards=QueueCards(on.directory.catalogue, shared.cards.applicant),
        card_of=shared.cards.card,
        handover_of=on.scheduler.reception.handover,
        session_of=shared.session_views.of,
        case_of=shared.cases.of_ticket,
        note=shared.cases.note,
        summarise=on.documents.summaries.make,
        session_changes=shared.session_changes,
    )


def appointments_parts(shared: Shared) -> appointments.Parts:
    """What appointments need."""
    on = shared.on
    return appointments.Parts(
        bus=on.ground.bus,
        appointments=on.scheduler.appointments,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        readers=Readers(),
        channels=on.notices.notifier.channels,
        today=shared.today,
    )


def bookable_hours_parts(shared: Shared) -> bookable_hours.Parts:
    """What bookable hours need."""
    on = shared.on
    keeping = PersonHoursKeeping(database=on.ground.database, catalogue=on.directory.catalogue)
    shares = BookedShareKeeping(database=on.ground.database, catalogue=on.directory.catalogue)
    return bookable_hours.Parts(catalogue=on.directory.catalogue, keeping=keeping, shares=shares)


def public_booking_parts(shared: Shared) -> public_booking.Parts:
    """What booking without a worker needs."""
    on = shared.on
    return public_booking.Parts(
        keeping=PublicBookingKeeping(
            database=on.ground.database, catalogue=on.directory.catalogue, clock=on.ground.clock
        ),
        appointments=on.scheduler.appointments,
        catalogue=on.directory.catalogue,
        visits=on.directory.visits,
        limits=Limits(on.ground.clock),
        channels=on.notices.notifier.channels,
        today=shared.today,
        public_url=on.settings.effective_public_url,
    )


def duty_rota_parts(shared: Shared) -> duty_rota.Parts:
    """What the duty rota needs."""
    return duty_rota.Parts(catalogue=shared.on.directory.catalogue, keeping=shared.duty)


def waiting_list_parts(shared: Shared) -> waiting_list.Parts:
    """What the waiting list needs."""
    on = shared.on
    return waiting_list.Parts(
        bus=on.ground.bus,
        waiting_list=on.scheduler.waiting_list,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
        readers=Readers(),
    )


def callbacks_parts(shared: Shared) -> callbacks.Parts:
    """What callbacks need."""
    return callbacks.Parts(
        callbacks=shared.on.scheduler.callbacks,
        board=shared.on.scheduler.board,
        registry=shared.registry,
        readers=Readers(),
        card_of=shared.cards.card,
        ticket_of=shared.on.scheduler.reception.ticket,
        open_case=shared.cases.open_case,
        note=shared.cases.note,
    )


def transfers_parts(shared: Shared) -> transfers.Parts:
    """What transfers need."""
    on = shared.on
    return transfers.Parts(
        transfers=on.scheduler.transfers,
        board=on.scheduler.board,
        catalogue=on.directory.catalogue,
        note=shared.cases.note,
    )


def notices_parts(shared: Shared) -> notices.Parts:
    """What notices need."""
    return notices.Parts(dispatcher=shared.on.notices.dispatcher, simulator=shared.on.notices.simulator)


def visitors_parts(shared: Shared) -> visitors.Parts:
    """What visitors need."""
    on = shared.on
    return visitors.Parts(
        visits=on.directory.visits,
        codes=on.directory.codes,
        guesses=Guesses(on.ground.clock),
        link_attempts=LinkAttempts(on.ground.clock),
        appointments=on.scheduler.appointments,
        waiting_list=on.scheduler.waiting_list,
        catalogue=on.directory.catalogue,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        registry=shared.registry,
    )
