"""Somebody comes to another point with the number of a case and a name: what is missing is shown there, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from directory.principal import Role
from document_relay.errors import NoSuchMaterial, NotYourCase
from document_relay.found_supplements import LASTS
from document_relay.supplement_errors import (
    NoSuchSupplement,
    SupplementNotFound,
    SupplementNotOpen,
    SupplementTooLate,
)
from foundation.clock import ManualClock
from foundation.errors import Refusal
from tests.support.engines import engine_of
from tests.unit.document_relay.conftest import Bench, stranger
from tests.unit.document_relay.test_joint_acceptance import packed
from tests.unit.document_relay.test_supplements import (
    ENDS,
    asked,
    last,
    left,
    now,  # noqa: F401 - a fixture
    send,
    sender,
)

ELSEWHERE = stranger(Role.COMMUNITY_WORKER, "/district/town-09/point-170")
PLACE = "另一延伸点"


async def find(bench: Bench, number: str | None = None, name: str = "王桂英", who: object = ELSEWHERE) -> str:
    if number is None:
        number = (await bench.case()).file.number
    supplement_id, case_id = await bench.relay.found_supplements.open(who, number, name, PLACE)  # type: ignore[arg-type]
    assert case_id == bench.case_id
    return supplement_id


async def test_the_number_and_the_name_open_the_list_for_two_hours(
    bench: Bench, clock: ManualClock, tmp_path: Path
) -> None:
    link = await asked(bench)
    await left(bench)
    for position in (1, 2):
        with pytest.raises(NotYourCase):
            await send(bench, ELSEWHERE, "none", position)
    number = (await bench.case()).file.number
    assert await find(bench, f" {number.lower()} ", "王 桂英") == link.supplement_id
    found = await bench.relay.found_supplements.of(ELSEWHERE)
    assert [one.file.id for one in found] == [bench.case_id]
    clock.advance(60)
    with pytest.raises(NoSuchMaterial):
        await send(bench, ELSEWHERE, "another", 2)
    await send(bench, ELSEWHERE, "wanted")
    # The slip is made anew, for who has lost the link.
    again = await bench.relay.supplements.link(ELSEWHERE, link.supplement_id)
    assert again.secret != link.secret
    await bench.relay.supplements.answer(ELSEWHERE, link.supplement_id)
    history = (await bench.case()).history
    assert [entry.who for entry in history if PLACE in entry.sentence[0]] == [ELSEWHERE.name]
    assert (await packed(bench, tmp_path / "found.zip")).intact
    clock.advance(LASTS.total_seconds())
    assert await bench.relay.found_supplements.of(ELSEWHERE) == []
    with pytest.raises(NotYourCase):
        await bench.relay.supplements.link(ELSEWHERE, link.supplement_id)


async def test_nothing_else_of_the_case_is_opened(bench: Bench) -> None:
    link = await asked(bench)
    await left(bench)
    await find(bench)
    relay = bench.relay
    for attempt in (
        relay.access.require(ELSEWHERE, (await bench.case()).file),
        relay.pages.order(ELSEWHERE, (await bench.material()).id, []),
        relay.supplements.accept(ELSEWHERE, link.supplement_id),
        relay.supplements.withdraw(ELSEWHERE, link.supplement_id),
    ):
        with pytest.raises(NotYourCase):
            await attempt
    near = stranger(Role.COMMUNITY_WORKER, "/district/town-03/point-041")
    await find(bench, who=near)
    with pytest.raises(Refusal) as refused:
        await relay.access.require(near, (await bench.case()).file)
    assert refused.value.code == "reason_needed", "found is not granted"


async def test_a_wrong_number_and_a_wrong_name_are_answered_alike(bench: Bench, clock: ManualClock) -> None:
    engine, questions = engine_of(bench.database, reading=True), list[int]()
    refusals = []

    def count(*_: object) -> None:
        questions[-1] += 1

    async def refused(number: str | None = None, name: str = "王桂英") -> None:
        number = (await bench.case()).file.number if number is None else number
        questions.append(0)
        event.listen(engine, "before_cursor_execute", count)
        with pytest.raises(Refusal) as found:
            await find(bench, number, name)
        event.remove(engine, "before_cursor_execute", count)
        refusals.append((type(found.value), found.value.sentence("zh-CN")))

    await refused()
    link = await asked(bench)
    # While the visit goes on, the papers are shown in it.
    await refused()
    await left(bench)
    await refused(name="王桂")
    await refused(name="")
    await refused(number="20261123-ABCDEF")
    await refused(number=bench.case_id)
    assert {kind for kind, _ in refusals} == {SupplementNotFound}
    assert len(set(refusals)) == 1
    assert set(questions) == {1}, "nor does the time tell what there is"
    assert not any("凭案卷编号" in entry.sentence[0] for entry in (await bench.case()).history)
    # Whoever proves it is told how it stands.
    await find(bench)
    clock.advance(1)
    await send(bench, ELSEWHERE, "wanted")
    await bench.relay.supplements.answer(ELSEWHERE, link.supplement_id)
    with pytest.raises(SupplementNotOpen):
        await find(bench)


async def test_after_the_deadline_nothing_is_opened_or_taken(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    await left(bench)
    clock.set_wall(ENDS)
    clock.advance(-60)
    await find(bench)
    clock.advance(60)
    with pytest.raises(SupplementTooLate):
        await find(bench)
    with pytest.raises(NotYourCase):
        await send(bench, ELSEWHERE, "late")
    await bench.relay.supplements.end_due()
    assert (await last(bench)).state == "ended"
    with pytest.raises(SupplementTooLate):
        await find(bench)
    with pytest.raises(NoSuchSupplement):
        await send(bench, sender(bench, f"{link.supplement_id}x"), "other")
