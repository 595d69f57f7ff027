"""Who takes part in a media session: a person, with one of their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from directory.principal import Principal
from signalling.identity.faces import face_of


@dataclass(frozen=True, slots=True)
class ParticipantId:
    """A person's page on the media plane, which knows it by its text, `person:face`.

    `face` is not one of `Face` where a standard client has joined beside the pages.
    """

    person_id: str
    face: str

    def __str__(self) -> str:
        return f"{self.person_id}:{self.face}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier of what the media plane tells of."""
        person_id, _, face = text.rpartition(":")
        return cls(person_id, face)

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """Of the page that the person works with."""
        return cls(principal.person_id, face_of(principal))
