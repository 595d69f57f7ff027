"""What became of attempts since the start, for who watches the service."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from foundation.notifying.sending import Channel

Outcome = Literal["sent", "tried_again", "failed"]


class NoticeFigures:
    """Counts attempts by channel and outcome."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[Channel, Outcome]] = Counter()

    def count(self, channel: Channel, outcome: Outcome) -> None:
        """Counts one attempt."""
        self._counted[channel, outcome] += 1

    def rows(self) -> list[tuple[Channel, Outcome, int]]:
        """How many there were of each."""
        return [(channel, outcome, count) for (channel, outcome), count in sorted(self._counted.items())]
