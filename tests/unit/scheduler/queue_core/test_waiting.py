"""The forward simulation against what queueing theory knows exactly."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest

from scheduler.queue_core.matching import Clerk, Lane, opens, ticket_for
from scheduler.queue_core.queue import Waiting, ticket_queues
from scheduler.queue_core.waiting import Hall, Range, Sample, Server, exponential, lognormal, queue_length_range, ranges

SERVICE = 600.0
LANES = {"q": Lane(1)}


def hall(ahead: int, clerks: int, elapsed: float = 100.0) -> tuple[list[Waiting], list[Server]]:
    tickets = [Waiting(f"t{number:03d}", "q", float(number), SERVICE) for number in range(ahead + 1)]
    return tickets, [Server(Clerk(f"c{number}", LANES, 1, 0.0), SERVICE, elapsed) for number in range(clerks)]


def simulated(tickets: list[Waiting], servers: list[Server], sample: Sample, replicas: int) -> dict[str, Range]:
    hall = Hall(tickets, servers, 1000.0)
    return ranges(tickets, [hall.waits(sample) for _ in range(replicas)])


def mean_wait(ahead: int, clerks: int, replicas: int, seed: int = 1) -> float:
    tickets, servers = hall(ahead, clerks)
    sample, last = exponential(random.Random(seed).random), tickets[-1].ticket_id
    hall_now = Hall(tickets, servers, 1000.0)
    return fmean(hall_now.waits(sample)[last] for _ in range(replicas))


def erlang_c(clerks: int, load: float) -> float:
    """The share of people who wait in M/M/c (Erlang 1917)."""
    all_busy = load**clerks / math.factorial(clerks) * clerks / (clerks - load)
    return all_busy / (sum(load**k / math.factorial(k) for k in range(clerks)) + all_busy)


@pytest.mark.parametrize(("clerks", "utilisation"), [(2, 0.7), (4, 0.8), (8, 0.85)])
def test_the_mean_wait_of_mmc_is_that_of_erlang_c(clerks: int, utilisation: float) -> None:
    # Whoever arrives finds n people with the stationary share of n (PASTA); the simulator gives each one's wait.
    load = clerks * utilisation
    waiting_share = erlang_c(clerks, load)
    longest = math.ceil(math.log(1e-4) / math.log(utilisation))
    mean = sum(
        waiting_share * (1 - utilisation) * utilisation**ahead * mean_wait(ahead, clerks, 600, seed=ahead)
        for ahead in range(longest)
    )
    exact = waiting_share * SERVICE / (clerks - load)
    assert mean == pytest.approx(exact, rel=0.04)


@pytest.mark.parametrize("ahead", [0, 3, 10])
def test_the_quoted_range_holds_as_often_as_it_says(ahead: int) -> None:
    tickets, servers = hall(ahead, 3)
    quoted = simulated(tickets, servers, exponential(random.Random(5).random), 2000)[tickets[-1].ticket_id]
    fresh = exponential(random.Random(6).random)
    now = Hall(tickets, servers, 1000.0)
    seen = [now.waits(fresh)[tickets[-1].ticket_id] for _ in range(2000)]
    assert fmean(wait <= quoted.p50 for wait in seen) == pytest.approx(0.5, abs=0.04)
    assert fmean(wait <= quoted.p90 for wait in seen) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize(("ahead", "clerks"), [(0, 1), (3, 2), (12, 4), (50, 6)])
def test_the_simple_estimate_agrees_where_it_is_exact(ahead: int, clerks: int) -> None:
    tickets, servers = hall(ahead, clerks)
    drawn = simulated(tickets, servers, exponential(random.Random(2).random), 4000)[tickets[-1].ticket_id]
    simple = queue_length_range(ahead, SERVICE, clerks)
    assert simple.p50 == pytest.approx(drawn.p50, rel=0.06)
    assert simple.p90 == pytest.approx(drawn.p90, rel=0.06)


def test_lognormal_sessions_have_the_mean_and_variation_asked_for() -> None:
    sample = lognormal(random.Random(3).random, 0.8)
    drawn = [sample(SERVICE) for _ in range(40_000)]
    mean = fmean(drawn)
    assert mean == pytest.approx(SERVICE, rel=0.02)
    assert math.sqrt(fmean((one - mean) ** 2 for one in drawn)) / mean == pytest.approx(0.8, rel=0.05)


def test_the_same_seed_quotes_the_same() -> None:
    tickets, servers = hall(5, 2)
    once, again = (simulated(tickets, servers, lognormal(random.Random(4).random, 0.8), 50) for _ in range(2))
    assert once == again


def test_nobody_on_duty_is_an_endless_wait() -> None:
    tickets, _ = hall(0, 1)
    assert simulated(tickets, [], exponential(random.Random(1).random), 10)["t000"].p50 == math.inf
    assert queue_length_range(0, SERVICE, 0).p50 == math.inf


def test_a_clerk_behind_a_threshold_helps_from_its_moment_on() -> None:
    tickets = [Waiting("t", "q", 1000.0, SERVICE)]
    far = Server(Clerk("far", {"q": Lane(1, after=180.0)}, 1, 0.0))
    assert Hall(tickets, [far], 1000.0).waits(exponential(random.Random(1).random)) == {"t": 180.0}


def test_a_session_far_over_its_time_ends_soon() -> None:
    tickets, servers = hall(0, 1, elapsed=1e6)
    wait = simulated(tickets, servers, lognormal(random.Random(1).random, 0.8), 200)["t000"]
    assert 0.0 < wait.p50 < SERVICE / 4


def by_the_matcher(tickets: list[Waiting], servers: list[Server], now: float, sample: Sample) -> dict[str, float]:
    """A replica in which every step asks the matcher anew."""
    left, found = {one.ticket_id: one for one in tickets}, dict[str, float]()
    free_at = [
        (now if server.service is None else now + sample(server.service), at) for at, server in enumerate(servers)
    ]
    while free_at:
        moment, at = min(free_at)
        free_at.remove((moment, at))
        clerk = servers[at].clerk
        if (one := ticket_for(clerk, ticket_queues(left.values()), moment)) is not None:
            del left[one.ticket_id]
            found[one.ticket_id] = moment - now
            free_at.append((moment + sample(one.service), at))
        elif soon := [opening for one in left.values() if moment < (opening := opens(clerk, one)) < math.inf]:
            free_at.append((min(soon), at))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_replica_gives_what_the_matcher_would_give_at_each_step(seed: int) -> None:
    dice = random.Random(seed)
    clerks = [f"c{number}" for number in range(6)]
    tickets = [
        Waiting(
            f"t{number:02d}",
            f"q{dice.randrange(4)}",
            float(dice.randrange(1300)),
            float(dice.randrange(1, 900)),
            frozenset(dice.sample(clerks, dice.choice([0, 0, 1, 3]))),
            dice.choice([None, None, "c0", "c5"]),
            float(dice.randrange(900, 1300)),
            dice.choice([-math.inf, 1150.0]),
        )
        for number in range(dice.randrange(1, 25))
    ]
    servers = [
        Server(
            Clerk(
                clerk,
                {f"q{lane}": Lane(1, dice.choice([0.0, 100.0, 400.0])) for lane in range(dice.randrange(5))},
                1,
                0.0,
            ),
            *dice.choice([(None, None), (60.0, 0.0)]),
        )
        for clerk in clerks
    ]
    one, other = (exponential(random.Random(seed).random) for _ in range(2))
    assert Hall(tickets, servers, 1000.0).waits(one) == by_the_matcher(tickets, servers, 1000.0, other)
