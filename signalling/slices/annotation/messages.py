"""What is drawn on a picture together: the live video of somebody, a frozen picture, a page of the case."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Identifier, Name, Value
from signalling.wire.views import View

GRID = 10_000
"""A place on a picture is a whole number of ten-thousandths of its width or height."""
POINTS_IN_A_STROKE = 64
"""Places of one stroke; a longer line goes on as the next stroke."""
STROKES_IN_A_BATCH = 8
TEXT_LENGTH = 40

Tenthousandth = Annotated[int, Meta(ge=0, le=GRID)]
Aspect = Annotated[float, Meta(ge=0.05, le=20)]
"""Width through height of the picture, as it is shown upright."""
Surface = Annotated[str, Meta(min_length=3, max_length=90, pattern=r"^[A-Za-z0-9:_\-]+\.[A-Za-z0-9:_\-]+$")]
"""A picture that is drawn on: `point.document`, `window.camera`, `page.…`, `frozen.…`."""
Counter = Annotated[int, Meta(ge=1, le=2**53)]
Tool = Literal["pen", "arrow", "number", "text"]
Kind = Literal["page", "frozen"]
Scale = Annotated[float, Meta(ge=1, le=8)]
"""How much larger than fitted into the place that there is."""
DrawnText = Annotated[str, Meta(max_length=TEXT_LENGTH, pattern=r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e]*$")]


class Stroke(Value, frozen=True, kw_only=True):
    """New places of something that is drawn: a pen's are added to what the stroke has, others' take their place."""

    stroke: Counter
    """The page's own number of it, never given twice."""
    line: Counter
    """What is undone together."""
    tool: Tool
    points: Annotated[list[Tenthousandth], Meta(min_length=2, max_length=2 * POINTS_IN_A_STROKE)]
    """Places one after the other: x, y, x, y."""
    text: DrawnText


class Draw(Command, frozen=True, kw_only=True):
    """Draws on a picture; sent many times a second while the hand moves."""

    surface: Surface
    aspect: Aspect
    strokes: Annotated[list[Stroke], Meta(min_length=1, max_length=STROKES_IN_A_BATCH)]


class PointAt(Command, frozen=True, kw_only=True):
    """Shows the others a place, for as long as the hand rests on it; nothing of it is kept."""

    surface: Surface
    at: Annotated[list[Tenthousandth], Meta(min_length=2, max_length=2)] | None
    """Null when the pointer leaves the picture."""


class UndoLine(Command, frozen=True, kw_only=True):
    """Takes back what the person drew last on the picture."""

    surface: Surface


class ClearPicture(Command, frozen=True, kw_only=True):
    """Wipes the picture: the clerk all of it, others what they drew themselves."""

    surface: Surface


class ChangePicture(Command, frozen=True, kw_only=True):
    """Says that the page's own video shows something else now, so that what was drawn on it goes."""

    surface: Surface


class FreezePicture(Command, frozen=True, kw_only=True):
    """Has the page that sends the video photograph it; both sides then see the photograph."""

    surface: Surface


class FailPhotograph(Command, frozen=True, kw_only=True):
    """Says that the page has no photograph to give of what it was asked for; who froze the picture is told."""

    picture_id: Identifier


class ShowPage(Command, frozen=True, kw_only=True):
    """Lays a page of the case before everybody in the call."""

    page_id: Identifier


class MoveView(Command, frozen=True, kw_only=True):
    """Moves or enlarges what is looked at together; only who laid it there."""

    x: Tenthousandth
    y: Tenthousandth
    scale: Scale


class EndTogether(Command, frozen=True, kw_only=True):
    """Puts away what is looked at together."""


class KeepPicture(Command, frozen=True, kw_only=True):
    """Makes the frozen picture a page of a material, and a second one with the drawing on it where that is wanted."""

    material_id: Identifier
    drawn: bool


class Drawn(Value, frozen=True, kw_only=True):
    """A stroke; `who` counts the people of the view, `number` the marks and arrows of a picture from 1."""

    stroke_id: str
    surface: str
    aspect: float
    who: int
    order: int
    tool: Tool
    points: list[int]
    text: str
    number: int


class Drawer(Value, frozen=True, kw_only=True):
    """One who draws; the place in the list is the colour."""

    name: Name
    face: Literal["point", "window"]


class Pointer(Value, frozen=True, kw_only=True):
    """Where somebody points now."""

    who: int
    surface: str
    x: int
    y: int


class Together(Value, frozen=True, kw_only=True):
    """What everybody in the call looks at: a page of the case or a frozen picture, and which part of it."""

    kind: Kind
    surface: str
    picture_url: str
    page_id: str | None
    by: str
    leading: bool
    """Whether who looks laid it there, and leads."""
    x: int
    y: int
    scale: float


class Photograph(Value, frozen=True, kw_only=True):
    """Asks the page for a photograph of a video that it sends, to be sent to `POST /api/v1/frozen-pictures/{id}`."""

    picture_id: str
    source: Literal["camera", "document", "screen"]


class Keeping(Value, frozen=True, kw_only=True):
    """Asks the point's page to deliver the frozen picture for a material."""

    keeping_id: str
    picture_url: str
    material_id: str
    plain: bool
    """Whether the picture as it was taken is no page of the material yet."""
    drawn: bool


class Freezing(Value, frozen=True, kw_only=True):
    """A picture that who looks has frozen: it is waited for, or will not come."""

    picture_id: str
    failed: bool


class AnnotationsView(View, frozen=True, kw_only=True):
    """A change of what is drawn in the page's call, sent as `QueueView` is, with `gone` by `stroke_id`."""

    version: int
    whole: bool
    changed: list[Drawn]
    gone: list[str]
    session_id: str | None
    """The call; null where there is none, and for the applicant's side while it is on hold."""
    may_draw: bool
    you: int | None
    """The person's own place among `people`; null before they have drawn."""
    clerk: bool
    """Whether who looks may wipe everything and freeze, keep and lay out."""
    own: str
    """What the surfaces of the page's own videos begin with."""
    people: list[Drawer]
    pointers: list[Pointer]
    together: Together | None
    photograph: Photograph | None
    freezing: Freezing | None
    keeping: Keeping | None


class FrozenBody(Value, frozen=True, kw_only=True):
    """A frozen picture has come."""

    picture_id: str
