"""How often supplements may be looked for by a number and a name, and who is shown what was found."""

from __future__ import annotations

from document_relay.supplement_errors import TooManySupplementSearches
from foundation.clock import ManualClock
from signalling.slices.supplements.finders import Finders
from signalling.slices.supplements.searches import Searches


def tries(searches: Searches, person: str, client: str, number: str = "", most: int = 100) -> int:
    """How many go through at once; of a number of its own each, where none is named."""
    for count in range(most):
        try:
            searches.count(person, client, number or f"{person}-{count}")
        except TooManySupplementSearches:
            return count
    return most


def test_a_person_an_address_and_a_number_are_held_back_each(clock: ManualClock) -> None:
    searches = Searches(clock)
    assert tries(searches, "worker-1", "10.0.0.1") == 10
    assert tries(searches, "worker-2", "10.0.0.1") == 10
    assert tries(searches, "worker-3", "10.0.0.1") == 0, "who shares the address"
    clock.advance(60)
    assert tries(searches, "worker-1", "10.0.0.1") == 1
    # Many persons from many places, and one case.
    assert sum(tries(searches, f"other-{one}", f"10.0.1.{one}", "20261123-ABCDEF", 2) for one in range(20)) == 10
    clock.advance(300)
    assert tries(searches, "other-30", "10.0.2.1", "20261123-ABCDEF") == 1


def test_who_is_shown_a_case_is_known_until_they_are_shown_none() -> None:
    finders = Finders()
    finders.show("worker-1", ["case-1", "case-2"])
    finders.show("worker-2", ["case-2"])
    assert finders.of_case("case-2") == ["worker-1", "worker-2"]
    finders.show("worker-1", [])
    assert (finders.of_case("case-1"), finders.everybody()) == ([], ["worker-2"])
