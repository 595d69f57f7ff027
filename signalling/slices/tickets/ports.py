"""What the applicant said when the ticket was taken, sealed with it, the one form for all; and who may be earlier."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Self

from signalling.wire.values import Applicant

_FIELD = "field "


class Said(NamedTuple):
    """Name, answers to the item's situation questions, whether the call may be recorded, and the form's fields.

    Of a visitor also the organisation, and in their words what they want.
    """

    applicant: str
    options: tuple[str, ...]
    consent: bool
    fields: Mapping[str, str] = MappingProxyType({})
    """By identifier."""
    organisation: str = ""
    wish: str = ""
    acting: str = ""
    """The mandate of who acts for the applicant, as JSON; empty where nobody does."""

    def as_answers(self) -> dict[str, str]:
        """As the ticket keeps it."""
        return {
            "applicant": self.applicant,
            "options": " ".join(self.options),
            "consent": "yes" if self.consent else "no",
            "organisation": self.organisation,
            "wish": self.wish,
            "acting": self.acting,
            **{f"{_FIELD}{field_id}": value for field_id, value in self.fields.items()},
        }

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> Self:
        """From what the ticket keeps."""
        options = tuple(answers.get("options", "").split())
        fields = {key.removeprefix(_FIELD): value for key, value in answers.items() if key.startswith(_FIELD)}
        return cls(
            answers.get("applicant", ""),
            options,
            answers.get("consent") == "yes",
            fields,
            answers.get("organisation", ""),
            answers.get("wish", ""),
            answers.get("acting", ""),
        )


def grants_of(applicant: Applicant) -> tuple[str, ...]:
    """The reasons for which somebody may be served earlier."""
    grants = {"over_70": applicant.over_70, "disabled": applicant.disabled}
    return tuple(reason for reason, holds in grants.items() if holds)
