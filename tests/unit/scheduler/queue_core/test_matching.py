"""Matching and overflow against plain definitions."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from scheduler.queue_core.matching import Clerk, Lane, clerk_for, may_serve, opens, pairs, ticket_for
from scheduler.queue_core.overflow import Queue, Station, Tier, lanes, tier
from scheduler.queue_core.queue import Waiting, ticket_queues

NOW = 1000.0
QUEUES = ("civil", "tax", "land")

tickets_drawn = st.lists(
    st.tuples(st.sampled_from(QUEUES), st.integers(0, 1000), st.sets(st.sampled_from(["c0", "c1"]))), max_size=25
)
clerks_drawn = st.lists(
    st.dictionaries(
        st.sampled_from(QUEUES), st.builds(Lane, st.integers(1, 3), st.sampled_from([0.0, 180.0, 600.0])), min_size=1
    ),
    min_size=1,
    max_size=6,
)


def people(drawn: list[tuple[str, int, set[str]]]) -> list[Waiting]:
    return [
        Waiting(f"t{number:02d}", queue, float(moment), 600.0, frozenset(refused))
        for number, (queue, moment, refused) in enumerate(drawn)
    ]


def staff(drawn: list[dict[str, Lane]]) -> list[Clerk]:
    return [Clerk(f"c{number}", held, len(held), float(number % 3)) for number, held in enumerate(drawn)]


def order(one: Waiting) -> tuple[float, str]:
    return (one.credit_from, one.ticket_id)


@given(tickets_drawn, clerks_drawn)
def test_a_clerk_gets_the_highest_credit_that_may_be_served(
    drawn: list[tuple[str, int, set[str]]], held: list[dict[str, Lane]]
) -> None:
    tickets, clerk = people(drawn), staff(held)[0]
    wanted = min((one for one in tickets if may_serve(clerk, one, NOW)), key=order, default=None)
    assert ticket_for(clerk, ticket_queues(tickets), NOW) == wanted


@given(tickets_drawn, clerks_drawn)
def test_pairs_are_fair_and_leave_nobody_who_could_be_paired(
    drawn: list[tuple[str, int, set[str]]], held: list[dict[str, Lane]]
) -> None:
    tickets, clerks = people(drawn), staff(held)
    found = pairs(ticket_queues(tickets), clerks, NOW)
    assert len({pair.clerk.id for pair in found}) == len({pair.waiting.ticket_id for pair in found}) == len(found)
    free = list(clerks)
    expected = []
    for one in sorted(tickets, key=order):
        able = [clerk for clerk in free if may_serve(clerk, one, NOW)]
        if able:
            best = min(able, key=lambda c: (-c.lanes[one.queue_id].level, c.breadth, c.idle_since, c.id))
            free.remove(best)
            expected.append((one.ticket_id, best.id))
    assert [(pair.waiting.ticket_id, pair.clerk.id) for pair in found] == expected


def test_skill_then_narrowness_then_idleness() -> None:
    one = Waiting("t", "civil", 0.0, 600.0)
    able = Clerk("able", {"civil": Lane(3), "tax": Lane(1)}, 2, 900.0)
    narrow = Clerk("narrow", {"civil": Lane(1)}, 1, 900.0)
    broad = Clerk("broad", {"civil": Lane(1), "tax": Lane(1)}, 2, 0.0)
    idle = Clerk("idle", {"civil": Lane(1)}, 1, 100.0)
    assert clerk_for(one, [broad, narrow, idle, able], NOW) == able
    assert clerk_for(one, [broad, narrow, idle], NOW) == idle
    assert clerk_for(one, [broad, narrow], NOW) == narrow
    assert clerk_for(one, [Clerk("other", {"tax": Lane(1)}, 1, 0.0)], NOW) is None


def test_a_threshold_opens_with_credit_and_tells_when() -> None:
    clerk = Clerk("cyd", {"civil": Lane(1, after=180.0)}, 1, 0.0)
    young = Waiting("t", "civil", NOW - 179.0, 600.0)
    assert ticket_for(clerk, ticket_queues([young]), NOW) is None
    assert opens(clerk, young) == NOW + 1.0
    assert ticket_for(clerk, ticket_queues([young]), NOW + 1.0) is young
    assert opens(Clerk("dan", {"tax": Lane(1)}, 1, 0.0), young) == math.inf


def test_who_is_early_is_served_when_nobody_has_waited() -> None:
    own, far = Clerk("ada", {"civil": Lane(1)}, 1, 0.0), Clerk("cyd", {"civil": Lane(1, after=180.0)}, 1, 0.0)
    early, waiting = Waiting("early", "civil", NOW + 600.0, 600.0), Waiting("waiting", "civil", NOW - 1.0, 600.0)
    assert ticket_for(own, ticket_queues([early, waiting]), NOW) == waiting
    assert ticket_for(own, ticket_queues([early]), NOW) == early
    assert [pair.clerk for pair in pairs(ticket_queues([early]), [far, own], NOW)] == [own]
    assert ticket_for(far, ticket_queues([early]), NOW) is None


def test_tiers_follow_the_tree() -> None:
    assert tier("/d/town-1", "/d/town-1") is Tier.OWN
    assert tier("/d/town-1", "/d/town-2") is Tier.NEIGHBOUR
    assert tier("/d/town-1", "/d") is Tier.DISTRICT
    assert tier("/d", "/d/town-1") is None
    assert tier("/d/town-1", "/e/town-1") is None
    assert tier("/d", "/e") is None
    assert tier("/d/town-10", "/d/town-1") is Tier.NEIGHBOUR


def test_thresholds_hold_only_while_somebody_nearer_is_on_duty() -> None:
    queue = Queue("q", "/d/town-1", "civil")
    own = Station("ada", "/d/town-1", {"civil": 3})
    near = Station("cyd", "/d/town-2", {"civil": 1})
    far = Station("dora", "/d", {"civil": 1})
    useless = Station("eve", "/d/town-1", {"tax": 1})
    steps = {Tier.NEIGHBOUR: 180.0, Tier.DISTRICT: 360.0}
    full = lanes([queue], [own, near, far, useless], steps)
    assert [full[name]["q"].after for name in ("ada", "cyd", "dora")] == [0.0, 180.0, 360.0]
    assert full["eve"] == {}
    assert full["ada"]["q"].level == 3
    thin = lanes([queue], [near, far, useless], steps)
    assert [thin[name]["q"].after for name in ("cyd", "dora")] == [0.0, 360.0]
    assert lanes([queue], [far], steps)["dora"]["q"].after == 0.0


def test_what_is_kept_for_a_clerk_is_open_to_others_later() -> None:
    lane = {"civil": Lane(1)}
    wanted, other = Clerk("c0", lane, 1, 0.0), Clerk("c1", lane, 1, 0.0)
    kept = Waiting("t0", "civil", 0.0, 600.0, kept_for="c0", kept_until=NOW + 60.0)
    behind = Waiting("t1", "civil", 10.0, 600.0)
    both = ticket_queues([kept, behind])
    assert (ticket_for(wanted, both, NOW), ticket_for(other, both, NOW)) == (kept, behind)
    assert [(one.waiting, one.clerk.id) for one in pairs(both, [other, wanted], NOW)] == [(kept, "c0"), (behind, "c1")]
    alone = ticket_queues([kept])
    assert pairs(alone, [other], NOW) == []
    assert opens(other, kept) == NOW + 60.0
    assert ticket_for(other, alone, NOW + 60.0) == kept
