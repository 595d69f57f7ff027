"""The tables: visits, tickets and their periods, offers, desks, ticket counters, appointments and the
list of who waits for one, callbacks.

Partial unique indexes hold what must never happen, whatever the program does: a ticket offered twice, a clerk
with two tickets or two offers, a window with two clerks or two appointments, a point with two open tickets, a ticket
with two open callbacks.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime

CLERKS_TICKET = "state IN ('offered', 'calling_back', 'called', 'recalled', 'serving', 'on_hold', 'interrupted')"
WORKERS_TICKET = f"channel IN ('remote', 'appointment') AND (state = 'waiting' OR {CLERKS_TICKET})"
TICKET_IN_LINE = "state IN ('waiting', 'callback_scheduled')"
OPEN_OFFER = "outcome = 'open'"
OPEN_CALLBACK = "state IN ('scheduled', 'ringing')"
OPEN_WISH = "state IN ('listed', 'time_held')"
OPEN_WINDOW = "window_state <> 'closed'"


def _unique_where(name: str, column: str, condition: str) -> Index:
    where = text(condition)
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


class VisitRow(Base):
    """One person's errand: one or several tickets."""

    __tablename__ = "visits"

    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str]
    worker_id: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TicketRow(Base):
    """One ticket in its present state; see `records.Ticket`."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("uq_tickets_number", "issuer_id", "day", "number", unique=True),
        _unique_where("uq_tickets_clerk", "clerk_id", CLERKS_TICKET),
        _unique_where("uq_tickets_worker", "worker_id", WORKERS_TICKET),
        Index(
            "ix_tickets_line",
            "home_id",
            "department_id",
            "credit_from",
            "id",
            sqlite_where=text(TICKET_IN_LINE),
            postgresql_where=text(TICKET_IN_LINE),
        ),
        Index("ix_tickets_state", "state", "day"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    day: Mapped[date]
    number: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]
    version: Mapped[int]
    site_id: Mapped[str]
    issuer_id: Mapped[str]
    home_id: Mapped[str]
    home_path: Mapped[str]
    department_id: Mapped[str]
    item_id: Mapped[str]
    worker_id: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    credit_from: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_seconds: Mapped[float]
    calls: Mapped[int]
    clerk_id: Mapped[str | None]
    window_id: Mapped[str | None]
    window_name: Mapped[str | None]
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    handover: Mapped[bytes | None] = mapped_column(LargeBinary)
    grants: Mapped[list[str]] = mapped_column(JSON)
    refused_by: Mapped[list[str]] = mapped_column(JSON)
    kept_for: Mapped[str | None]
    kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grace_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PeriodRow(Base):
    """One finished stretch of a ticket's life; written once, when the ticket leaves `state` for `next_state`."""

    __tablename__ = "ticket_periods"

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    next_state: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clerk_id: Mapped[str | None]
    window_id: Mapped[str | None]
    actor_id: Mapped[str | None]
    reason: Mapped[str | None]


class OfferRow(Base):
    """One ticket rung at one clerk; see `records.Offer`."""

    __tablename__ = "offers"
    __table_args__ = (
        _unique_where("uq_offers_ticket", "ticket_id", OPEN_OFFER),
        _unique_where("uq_offers_clerk", "clerk_id", OPEN_OFFER),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    clerk_id: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskRow(Base):
    """One clerk's desk; see `records.DeskRecord`."""

    __tablename__ = "desks"
    __table_args__ = (_unique_where("uq_desks_window", "window_id", OPEN_WINDOW),)

    clerk_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    site_id: Mapped[str]
    path: Mapped[str]
    skills: Mapped[dict[str, int]] = mapped_column(JSON)
    window_id: Mapped[str]
    window_name: Mapped[str]
    window_state: Mapped[str]
    status: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    wrap_up_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CounterRow(Base):
    """How many ticket numbers a home has issued on a day."""

    __tablename__ = "ticket_counters"

    home_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    issued: Mapped[int]


class AppointmentRow(Base):
    """One appointment in its present state; see `records.Appointment`."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_site", "site_id", "starts"),
        Index("ix_appointments_home", "home_id", "starts"),
        Index("ix_appointments_state", "state", "starts"),
        Index("ix_appointments_person", "person"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    version: Mapped[int]
    state: Mapped[str]
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    site_id: Mapped[str]
    home_id: Mapped[str]
    department_id: Mapped[str]
    item_id: Mapped[str]
    worker_id: Mapped[str]
    unit_id: Mapped[str]
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    """On the wall."""
    zone: Mapped[str]
    minutes: Mapped[int]
    person: Mapped[bytes] = mapped_column(LargeBinary)
    ticket_id: Mapped[str | None]
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    details: Mapped[bytes] = mapped_column(LargeBinary)
    visitor_id: Mapped[str | None]
    forgotten: Mapped[bool]


class AppointmentUnitRow(Base):
    """One quarter-hour of a window that an appointment takes; its key is what nobody else can have."""

    __tablename__ = "appointment_units"

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    starts: Mapped[datetime] = mapped_column(DateTime(timezone=False), primary_key=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointments.id"), index=True)


class WishRow(Base):
    """One wish on the waiting list in its present state; see `records.Wish`."""

    __tablename__ = "appointment_wishes"
    __table_args__ = (
        Index(
            "ix_appointment_wishes_list",
            "home_id",
            "asked_at",
            "id",
            sqlite_where=text(OPEN_WISH),
            postgresql_where=text(OPEN_WISH),
        ),
        Index("ix_appointment_wishes_person", "person"),
        Index("ix_appointment_wishes_site", "site_id"),
        Index("uq_appointment_wishes_appointment", "appointment_id", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    site_id: Mapped[str]
    home_id: Mapped[str]
    department_id: Mapped[str]
    item_id: Mapped[str]
    worker_id: Mapped[str]
    days: Mapped[list[str]] = mapped_column(JSON)
    last_day: Mapped[date]
    part: Mapped[str]
    passed: Mapped[list[str]] = mapped_column(JSON)
    offers: Mapped[int]
    person: Mapped[bytes] = mapped_column(LargeBinary)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointments.id"))
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    details: Mapped[bytes] = mapped_column(LargeBinary)


class PhoneCodeRow(Base):
    """A code that was sent to a telephone; kept for a day, so that they are counted."""

    __tablename__ = "phone_codes"

    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int]


class CallbackRow(Base):
    """One callback in its present state; see `records.Callback`."""

    __tablename__ = "callbacks"
    __table_args__ = (
        _unique_where("uq_callbacks_ticket", "ticket_id", OPEN_CALLBACK),
        Index("ix_callbacks_place", "rings_at", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    rings_at: Mapped[str]
    version: Mapped[int]
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str]
    channel: Mapped[str]
    deadline: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    rings_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]
