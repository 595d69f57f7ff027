"""Few places, taken in turn; who is not waited for any more comes last, and no place is ever lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
from contextvars import copy_context

import pytest

from foundation.turns import ASKER, Asker, Turns


class Hall:
    """Tasks that take a place, are noted, and give it back when told."""

    def __init__(self, places: int) -> None:
        self.turns = Turns(places)
        self.served: list[str] = []
        self.inside = 0

    def come(self, name: str, asker: Asker | None = None) -> asyncio.Task[None]:
        context = copy_context()
        context.run(ASKER.set, asker)
        return asyncio.get_running_loop().create_task(self._use(name), context=context)

    async def _use(self, name: str) -> None:
        await self.turns.take()
        self.inside += 1
        self.served.append(name)
        try:
            await asyncio.sleep(0)
        finally:
            self.inside -= 1
            self.turns.give_back()


async def test_turns_are_taken_in_the_order_of_coming() -> None:
    hall = Hall(1)
    await asyncio.gather(*(hall.come(name) for name in "abcdef"))
    assert "".join(hall.served) == "abcdef"


async def test_whose_asker_is_gone_comes_after_all_others() -> None:
    hall, gone, still = Hall(1), Asker(), Asker()
    tasks = [hall.come("a"), hall.come("b", gone), hall.come("c", gone), hall.come("d", still), hall.come("e")]
    await asyncio.sleep(0)
    gone.gone = True
    await asyncio.gather(*tasks)
    assert "".join(hall.served) == "adebc"


async def test_who_is_cancelled_in_the_moment_a_place_comes_free_is_not_called() -> None:
    hall = Hall(1)
    await hall.turns.take()
    first, second = hall.come("first"), hall.come("second")
    await asyncio.sleep(0)
    first.cancel()
    hall.turns.give_back()
    await asyncio.wait([first, second])
    assert hall.served == ["second"]
    third = hall.come("third")
    await third
    await hall.turns.take()
    last = hall.come("last")
    await asyncio.sleep(0)
    last.cancel()
    hall.turns.give_back()
    await asyncio.wait([last])
    await asyncio.wait_for(hall.turns.take(), 1)


async def test_who_is_called_and_cancelled_in_one_moment_passes_the_place_on() -> None:
    hall = Hall(1)
    await hall.turns.take()
    first, second = hall.come("first"), hall.come("second")
    await asyncio.sleep(0)
    hall.turns.give_back()
    first.cancel()
    await asyncio.wait([first, second])
    assert hall.served == ["second"]


@pytest.mark.parametrize("seed", range(10))
async def test_no_place_is_lost_to_a_cancellation(seed: int) -> None:
    dice, hall = random.Random(seed), Hall(3)
    for _ in range(20):
        tasks = [hall.come("x", Asker(gone=dice.random() < 0.5)) for _ in range(12)]
        for _ in range(dice.randrange(4)):
            await asyncio.sleep(0)
        for task in dice.sample(tasks, 6):
            task.cancel()
        await asyncio.wait(tasks)
        assert hall.inside == 0
    for _ in range(3):
        await hall.turns.take()
    fourth = asyncio.get_running_loop().create_task(hall.turns.take())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(fourth), 0.01)
    assert not fourth.done()
    hall.turns.give_back()
    await fourth
