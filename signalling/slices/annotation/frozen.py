"""The frozen pictures of the sessions: asked for, sent by the page whose video it is, and gone with what is shown.

They are in memory alone and are never decoded here: the browsers that show them do that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Literal

from foundation.errors import Conflict, Gone, TooLarge, Unavailable, Unsupported
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation.annotations import Person

LARGEST_BYTES: Final = 8 * 1024 * 1024
ALL_BYTES: Final = 256 * 1024 * 1024
PHOTOGRAPH_SECONDS: Final = 10.0
"""How long a page has to begin sending a photograph that it was asked for."""
_JPEG: Final = b"\xff\xd8\xff"

Source = Literal["camera", "document", "screen"]


class PictureGone(Conflict):
    """The picture is not on the screen any more."""

    code = "picture_gone"
    zh = "这幅画面已经换掉，标注未发送。"
    en = "This picture has changed; nothing was drawn on it."


class NotFrozen(Gone):
    """There is no such frozen picture, or not any more."""

    code = "not_frozen"
    zh = "定格画面已不在，请重新定格。"
    en = "The frozen picture is gone. Please freeze it again."


class FrozenTooLarge(TooLarge):
    """The photograph has too many bytes."""

    code = "frozen_too_large"
    zh = "定格的照片太大。"
    en = "The frozen picture is too large."


class TooManyFrozen(Unavailable):
    """The photographs of all calls together have as many bytes as are kept."""

    code = "too_many_frozen"
    zh = "现在定格的画面太多，请稍后再定格。"
    en = "Too many pictures are frozen at the moment. Please freeze it again later."


class NotAPhotograph(Unsupported):
    """What was sent is no JPEG."""

    code = "not_a_photograph"
    zh = "定格的照片格式不对，应为 JPEG。"
    en = "A frozen picture is a JPEG."


@dataclass
class Asked:
    """A photograph that a page was asked for, until it has come, or was given up."""

    id: str
    owner: ParticipantId
    source: Source
    by: Person
    """Who freezes it."""
    coming: bool = False
    failed: bool = False


@dataclass(frozen=True)
class Frozen:
    """A photograph that has come."""

    id: str
    data: bytes

    @property
    def sha256(self) -> str:
        """By which its page is known."""
        return hashlib.sha256(self.data).hexdigest()


class FrozenPictures:
    """One for each session, and one that is waited for, which takes its place once it has come."""

    def __init__(self) -> None:
        self._of: dict[str, Frozen] = {}
        self._asked: dict[str, Asked] = {}

    def asked(self, session_id: str) -> Asked | None:
        """What was asked for and has not come."""
        return self._asked.get(session_id)

    def ask(self, session_id: str, asked: Asked) -> None:
        """Has a page send it."""
        self._asked[session_id] = asked

    def awaited(self, session_id: str, picture_id: str) -> Asked:
        """The picture that is waited for; raises `NotFrozen`."""
        found = self._asked.get(session_id)
        if found is None or found.id != picture_id or found.failed:
            raise NotFrozen
        return found

    def take(self, session_id: str, picture_id: str, data: bytes) -> Asked:
        """Keeps the bytes that have come, in the former picture's place.

        Raises `NotFrozen`, `NotAPhotograph`, `TooManyFrozen`.
        """
        asked = self.awaited(session_id, picture_id)
        if not data.startswith(_JPEG):
            raise NotAPhotograph
        if len(data) + sum(len(one.data) for key, one in self._of.items() if key != session_id) > ALL_BYTES:
            raise TooManyFrozen
        del self._asked[session_id]
        self._of[session_id] = Frozen(picture_id, data)
        return asked

    def picture(self, session_id: str, picture_id: str) -> Frozen:
        """The picture; raises `NotFrozen`."""
        found = self._of.get(session_id)
        if found is None or found.id != picture_id:
            raise NotFrozen
        return found

    def forget(self, session_id: str) -> None:
        """Lets go of the session's picture, and of one that is waited for."""
        self._of.pop(session_id, None)
        self._asked.pop(session_id, None)
