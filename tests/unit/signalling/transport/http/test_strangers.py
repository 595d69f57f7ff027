from __future__ import annotations

import asyncio
from collections import Counter

from signalling.transport.http.strangers import Strangers
from tests.support.virtual_time import VirtualClock, run_virtually

STRANGER, OTHER = "198.51.100.1", "198.51.100.2"


def test_refusals_of_one_client_leave_twenty_a_second_however_many_connections_ask() -> None:
    assert 18 < run_virtually(answers_a_second(1024, 1)) < 21


def test_refusals_of_all_leave_a_hundred_a_second() -> None:
    assert 90 < run_virtually(answers_a_second(400, 8)) < 105


async def answers_a_second(connections: int, clients: int) -> float:
    """Each connection asks again as soon as it is answered."""
    strangers, answered = Strangers(VirtualClock(asyncio.get_running_loop())), Counter[str]()

    async def ask(client: str) -> None:
        while True:
            await strangers.hold(client)
            answered[client] += 1

    asking = [asyncio.create_task(ask(f"198.51.100.{one}")) for one in range(clients) for _ in range(connections)]
    await asyncio.sleep(120)
    before = answered.total()
    await asyncio.sleep(600)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    return (answered.total() - before) / 600


def test_a_client_does_not_wait_for_another() -> None:
    async def held() -> tuple[float, float]:
        strangers = Strangers(VirtualClock(asyncio.get_running_loop()))
        holding = [asyncio.create_task(strangers.hold(STRANGER)) for _ in range(400)]
        await asyncio.sleep(0)
        meanwhile = strangers.seconds_to_hold(STRANGER), strangers.seconds_to_hold(OTHER)
        for one in holding:
            one.cancel()
        await asyncio.gather(*holding, return_exceptions=True)
        assert strangers.seconds_to_hold(STRANGER) == 5, "who went is still counted"
        return meanwhile

    assert run_virtually(held()) == (20.05, 5)
