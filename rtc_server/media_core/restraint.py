"""When a link is too weak for pictures of people, so that sound and papers get all of it."""

from __future__ import annotations

_TOO_MUCH = 0.25
_GOOD = 0.1
_BAD_SECONDS = 10.0
_GOOD_SECONDS = 10.0
_LONGEST_REST = 80.0
_RELAPSE = 30.0


class Restraint:
    """Decides from a receiver's reports whether other people's cameras are sent to it.

    They rest after ten seconds over 25 % lost and come back after ten good ones; when they had to rest again soon
    after, each try waits twice as long, so that a narrow link is not overrun every ten seconds.
    """

    __slots__ = ("_bad_since", "_good_since", "_rest", "_resumed", "resting")

    def __init__(self) -> None:
        self.resting = False
        """Whether cameras are not sent."""
        self._bad_since: float | None = None
        self._good_since: float | None = None
        self._resumed = float("-inf")
        self._rest = _GOOD_SECONDS

    def look(self, loss: float, now: float) -> bool:
        """Takes the share lost, 0..1, once a second or so; whether `resting` has changed."""
        if self.resting:
            return self._try_again(loss, now)
        if loss <= _TOO_MUCH:
            self._bad_since = None
            return False
        if self._bad_since is None:
            self._bad_since = now
        if now - self._bad_since < _BAD_SECONDS:
            return False
        self._rest = min(_LONGEST_REST, self._rest * 2) if now - self._resumed < _RELAPSE else _GOOD_SECONDS
        self._good_since = None
        self.resting = True
        return True

    def _try_again(self, loss: float, now: float) -> bool:
        if loss > _GOOD:
            self._good_since = None
            return False
        if self._good_since is None:
            self._good_since = now
        if now - self._good_since < self._rest:
            return False
        self._resumed = now
        self._bad_since = None
        self.resting = False
        return True
