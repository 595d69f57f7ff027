"""Has the form of a case shown again to those who watch the case."""

from __future__ import annotations

from signalling.identity.faces import Face
from signalling.slices.forms.parts import Parts

VALUES, LAYOUT = "form", "form_layout"
FACES: frozenset[Face] = frozenset({"point", "window"})


def show_values(parts: Parts, case_id: str) -> None:
    """What stands in it, and who is where."""
    for face in FACES:
        parts.registry.invalidate_with_case(case_id, face, VALUES)


def show_whole(parts: Parts, case_id: str) -> None:
    """Also how it is laid out."""
    show_values(parts, case_id)
    for face in FACES:
        parts.registry.invalidate_with_case(case_id, face, LAYOUT)
