"""What the applicant said when the ticket was taken, sealed with it: the one form for all who read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Self


class Said(NamedTuple):
    """Name, answers to the item's situation questions, and whether the call may be recorded."""

    applicant: str
    options: tuple[str, ...]
    consent: bool

    def as_answers(self) -> dict[str, str]:
        """As the ticket keeps it."""
        return {
            "applicant": self.applicant,
            "options": " ".join(self.options),
            "consent": "yes" if self.consent else "no",
        }

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> Self:
        """From what the ticket keeps."""
        options = tuple(answers.get("options", "").split())
        return cls(answers.get("applicant", ""), options, answers.get("consent") == "yes")
