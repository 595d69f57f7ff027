"""Words that help the other side to lay a paper under the camera."""

from __future__ import annotations

from typing import Literal

from signalling.wire.commands import Command
from signalling.wire.values import Identifier, Value
from signalling.wire.views import View

Hint = Literal["here", "upright", "sideways", "turn_round", "closer", "further", "flatter", "less_shine", "more_light"]
"""Each is a sentence of the page that shows it, in the page's own language."""
Lie = Literal["upright", "sideways"]
"""Which way the paper's long side goes."""


class GuidePaper(Command, frozen=True, kw_only=True):
    """Tells who lays the paper how to lay it, while the clerk waits for its photograph."""

    case_id: Identifier
    material_id: Identifier
    hint: Hint


class SaidHint(Value, frozen=True, kw_only=True):
    """What the clerk said last; `number` tells it from the one before."""

    number: int
    hint: Hint


class PaperGuideView(View, frozen=True, kw_only=True):
    """How the material that is to be photographed should lie, in the clerk's words."""

    material_id: str | None
    lies: Lie | None
    """Null until the clerk has said it."""
    said: SaidHint | None
    """Null once it is too old to be followed."""
