"""Visits, tickets, their periods and numbers: every statement on them.

A move is conditional on the version that was read: who comes second gets `MovedMeanwhile` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import (
    Date,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from foundation.database import ReadSession, WriteSession, readable, sorted_out
from scheduler.errors import MovedMeanwhile, NoSuchTicket, NotInThisState, TicketAlreadyOpen
from scheduler.queue_core import ticket_life
from scheduler.queue_core.life import IllegalTransition
from scheduler.queue_core.ticket_life import FINAL, IN_HAND, IN_SESSION, TicketState
from scheduler.records import CALLBACK, SETTLED, Ticket
from scheduler.store.tables import CLERKS_TICKET, TICKET_IN_LINE, CounterRow, PeriodRow, TicketRow, VisitRow

_tickets = cast(Table, TicketRow.__table__)
_COUNT_UP = text(
    f"INSERT INTO {CounterRow.__tablename__} (home_id, day, issued) VALUES (:home_id, :day, 1) "  # noqa: S608
    f"ON CONFLICT (home_id, day) DO UPDATE SET issued = {CounterRow.__tablename__}.issued + 1 RETURNING issued"
).bindparams(bindparam("day", type_=Date))
# Built once: to build a statement and its cache key takes longer than to execute it.
_ADD_VISIT = insert(cast(Table, VisitRow.__table__))
_ADD_TICKET = insert(_tickets)
_ADD_PERIOD = insert(cast(Table, PeriodRow.__table__))
_TICKET = select(_tickets).where(_tickets.c.id == bindparam("ticket_id"))
_IN_HAND = select(_tickets).where(_tickets.c.state.in_(IN_HAND))
# In the words of the partial index, so that it is used whatever the parameters are.
_IN_HAND_OF_CLERK = _IN_HAND.where(_tickets.c.clerk_id == bindparam("clerk_id"), text(CLERKS_TICKET))
_IN_SESSION_OF_WORKER = select(_tickets).where(
    _tickets.c.state.in_(IN_SESSION), _tickets.c.worker_id == bindparam("worker_id")
)
# By the states that are meant: by those that are not, SQLite looks through all tickets ever.
_OPEN = [state for state in TicketState if state not in FINAL]
_WATCHED = select(_tickets).where(
    or_(_tickets.c.state.in_(IN_HAND), and_(_tickets.c.state.in_(_OPEN), _tickets.c.day < bindparam("today")))
)
_SAME_NUMBER_AT_MOST = 400
_MOVE = (
    update(_tickets)
    .where(_tickets.c.id == bindparam("of_ticket"), _tickets.c.version == bindparam("as_of"))
    .returning(*_tickets.c)
)
# Those in the queue whose turn may come: a callback between two attempts has a place, and is offered to nobody.
_MAY_COME = (
    text(TICKET_IN_LINE),
    or_(_tickets.c.not_before.is_(None), _tickets.c.not_before <= bindparam("now")),
)
_ANYBODY_WAITS = select(literal(1)).select_from(_tickets).where(*_MAY_COME).limit(1)
_RANK = (
    func.row_number()
    .over(partition_by=(_tickets.c.home_id, _tickets.c.department_id), order_by=(_tickets.c.credit_from, _tickets.c.id))
    .label("rank")
)
_RANKED = select(_tickets.c.id, _RANK).where(*_MAY_COME).subquery()
_HEADS = select(_tickets).join(_RANKED, _RANKED.c.id == _tickets.c.id).where(_RANKED.c.rank <= bindparam("depth"))


async def add_visit(session: WriteSession, visit: Mapping[str, Any]) -> None:
    """Stores a new visit: id, site_id, worker_id, opened_at."""
    await session.execute(_ADD_VISIT, dict(visit))


async def visit_site(session: ReadSession, visit_id: str) -> str | None:
    """The site of a visit; None when there is no such visit."""
    return await session.scalar(select(VisitRow.site_id).where(VisitRow.id == visit_id))


async def next_number(session: WriteSession, home_id: str, day: date) -> int:
    """Counts one ticket more for this home and day, from 1."""
    return int((await session.execute(_COUNT_UP, {"home_id": home_id, "day": day})).scalar_one())


async def add_ticket(session: WriteSession, ticket: Ticket) -> None:
    """Stores a new ticket; raises `TicketAlreadyOpen` when its worker has an open one."""
    try:
        await session.execute(_ADD_TICKET, asdict(ticket))
    except IntegrityError as error:
        raise _conflict(error) from error


async def ticket(session: ReadSession, ticket_id: str) -> Ticket:
    """The ticket; raises `NoSuchTicket`."""
    found = await _one(session, _TICKET, {"ticket_id": ticket_id})
    if found is None:
        raise NoSuchTicket
    return found


async def tickets_of(session: ReadSession, ticket_ids: Collection[str]) -> list[Ticket]:
    """The tickets of these identifiers."""
    return await readable(session, select(_tickets).where(_tickets.c.id.in_(ticket_ids)), _tickets.c.id, _ticket)


async def in_hand(session: ReadSession, clerk_id: str) -> Ticket | None:
    """The ticket this clerk has in hand."""
    return await _one(session, _IN_HAND_OF_CLERK, {"clerk_id": clerk_id})


async def in_session_of_worker(session: ReadSession, worker_id: str) -> Ticket | None:
    """The ticket of this worker that has a session with a clerk."""
    return await _one(session, _IN_SESSION_OF_WORKER, {"worker_id": worker_id})


async def completed_on(session: ReadSession, day: date) -> list[tuple[str, str]]:
    """Clerk and ticket of each that was completed on the day with its matter done."""
    settled = or_(_tickets.c.reason.is_(None), _tickets.c.reason == SETTLED)
    done = (_tickets.c.day == day, _tickets.c.state == TicketState.COMPLETED, _tickets.c.clerk_id.is_not(None), settled)
    return [
        (row.clerk_id, row.id) for row in await session.execute(select(_tickets.c.clerk_id, _tickets.c.id).where(*done))
    ]


async def numbered(session: ReadSession, issuer_id: str, number: str) -> list[str]:
    """The tickets that got this number at a centre, those of the newest days first; a number comes back every day."""
    wanted = select(_tickets.c.id).where(_tickets.c.issuer_id == issuer_id, _tickets.c.number == number)
    return list(await session.scalars(wanted.order_by(_tickets.c.day.desc()).limit(_SAME_NUMBER_AT_MOST)))


async def shown(session: ReadSession, day: date) -> list[Ticket]:
    """What pages show: every ticket that is not over, and the one of the day that each worker was busy with last."""
    busy = func.row_number().over(
        partition_by=_tickets.c.worker_id,
        order_by=(_tickets.c.channel == CALLBACK, _tickets.c.state_since.desc(), _tickets.c.id.desc()),
    )
    ranked = select(_tickets.c.id, busy.label("busy")).where(_tickets.c.day == day).subquery()
    last = select(ranked.c.id).where(ranked.c.busy == 1)
    wanted = select(_tickets).where(or_(_tickets.c.state.not_in(FINAL), _tickets.c.id.in_(last)))
    return await readable(session, wanted, _tickets.c.id, _ticket)


async def in_states(session: ReadSession, states: Collection[TicketState]) -> list[Ticket]:
    """All tickets in any of the states."""
    return await readable(session, select(_tickets).where(_tickets.c.state.in_(states)), _tickets.c.id, _ticket)


async def watched(session: ReadSession, today: date) -> list[Ticket]:
    """What time can change: the tickets in hand, and those of former days that are not over."""
    return await readable(session, _WATCHED, _tickets.c.id, _ticket, {"today": today})


async def move(
    session: WriteSession, ticket: Ticket, state: TicketState, at: datetime, changes: Mapping[str, Any]
) -> Ticket:
    """Moves the ticket, writes the period that ends, and returns the ticket as it is now.

    `changes` are further columns, and "actor_id" for the period. Raises `NotInThisState` for a move that is not
    in the table, `MovedMeanwhile` when the ticket is not the version given or its new clerk has another,
    `TicketAlreadyOpen` when it would be its worker's second.
    """
    try:
        ticket_life.check(ticket.state, state)
    except IllegalTransition as illegal:
        raise NotInThisState(former=illegal.former, state=illegal.state) from illegal
    columns = {name: value for name, value in changes.items() if name != "actor_id"}
    moved_to = {"state": state, "state_since": at, "version": ticket.version + 1}
    values = {"reason": None} | columns | moved_to | {"of_ticket": ticket.id, "as_of": ticket.version}
    try:
        row = (await session.execute(_MOVE, values)).mappings().one_or_none()
    except IntegrityError as error:
        raise _conflict(error) from error
    if row is None:
        raise MovedMeanwhile
    moved = _ticket(row)
    await _end_period(session, ticket, moved, changes.get("actor_id"))
    return moved


async def periods(session: ReadSession, ticket_id: str) -> list[PeriodRow]:
    """The ticket's finished periods in order."""
    wanted = select(PeriodRow).where(PeriodRow.ticket_id == ticket_id).order_by(PeriodRow.version)
    return list(await session.scalars(wanted))


async def anybody_waits(session: ReadSession, now: datetime) -> bool:
    """Whether there is a ticket whose turn may come now."""
    return await session.scalar(_ANYBODY_WAITS, {"now": now}) is not None


async def heads(session: ReadSession, depth: int, now: datetime) -> list[Ticket]:
    """The first `depth` tickets of every queue whose turn may come now, by credit."""
    return await readable(session, _HEADS, _tickets.c.id, _ticket, {"depth": depth, "now": now})


async def sorted_out_open(session: ReadSession) -> tuple[list[Ticket], list[tuple[str, Exception]]]:
    """Every ticket that is not over, and those that cannot be read."""
    return await sorted_out(session, select(_tickets).where(_tickets.c.state.not_in(FINAL)), _tickets.c.id, _ticket)


async def take_out(session: WriteSession, ticket_id: str) -> None:
    """Counts a ticket as expired whatever its row says, so that nobody is kept from another one."""
    taken_out = {"state": TicketState.EXPIRED, "reason": "set_aside"}
    await session.execute(update(_tickets).where(_tickets.c.id == ticket_id).values(**taken_out))


async def _one(session: ReadSession, wanted: Select[Any], of: Mapping[str, str]) -> Ticket | None:
    row = (await session.execute(wanted, of)).mappings().one_or_none()
    return None if row is None else _ticket(row)


async def _end_period(session: WriteSession, former: Ticket, moved: Ticket, actor_id: str | None) -> None:
    holder = moved if moved.clerk_id else former
    await session.execute(
        _ADD_PERIOD,
        {
            "ticket_id": former.id,
            "version": former.version,
            "state": former.state,
            "next_state": moved.state,
            "began_at": former.state_since,
            "ended_at": moved.state_since,
            "clerk_id": holder.clerk_id,
            "window_id": holder.window_id,
            "actor_id": actor_id,
            "reason": moved.reason,
        },
    )


def _conflict(error: IntegrityError) -> TicketAlreadyOpen | MovedMeanwhile:
    # PostgreSQL names the index, SQLite the column; anything else is a broken promise of ours.
    if "uq_tickets_worker" in str(error.orig) or "tickets.worker_id" in str(error.orig):
        return TicketAlreadyOpen()
    if "uq_tickets_clerk" in str(error.orig) or "tickets.clerk_id" in str(error.orig):
        return MovedMeanwhile()
    raise error


def _ticket(row: RowMapping) -> Ticket:
    # Checked, since SQLite keeps anything in any column.
    return msgspec.convert(dict(row), Ticket)
