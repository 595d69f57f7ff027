"""How often supplements are looked for by a number and a name: right ones counted too."""

from __future__ import annotations

from document_relay.supplement_errors import TooManySupplementSearches
from foundation.clock import Clock
from foundation.rate import RateLimit

_PERSON_A_SECOND, _PERSON_AT_ONCE = 1 / 60, 10.0
_POINT_A_SECOND, _POINT_AT_ONCE = 1 / 20, 20.0
"""The workers of a point share an address."""
_NUMBER_A_SECOND, _NUMBER_AT_ONCE = 1 / 300, 10.0
"""Names are tried on one case by whoever knows its number; its applicant comes once or twice."""


class Searches:
    """Counts what is looked for by one person, from one address, and of one number."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_person = RateLimit(_PERSON_A_SECOND, _PERSON_AT_ONCE)
        self._of_client = RateLimit(_POINT_A_SECOND, _POINT_AT_ONCE)
        self._of_number = RateLimit(_NUMBER_A_SECOND, _NUMBER_AT_ONCE)

    def count(self, person_id: str, client: str, number: str) -> None:
        """Counts one; raises `TooManySupplementSearches`."""
        now = self._clock.monotonic()
        # In this order: who is held back alone uses up nothing of the others'.
        if not (
            self._of_person.allow(person_id, now)
            and self._of_client.allow(client, now)
            and self._of_number.allow(number, now)
        ):
            raise TooManySupplementSearches
