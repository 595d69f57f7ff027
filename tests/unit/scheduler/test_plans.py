"""No statement of a case looks through all tickets or offers that ever were: they grow for years."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import event

from scheduler.views import TakeTicket
from tests.support.engines import engine_of
from tests.support.hall import Hall


async def test_on_sqlite_the_statements_of_a_case_find_their_rows_by_an_index(hall: Hall) -> None:
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, sql: str, values: Any, _context: object, many: bool) -> None:
        if not many:
            asked[sql] = values

    for reading in (False, True):
        event.listen(engine_of(hall.database, reading=reading), "before_cursor_execute", note)
    ada, wu = hall.clerk("ada"), hall.worker()
    await hall.open("ada")
    ticket = await hall.reception.take_ticket(wu, TakeTicket(item_id="allowance"))
    await hall.timers.tick()
    other = hall.worker(name="xu")
    called_back = await hall.reception.take_ticket(other, TakeTicket(item_id="allowance"))
    await hall.callbacks.ask(other, called_back.id)
    await hall.callbacks.of(other)
    await hall.callbacks.wait_again(other, called_back.id)
    offer = (await hall.seen(ada)).offer
    assert offer is not None
    asked_at_start = set(asked)
    await hall.desk.accept(ada, offer.id)
    await hall.reception.in_hand_of_clerk("ada")
    await hall.reception.in_session_of_worker("wu")
    await hall.desk.enter_call(wu, ticket.id)
    await hall.timers.tick()
    await hall.desk.finish(ada, ticket.id)
    await hall.desk.end_wrap_up(ada)
    await hall.timers.tick()
    # The board is read once, at the start of the service.
    seldom = {sql for sql in asked_at_start if "AS busy" in sql or "clerk_id IS NOT NULL" in sql}
    path = str(engine_of(hall.database).url.database)
    with closing(sqlite3.connect(path)) as connection:
        plans = {
            sql: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            for sql, values in asked.items()
            if sql not in seldom
        }
    assert len(plans) > 20
    grown = ("SCAN tickets", "SCAN offers", "SCAN ticket_periods", "SCAN visits")
    assert [(sql, plan) for sql, plan in plans.items() if any(step in grown for step in plan)] == []
