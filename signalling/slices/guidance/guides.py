"""What clerks say about the paper under each worker's camera, in memory. Pure; `now` is in monotonic seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.errors import Conflict, TooMany
from foundation.rate import RateLimit
from signalling.slices.guidance.messages import Hint, Lie

HINTS_A_SECOND: Final = 0.5
HINTS_AT_ONCE: Final = 4.0
FRESH_SECONDS: Final = 15.0
"""A page that opens later is not told a hint: the paper has moved on."""
_LIES: Final[dict[Hint, Lie]] = {"upright": "upright", "sideways": "sideways"}


class GuidingTooFast(TooMany):
    """The clerk says more than anybody can follow."""

    code = "guiding_too_fast"
    retry_after_seconds = 2
    zh = "提示太快，对方来不及摆放，请稍等。"
    en = "The other side cannot follow so quickly. Please wait a moment."


class CameraNotAsked(Conflict):
    """Nobody is asked to photograph this material now."""

    code = "camera_not_asked"
    zh = "请先点“远程拍摄”，再提示摆放。"
    en = "Ask for the paper by the document camera first."


@dataclass(frozen=True)
class Guide:
    """The last hint for a material; `lies` is how it should lie since that was said."""

    material_id: str
    hint: Hint
    number: int
    lies: Lie | None
    said_at: float

    def fresh(self, now: float) -> bool:
        """Whether it may still be followed."""
        return now - self.said_at < FRESH_SECONDS


class Guides:
    """One for each worker at most."""

    def __init__(self) -> None:
        self._of: dict[str, Guide] = {}
        self._pace = RateLimit(HINTS_A_SECOND, HINTS_AT_ONCE, keys_at_most=10_000)
        self._number = 0

    def of(self, worker_id: str) -> Guide | None:
        """What was said last about the paper at the worker's page."""
        return self._of.get(worker_id)

    def say(self, worker_id: str, material_id: str, hint: Hint, now: float) -> bool:
        """Says it, and tells whether it is the first about this material; raises `GuidingTooFast`."""
        if not self._pace.allow(worker_id, now):
            raise GuidingTooFast
        former = self._of.get(worker_id)
        first = former is None or former.material_id != material_id
        lies = None if former is None or first else former.lies
        self._number += 1
        self._of[worker_id] = Guide(material_id, hint, self._number, _LIES.get(hint, lies), now)
        return first

    def keep_only(self, worker_id: str, material_id: str | None) -> bool:
        """Forgets what was said about any other material; whether there was something."""
        former = self._of.get(worker_id)
        if former is None or former.material_id == material_id:
            return False
        del self._of[worker_id]
        return True
