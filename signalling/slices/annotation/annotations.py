"""What is drawn in one session, and what its people look at together. Pure; `now` is in monotonic seconds.

Nothing is changed by what is refused. A picture is named by its surface; what was drawn on it goes with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from foundation.errors import Conflict, Invalid, TooMany, Words
from foundation.rate import RateLimit
from signalling.identity.faces import Face
from signalling.slices.annotation.messages import (
    GRID,
    POINTS_IN_A_STROKE,
    Drawn,
    Keeping,
    Kind,
    Stroke,
    Tool,
)

STROKES_ON_A_SURFACE: Final = 300
STROKES_A_SECOND: Final = 8.0
STROKES_AT_ONCE: Final = 40.0
KEPT_AT_MOST: Final = 16
_SAME_ASPECT: Final = 0.04
"""Sizes that a video is scaled to are rounded: their aspects differ by less."""
_PLACES: Final[dict[Tool, range]] = {
    "pen": range(1, POINTS_IN_A_STROKE + 1),
    "arrow": range(2, 3),
    "number": range(1, 2),
    "text": range(1, 2),
}
"""How many places a stroke of each tool has."""
_NUMBERED: Final[frozenset[Tool]] = frozenset({"number", "arrow"})
"""What is counted on a picture, in one row: "see 3" means one thing."""


class DrawingTooFast(TooMany):
    """Somebody begins more strokes than a hand can."""

    code = "drawing_too_fast"
    zh = "标注太快，请稍等再画。"
    en = "You are drawing too fast. Please wait a moment."


class PictureFull(Conflict):
    """The picture has as many strokes as it may."""

    code = "picture_full"
    zh = "这幅画面上的标注已达上限（{most} 笔），请先清除。"
    en = "This picture has the most strokes that it may have ({most}). Please clear it first."


class StrokeFull(Conflict):
    """The stroke has as many points as it may; a longer line goes on as the next stroke."""

    code = "stroke_full"
    zh = "这一笔太长了，请分开画。"
    en = "This stroke is too long. Please draw it in parts."


@dataclass(frozen=True)
class Person:
    """One who draws."""

    id: str
    name: str
    face: Face


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is looked at together: the place in the middle in ten-thousandths, and how much it is enlarged."""

    kind: Kind
    id: str
    by: Person
    x: int = GRID // 2
    y: int = GRID // 2
    scale: float = 1.0

    @property
    def surface(self) -> str:
        """The name of the picture."""
        return f"{self.kind}.{self.id}"


@dataclass(frozen=True)
class Drew:
    """That somebody drew on a picture, for the case's history."""

    person: Person
    surface: str
    count: int


@dataclass(frozen=True)
class Kept:
    """That somebody has asked for a frozen picture as a page of a material; noted when the page has come.

    `sha256` is that of the photograph as it was taken, `strokes_sha256` that of what is drawn on it.
    """

    case_id: str
    material_id: str
    sha256: str
    strokes_sha256: str
    by: Person


@dataclass
class _Picture:
    aspect: float
    strokes: dict[str, Drawn] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each stroke."""
    strokes_of: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many strokes each line has, by person and line."""
    drew: dict[int, int] = field(default_factory=dict)
    """How many lines each person has drawn, also those that are gone."""


class Annotations:
    """The pictures of one session, by surface."""

    def __init__(self) -> None:
        self._pictures: dict[str, _Picture] = {}
        self._people: list[Person] = []
        self._pace = RateLimit(STROKES_A_SECOND, STROKES_AT_ONCE, keys_at_most=64)
        self._order = 0
        self.pointers: dict[str, tuple[str, int, int]] = {}
        """Surface and place, by person."""
        self.shown: Shown | None = None
        self.keeping: Keeping | None = None
        self._kept: list[tuple[Kept, bool]] = []
        """What has not come yet, and whether it is the one with the drawing."""

    @property
    def people(self) -> Sequence[Person]:
        """Who has drawn or pointed; each keeps their place."""
        return self._people

    @property
    def surfaces(self) -> Sequence[str]:
        """The pictures that something is or was drawn on."""
        return list(self._pictures)

    def strokes(self) -> dict[str, Drawn]:
        """All that is drawn, by identifier; the same object for as long as it is the same."""
        return {key: one for picture in self._pictures.values() for key, one in picture.strokes.items()}

    def who(self, person: Person) -> int:
        """The person's place among the people; a new one comes last."""
        known = self.who_is(person.id)
        if known is not None:
            return known
        self._people.append(person)
        return len(self._people) - 1

    def who_is(self, person_id: str) -> int | None:
        """The person's place among the people; None before they have drawn."""
        return next((place for place, one in enumerate(self._people) if one.id == person_id), None)

    def draw(self, person: Person, surface: str, aspect: float, strokes: Sequence[Stroke], now: float) -> list[Drew]:
        """Draws a batch; what was drawn on a picture of another shape is gone first, and is answered.

        Raises `Invalid`, `StrokeFull`, `PictureFull`, `DrawingTooFast`.
        """
        gone = self._of_another_shape(surface, aspect)
        picture = _Picture(aspect) if gone is not None else self._pictures.get(surface, _Picture(aspect))
        who = self.who(person)
        made = self._made(picture, who, surface, strokes)
        new = [key for key in made if key not in picture.strokes]
        if len(picture.strokes) + len(new) > STROKES_ON_A_SURFACE:
            raise PictureFull(most=STROKES_ON_A_SURFACE)
        if not all(self._pace.allow(person.id, now) for _ in new):
            raise DrawingTooFast
        drew = self.end(surface) if gone is not None else []
        self._pictures[surface] = picture
        lines = {made[key][1] for key in new}
        picture.drew[who] = picture.drew.get(who, 0) + sum(not picture.strokes_of[who, one] for one in lines)
        picture.strokes_of.update((who, made[key][1]) for key in new)
        picture.strokes |= {key: drawn for key, (drawn, _) in made.items()}
        picture.lines |= {key: made[key][1] for key in new}
        self._order += len(new)
        return drew

    def _of_another_shape(self, surface: str, aspect: float) -> _Picture | None:
        picture = self._pictures.get(surface)
        same = picture is None or abs(picture.aspect - aspect) <= _SAME_ASPECT * picture.aspect
        return None if same else picture

    def _made(
        self, picture: _Picture, who: int, surface: str, strokes: Sequence[Stroke]
    ) -> dict[str, tuple[Drawn, int]]:
        made: dict[str, tuple[Drawn, int]] = {}
        numbers = _last_number(picture) if any(one.tool in _NUMBERED for one in strokes) else 0
        order = self._order
        for stroke in strokes:
            key = f"{who}.{stroke.stroke}"
            former = made[key][0] if key in made else picture.strokes.get(key)
            points = [*former.points, *stroke.points] if former and stroke.tool == "pen" else stroke.points
            _check(stroke, former, points)
            numbers += former is None and stroke.tool in _NUMBERED
            order += former is None
            drawn = Drawn(
                stroke_id=key,
                surface=surface,
                aspect=picture.aspect,
                who=who,
                order=former.order if former else order,
                tool=stroke.tool,
                points=list(points),
                text=stroke.text.strip(),
                number=former.number if former else numbers if stroke.tool in _NUMBERED else 0,
            )
            made[key] = drawn, stroke.line
        return made

    def point(self, person: Person, surface: str, at: Sequence[int] | None) -> None:
        """Where the person points now; None when nowhere."""
        if at is None:
            self.pointers.pop(person.id, None)
        else:
            self.who(person)
            self.pointers[person.id] = surface, at[0], at[1]

    def undo(self, person_id: str, surface: str) -> None:
        """Takes back the line that the person drew last; does nothing where they drew none."""
        picture, who = self._pictures.get(surface), self.who_is(person_id)
        if picture is None:
            return
        own = [key for key, one in picture.strokes.items() if one.who == who]
        if own:
            line = picture.lines[own[-1]]
            self._wipe(picture, [key for key in own if picture.lines[key] == line])

    def clear(self, surface: str, person_id: str | None = None) -> None:
        """Wipes the picture, or what one person drew on it."""
        picture = self._pictures.get(surface)
        if picture is not None:
            who = None if person_id is None else self.who_is(person_id)
            keys = [key for key, one in picture.strokes.items() if person_id is None or one.who == who]
            self._wipe(picture, keys)

    def _wipe(self, picture: _Picture, keys: Sequence[str]) -> None:
        for key in keys:
            line = picture.strokes.pop(key).who, picture.lines.pop(key)
            picture.strokes_of[line] -= 1
            if not picture.strokes_of[line]:
                del picture.strokes_of[line]

    def end(self, surface: str) -> list[Drew]:
        """The picture is gone, and what was drawn on it; who had drawn."""
        self.pointers = {key: one for key, one in self.pointers.items() if one[0] != surface}
        picture = self._pictures.pop(surface, None)
        drew = picture.drew if picture else {}
        return [Drew(self._people[who], surface, count) for who, count in drew.items() if count]

    def end_all(self) -> list[Drew]:
        """Every picture is gone, and what was looked at together."""
        self.shown = None
        self.keeping = None
        self.pointers = {}
        return [one for surface in self.surfaces for one in self.end(surface)]

    def show(self, shown: Shown | None) -> list[Drew]:
        """Lays something before everybody, or puts it away; who had drawn on what lay there."""
        former, self.shown = self.shown, shown
        self.keeping = None
        return [] if former is None or (shown and shown.surface == former.surface) else self.end(former.surface)

    def keep(self, kept: Kept, *, plain: bool, drawn: bool) -> None:
        """Waits for the pages that were asked for; of many that never come the oldest are forgotten."""
        wanted = [(kept, with_drawing) for with_drawing, asked in ((False, plain), (True, drawn)) if asked]
        self._kept = [*(one for one in self._kept if one not in wanted), *wanted][-KEPT_AT_MOST:]

    def awaited(self, case_id: str, material_id: str, sha256: str | None) -> Kept | None:
        """Who has asked for a page that has come: for this photograph, or with None for one with a drawing on it."""
        return next((kept for kept, drawn in self._kept if _is(kept, drawn, (case_id, material_id, sha256))), None)

    def came(self, kept: Kept, *, drawn: bool) -> None:
        """The page has come and is noted."""
        self._kept = [one for one in self._kept if one != (kept, drawn)]

    def move(self, x: int, y: int, scale: float) -> None:
        """Looks at another part of what is looked at together."""
        if self.shown is not None:
            self.shown = replace(self.shown, x=x, y=y, scale=scale)


def _is(kept: Kept, drawn: bool, page: tuple[str, str, str | None]) -> bool:
    case_id, material_id, sha256 = page
    same = (kept.case_id, kept.material_id) == (case_id, material_id)
    return same and (drawn if sha256 is None else not drawn and kept.sha256 == sha256)


def _last_number(picture: _Picture) -> int:
    return max((one.number for one in picture.strokes.values()), default=0)


def _check(stroke: Stroke, former: Drawn | None, points: Sequence[int]) -> None:
    if former is not None and former.tool != stroke.tool:
        raise Invalid(path="strokes", problem=Words("同一笔不能换工具", "a stroke keeps its tool"))
    if len(points) % 2:
        raise Invalid(path="strokes", problem=Words("坐标应成对", "places come in pairs"))
    if (stroke.tool == "text") != bool(stroke.text.strip()):
        raise Invalid(path="strokes", problem=Words("只有文字工具带文字", "a text says something, others say nothing"))
    allowed = _PLACES[stroke.tool]
    if len(points) // 2 >= allowed.stop and stroke.tool == "pen":
        raise StrokeFull
    if len(points) // 2 not in allowed:
        raise Invalid(path="strokes", problem=Words("点数不对", "a stroke of this tool has another number of places"))
