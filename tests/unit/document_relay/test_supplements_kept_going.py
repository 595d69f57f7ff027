"""What goes on with supplements all the same: beside a damaged one, without their clerk, in other hands, and late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from document_relay.store import supplement_reading
from foundation.clock import ManualClock
from tests.unit.document_relay.conftest import CLERK, Bench, opening
from tests.unit.document_relay.test_supplements import (
    ENDS,
    asked,
    last,
    left,
    now,  # noqa: F401 - a fixture
)


async def damage(bench: Bench, case_id: str) -> list[str]:
    """Damages the supplements of a case; what is told as damaged from now on."""
    told = list[str]()
    bench.database.on_damaged(lambda kind, _identifier, _problem: told.append(kind))
    async with bench.database.write() as session:
        damaged = text("UPDATE supplements SET words = :words WHERE case_id = :case_id")
        await session.execute(damaged, {"words": b"", "case_id": case_id})
    return told


async def another(bench: Bench, ticket: str = "ticket-2") -> str:
    """One more case of the same clerk, which the bench looks at from now on; the former's identifier."""
    former = bench.case_id
    bench.case_id = await bench.relay.case_files.open_case(opening(ticket))
    await bench.relay.case_files.assign_clerk(bench.case_id, CLERK.staff_id, CLERK.name)
    return former


@pytest.mark.both_databases
async def test_a_damaged_one_keeps_no_deadline_behind_it_from_ending(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many are damaged as are taken at once.
    monkeypatch.setattr(supplement_reading, "_DUE_AT_ONCE", 1)
    await asked(bench)
    told = await damage(bench, await another(bench))
    await asked(bench)
    clock.set_wall(ENDS + timedelta(hours=1))
    assert await bench.relay.supplements.end_due() == 1
    assert (await last(bench)).state == "ended"
    assert told == ["supplements"]
