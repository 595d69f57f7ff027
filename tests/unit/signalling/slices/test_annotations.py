"""What is drawn, taken back and wiped; bounds and floods; what goes with its picture."""

from __future__ import annotations

import random
from typing import Any

import pytest

from foundation.errors import Invalid
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation.acts import DREW, drew_on
from signalling.slices.annotation.annotations import (
    KEPT_AT_MOST,
    STROKES_AT_ONCE,
    STROKES_ON_A_SURFACE,
    Annotations,
    DrawingTooFast,
    Drew,
    Kept,
    Person,
    PictureFull,
    Shown,
    StrokeFull,
)
from signalling.slices.annotation.frozen import (
    ALL_BYTES,
    LARGEST_BYTES,
    Asked,
    FrozenPictures,
    NotFrozen,
    TooManyFrozen,
)
from signalling.slices.annotation.messages import Drawn, Stroke, Tool

CLERK = Person("staff-1", "陈莹", "window")
POINT = Person("staff-2", "李明", "point")
PAPER = "point.document"
_LEAST: dict[Tool, list[int]] = {"pen": [1, 2], "arrow": [1, 2, 3, 4], "number": [5, 6], "text": [7, 8]}


def stroke(number: int, tool: Tool = "pen", points: list[int] | None = None, **changes: Any) -> Stroke:
    text = "这里" if tool == "text" else ""
    made = {"stroke": number, "line": number, "tool": tool, "points": points or _LEAST[tool], "text": text}
    return Stroke(**(made | changes))


def drawn(annotations: Annotations) -> list[tuple[int, Tool, list[int]]]:
    return [(one.who, one.tool, one.points) for one in annotations.strokes().values()]


def test_a_pen_goes_on_and_an_arrow_moves_its_point() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.5, [stroke(1, points=[0, 0, 10, 10])], 0.0)
    first = annotations.strokes()["0.1"]
    annotations.draw(POINT, PAPER, 1.5, [stroke(1, "arrow")], 0.0)
    assert annotations.strokes()["0.1"] is first, "what has not changed is the same object"
    annotations.draw(CLERK, PAPER, 1.5, [stroke(1, points=[20, 20])], 0.1)
    annotations.draw(POINT, PAPER, 1.5, [stroke(1, "arrow", [1, 2, 9, 9])], 0.1)
    assert drawn(annotations) == [(0, "pen", [0, 0, 10, 10, 20, 20]), (1, "arrow", [1, 2, 9, 9])]
    assert annotations.people == [CLERK, POINT]


def test_numbers_count_on_each_picture_and_order_over_all() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1, "number"), stroke(2, "number")], 0.0)
    annotations.draw(POINT, PAPER, 1.0, [stroke(1, "number")], 0.0)
    annotations.draw(POINT, "point.camera", 1.0, [stroke(2, "number")], 0.0)
    rows: list[Drawn] = list(annotations.strokes().values())
    assert [(one.number, one.order) for one in rows] == [(1, 1), (2, 2), (3, 3), (1, 4)]


def test_everybody_takes_back_their_own_line_and_no_other() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1, line=7), stroke(2, line=7)], 0.0)
    annotations.draw(POINT, PAPER, 1.0, [stroke(5, "text")], 0.0)
    annotations.undo(CLERK.id, PAPER)
    assert drawn(annotations) == [(1, "text", [7, 8])]
    annotations.undo(CLERK.id, PAPER)
    annotations.undo("nobody", PAPER)
    annotations.undo(CLERK.id, "window.camera")
    assert len(drawn(annotations)) == 1


def test_one_wipes_their_own_the_clerk_everything() -> None:
    annotations = Annotations()
    for person in (CLERK, POINT):
        annotations.draw(person, PAPER, 1.0, [stroke(1), stroke(2)], 0.0)
    annotations.clear(PAPER, POINT.id)
    assert {one.who for one in annotations.strokes().values()} == {0}
    annotations.clear(PAPER, "nobody")
    annotations.clear(PAPER)
    assert annotations.strokes() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        stroke(1, points=[1, 2, 3]),
        stroke(1, "arrow", [1, 2]),
        stroke(1, "number", [1, 2, 3, 4]),
        stroke(1, "text", text=""),
        stroke(1, "text", text="  "),
        stroke(1, "pen", text="words"),
    ],
)
def test_what_makes_no_sense_changes_nothing(wrong: Stroke) -> None:
    annotations = Annotations()
    with pytest.raises(Invalid):
        annotations.draw(CLERK, PAPER, 1.0, [stroke(9), wrong], 0.0)
    assert annotations.strokes() == {}
    assert annotations.end(PAPER) == []


def test_a_stroke_keeps_its_tool() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1)], 0.0)
    with pytest.raises(Invalid):
        annotations.draw(CLERK, PAPER, 1.0, [stroke(1, "number")], 0.0)


def test_a_stroke_and_a_picture_are_full_some_time() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1, points=[1] * 128)], 0.0)
    with pytest.raises(StrokeFull):
        annotations.draw(CLERK, PAPER, 1.0, [stroke(1, points=[1, 1])], 0.0)
    for number in range(2, STROKES_ON_A_SURFACE + 1):
        annotations.draw(CLERK, PAPER, 1.0, [stroke(number)], float(number))
    with pytest.raises(PictureFull):
        annotations.draw(POINT, PAPER, 1.0, [stroke(1)], 1000.0)
    annotations.clear(PAPER, CLERK.id)
    annotations.draw(POINT, PAPER, 1.0, [stroke(1)], 1001.0)


def test_a_flood_is_refused_for_who_floods_and_goes_by() -> None:
    annotations = Annotations()
    for number in range(int(STROKES_AT_ONCE)):
        annotations.draw(POINT, PAPER, 1.0, [stroke(number + 1)], 0.0)
    before = annotations.strokes()
    with pytest.raises(DrawingTooFast):
        annotations.draw(POINT, PAPER, 1.0, [stroke(500)], 0.0)
    assert annotations.strokes() == before
    # A stroke that goes on is no new one, and nobody else is slowed.
    annotations.draw(POINT, PAPER, 1.0, [stroke(1, points=[3, 3])], 0.0)
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1)], 0.0)
    annotations.draw(POINT, PAPER, 1.0, [stroke(500)], 1.0)


def test_a_picture_of_another_shape_is_another_picture() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 16 / 9, [stroke(1)], 0.0)
    assert annotations.draw(CLERK, PAPER, 640 / 358, [stroke(2)], 0.0) == [], "a rounded size is the same shape"
    assert annotations.draw(POINT, PAPER, 9 / 16, [stroke(3)], 0.0) == [Drew(CLERK, PAPER, 2)]
    assert drawn(annotations) == [(1, "pen", [1, 2])]


def test_who_drew_how_often_is_told_when_the_picture_goes_also_of_what_was_wiped() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1, line=1), stroke(2, line=1)], 0.0)
    annotations.draw(CLERK, PAPER, 1.0, [stroke(3, line=3)], 0.0)
    annotations.draw(POINT, PAPER, 1.0, [stroke(1, line=1)], 0.0)
    annotations.undo(CLERK.id, PAPER)
    annotations.point(POINT, PAPER, [1, 2])
    assert annotations.end(PAPER) == [Drew(CLERK, PAPER, 2), Drew(POINT, PAPER, 1)]
    assert annotations.end(PAPER) == []
    assert annotations.pointers == {}


def test_a_pointer_has_one_place_and_is_no_drawing() -> None:
    annotations = Annotations()
    annotations.point(POINT, PAPER, [1, 2])
    annotations.point(POINT, PAPER, [3, 4])
    assert annotations.pointers == {POINT.id: (PAPER, 3, 4)}
    annotations.point(POINT, PAPER, None)
    assert annotations.pointers == {}
    assert annotations.end_all() == []


def test_what_is_looked_at_together_takes_its_drawing_along() -> None:
    annotations = Annotations()
    first = Shown(kind="page", id="p1", by=CLERK)
    annotations.show(first)
    annotations.draw(POINT, first.surface, 1.0, [stroke(1)], 0.0)
    annotations.move(1000, 9000, 2.5)
    assert annotations.shown == Shown(kind="page", id="p1", by=CLERK, x=1000, y=9000, scale=2.5)
    assert annotations.show(annotations.shown) == [], "the same page again is the same picture"
    assert annotations.show(Shown(kind="frozen", id="p1", by=POINT)) == [Drew(POINT, "page.p1", 1)]
    assert annotations.strokes() == {}
    annotations.end_all()
    annotations.move(1, 1, 1.0)
    assert annotations.shown is None


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_drawn_stays_within_its_bounds_and_with_its_people(seed: int) -> None:
    chance = random.Random(seed)
    annotations, now = Annotations(), 0.0
    surfaces = [PAPER, "window.screen", "page.p1"]
    people = [CLERK, POINT, Person("staff-3", "王芳", "window")]
    for number in range(300):
        now += chance.random() / 4
        person, surface = chance.choice(people), chance.choice(surfaces)
        others = {key: one for key, one in annotations.strokes().items() if annotations.people[one.who] != person}
        match chance.randrange(8):
            case 0:
                annotations.undo(person.id, surface)
            case 1:
                annotations.clear(surface, person.id)
            case _:
                tool = chance.choice(list(_LEAST))
                annotations.draw(person, surface, 1.5, [stroke(number + 1, tool)], now)
        assert {
            key: one for key, one in annotations.strokes().items() if annotations.people[one.who] != person
        } == others
        assert all(one.surface in surfaces for one in annotations.strokes().values())
    for surface in surfaces:
        annotations.end(surface)
    assert annotations.strokes() == {}


@pytest.mark.parametrize(
    ("surface", "kind"),
    [("point.camera", "camera"), ("guest-1a.screen", "screen"), ("page.abc", "page"), ("frozen.page", "frozen")],
)
def test_each_picture_has_its_act(surface: str, kind: str) -> None:
    assert drew_on(surface) == DREW[kind]


def asked(number: int) -> Asked:
    return Asked(str(number), ParticipantId("ada", "window"), "camera", CLERK)


def test_a_photograph_for_which_the_other_calls_leave_no_room_is_not_called_too_large() -> None:
    pictures, data = FrozenPictures(), b"\xff\xd8\xff" + bytes(LARGEST_BYTES - 3)
    last = str(ALL_BYTES // LARGEST_BYTES)
    for number in range(ALL_BYTES // LARGEST_BYTES + 1):
        pictures.ask(str(number), asked(number))
        if str(number) != last:
            pictures.take(str(number), str(number), data)
    with pytest.raises(TooManyFrozen):
        pictures.take(last, last, data)
    pictures.forget("0")
    pictures.take(last, last, data)
    # The next one of a call takes its former one's place.
    pictures.ask(last, asked(99))
    assert pictures.picture(last, last).data == data, "the former one stays until the next has come"
    pictures.take(last, "99", data)
    with pytest.raises(NotFrozen):
        pictures.picture(last, last)


def test_a_photograph_that_was_given_up_is_not_taken() -> None:
    pictures, one = FrozenPictures(), asked(1)
    pictures.ask("call", one)
    assert pictures.awaited("call", "1") is one
    one.failed = True
    with pytest.raises(NotFrozen):
        pictures.take("call", "1", b"\xff\xd8\xff")


def test_what_was_asked_to_be_kept_is_known_until_its_page_has_come() -> None:
    annotations, photograph, strokes = Annotations(), "5e" * 32, "57" * 32
    kept = Kept("case", "material", photograph, strokes, CLERK)
    annotations.keep(kept, plain=True, drawn=True)
    assert annotations.awaited("case", "material", "00" * 32) is None, "another page of the same material"
    assert annotations.awaited("case", "other", photograph) is None
    assert annotations.awaited("case", "material", photograph) == kept
    annotations.came(kept, drawn=False)
    assert annotations.awaited("case", "material", photograph) is None
    assert annotations.awaited("case", "material", None) == kept
    annotations.end_all()
    assert annotations.awaited("case", "material", None) == kept, "a hold does not stop a page that is on its way"
    annotations.came(kept, drawn=True)
    for number in range(KEPT_AT_MOST + 1):
        annotations.keep(Kept("case", str(number), photograph, strokes, CLERK), plain=True, drawn=False)
    assert annotations.awaited("case", "0", photograph) is None
    assert annotations.awaited("case", str(KEPT_AT_MOST), photograph) is not None


def test_arrows_are_counted_with_the_marks() -> None:
    annotations = Annotations()
    annotations.draw(CLERK, PAPER, 1.0, [stroke(1, "number"), stroke(2, "arrow"), stroke(3, "pen")], 0.0)
    annotations.draw(POINT, PAPER, 1.0, [stroke(1, "arrow"), stroke(2, "number")], 0.0)
    # Its point goes on, and its number stays.
    annotations.draw(CLERK, PAPER, 1.0, [stroke(2, "arrow", [1, 2, 9, 9])], 0.1)
    assert [one.number for one in annotations.strokes().values()] == [1, 2, 0, 3, 4]
