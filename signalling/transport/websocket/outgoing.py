"""What waits to be sent to one page. Pure; `now` is in monotonic seconds.

Answers wait in a short queue and go first. Topics wait as a set: a change that comes while one waits is in it. After a
topic was sent it rests a moment, so that what one act changes in several steps is shown once more and not each time.
"""

from __future__ import annotations

from collections import deque

from signalling.transport.slice import REST_SECONDS
from signalling.wire.envelopes import ServerMessage

_ANSWERS_AT_MOST = 64


class Outgoing:
    """The answers and the stale topics of one connection."""

    def __init__(self) -> None:
        self._answers: deque[ServerMessage] = deque()
        self._stale: dict[str, float] = {}
        """How long each rests after it was sent."""
        self._sent_at: dict[str, float] = {}

    def answer(self, message: ServerMessage) -> bool:
        """Adds an answer; False when too many wait already."""
        if len(self._answers) >= _ANSWERS_AT_MOST:
            return False
        self._answers.append(message)
        return True

    def invalidate(self, topic: str, rest_seconds: float = REST_SECONDS) -> None:
        """Marks the topic to be sent again, when it has rested this long since it was sent last."""
        self._stale[topic] = rest_seconds

    def forget(self, topic: str) -> None:
        """Sends the topic no more."""
        self._stale.pop(topic, None)
        self._sent_at.pop(topic, None)

    def forget_topics(self) -> None:
        """Sends no topic more that waits now."""
        self._stale.clear()

    def take_answer(self) -> ServerMessage | None:
        """The next answer; None when none waits."""
        return self._answers.popleft() if self._answers else None

    def take_topic(self, now: float) -> str | None:
        """The topic to send now; None when none waits, or those that do rest."""
        topic = next((one for one in self._stale if self._due(one) <= now), None)
        if topic is not None:
            del self._stale[topic]
            self._sent_at[topic] = now
        return topic

    def seconds_to_topic(self, now: float) -> float | None:
        """How long the first topic that waits still rests; None when none waits."""
        return min((max(0.0, self._due(one) - now) for one in self._stale), default=None)

    def _due(self, topic: str) -> float:
        return self._sent_at.get(topic, float("-inf")) + self._stale[topic]
