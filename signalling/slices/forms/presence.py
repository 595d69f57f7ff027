"""Who is in which field of a form, and what the clerk has asked to see: in memory, for as long as the service runs."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

FOCUS_LASTS = 60.0
"""Seconds for which somebody who does nothing is shown in a field."""
_FORMS_AT_MOST = 2_000
_PEOPLE_AT_MOST = 16


@dataclass(frozen=True)
class Focus:
    """Somebody in a field, since `at` in monotonic seconds."""

    name: str
    side: Literal["applicant", "clerk"]
    field_id: str
    at: float


@dataclass
class _Form:
    focus: OrderedDict[str, Focus] = field(default_factory=OrderedDict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    case_id: str = ""
    """The case of the form; empty while nobody has asked to see anything in it."""


class Presence:
    """By form; those untouched the longest are forgotten first."""

    def __init__(self) -> None:
        self._forms: OrderedDict[str, _Form] = OrderedDict()

    def enter(self, form_id: str, person_id: str, focus: Focus) -> bool:
        """Somebody is in a field; whether that is news to the others."""
        form = self._of(form_id)
        former = form.focus.pop(person_id, None)
        form.focus[person_id] = focus
        while len(form.focus) > _PEOPLE_AT_MOST:
            form.focus.popitem(last=False)
        return former is None or former.field_id != focus.field_id or focus.at - former.at > FOCUS_LASTS

    def leave(self, form_id: str, person_id: str) -> bool:
        """Somebody is in no field any more; whether they were in one."""
        return form_id in self._forms and self._forms[form_id].focus.pop(person_id, None) is not None

    def others(self, form_id: str, person_id: str, now: float) -> list[Focus]:
        """Where the others are."""
        form = self._forms.get(form_id)
        found = form.focus.items() if form else ()
        return [one for key, one in found if key != person_id and now - one.at <= FOCUS_LASTS]

    def see(self, place: tuple[str, str], person_id: str, field_id: str) -> None:
        """Somebody has asked to see a field of a form, which `place` names after its case."""
        case_id, form_id = place
        form = self._of(form_id)
        form.case_id = case_id
        form.seen.add((person_id, field_id))

    def close_eyes(self, case_id: str) -> None:
        """Whoever asked to see fields of the case's forms asks again: the case is in other hands."""
        for form in self._forms.values():
            if form.case_id == case_id:
                form.seen.clear()

    def sees(self, form_id: str, person_id: str, field_id: str) -> bool:
        """Whether they have."""
        return form_id in self._forms and (person_id, field_id) in self._forms[form_id].seen

    def end(self, form_id: str) -> None:
        """The form is over."""
        self._forms.pop(form_id, None)

    def _of(self, form_id: str) -> _Form:
        form = self._forms.setdefault(form_id, _Form())
        self._forms.move_to_end(form_id)
        if len(self._forms) > _FORMS_AT_MOST:
            self._forms.popitem(last=False)
        return form
