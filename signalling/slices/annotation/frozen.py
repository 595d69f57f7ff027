"""The frozen pictures of the sessions: asked for, sent by the page whose video it is, and gone with what is shown.

They are in memory alone and are never decoded here: the browsers that show them do that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from foundation.errors import Conflict, Gone, TooLarge, Unavailable, Unsupported
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation.annotations import Person

LARGEST_BYTES: Final = 8 * 1024 * 1024
ALL_BYTES: Final = 256 * 1024 * 1024
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
class Frozen:
    """One picture; `data` is None until it has come."""

    id: str
    owner: ParticipantId
    source: Source
    by: Person
    """Who has frozen it."""
    data: bytes | None = None


class FrozenPictures:
    """One for each session: the next one takes its place."""

    def __init__(self) -> None:
        self._of: dict[str, Frozen] = {}

    def of(self, session_id: str) -> Frozen | None:
        """The session's picture."""
        return self._of.get(session_id)

    def ask(self, session_id: str, frozen: Frozen) -> None:
        """Has a page send it."""
        self._of[session_id] = frozen

    def awaited(self, session_id: str, picture_id: str) -> Frozen:
        """The picture that is waited for; raises `NotFrozen`."""
        found = self._of.get(session_id)
        if found is None or found.id != picture_id or found.data is not None:
            raise NotFrozen
        return found

    def take(self, frozen: Frozen, data: bytes) -> None:
        """Keeps the bytes that have come; raises `NotAPhotograph`, `TooManyFrozen`."""
        if not data.startswith(_JPEG):
            raise NotAPhotograph
        if len(data) + sum(len(one.data or b"") for one in self._of.values()) > ALL_BYTES:
            raise TooManyFrozen
        frozen.data = data

    def data(self, session_id: str, picture_id: str) -> bytes:
        """The picture; raises `NotFrozen`."""
        found = self._of.get(session_id)
        if found is None or found.id != picture_id or found.data is None:
            raise NotFrozen
        return found.data

    def forget(self, session_id: str) -> None:
        """Lets go of the session's picture."""
        self._of.pop(session_id, None)
