"""Who is on duty: in order, within their hours, each once, by the clock on the wall."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from directory.demonstration import make_district
from directory.duty import Rota, on_duty, placed
from directory.principal import Permission, roles_permit
from directory.records import DutyException, DutyTurn

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
MONDAY = date(2026, 3, 2)
SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""When clocks in Berlin go from 2:00 to 3:00."""
PEOPLE = ("ada", "ben", "cyd", "dora")


def turn(place: int, staff_id: str, begins: str, ends: str, days: str = "0123456") -> DutyTurn:
    return DutyTurn(
        id=f"turn-{place}",
        department_id="civil",
        staff_id=staff_id,
        weekdays=[int(one) for one in days],
        begins=time.fromisoformat(begins),
        ends=time.fromisoformat(ends),
        place=place,
    )


def exception(staff_id: str, stand_in_id: str | None, day: date = MONDAY) -> DutyException:
    return DutyException(
        id=f"{day}-{staff_id}", department_id="civil", day=day, staff_id=staff_id, stand_in_id=stand_in_id
    )


def asked(rota: Rota, clock: str, day: date = MONDAY) -> list[str]:
    """Who is on duty at this time on the walls of Shanghai."""
    return on_duty(rota, datetime.fromisoformat(f"{day}T{clock}+08:00"), SHANGHAI)


def test_who_is_on_duty_is_asked_in_order_within_their_hours() -> None:
    turns = [turn(3, "ben", "11:00", "20:00"), turn(1, "ben", "08:00", "12:00"), turn(2, "ada", "08:00", "18:00")]
    rota = Rota(turns, [])
    assert asked(rota, "07:59") == []
    assert asked(rota, "08:00") == ["ben", "ada"]
    assert asked(rota, "11:30") == ["ben", "ada"]
    assert asked(rota, "12:00") == ["ada", "ben"]
    assert asked(rota, "18:00") == ["ben"]
    assert asked(Rota([], []), "09:00") == []


def test_days_of_the_week_count_and_midnight_is_the_end_of_the_day() -> None:
    rota = Rota([turn(1, "ada", "22:00", "00:00", "0"), turn(2, "ben", "00:00", "06:00", "1")], [])
    tuesday = MONDAY + timedelta(days=1)
    assert asked(rota, "21:59") == []
    assert asked(rota, "23:59:59") == ["ada"]
    assert asked(rota, "00:00", tuesday) == ["ben"]
    assert asked(rota, "22:00", tuesday) == []


def test_a_stand_in_is_asked_at_the_place_of_who_is_away() -> None:
    turns = [turn(1, "ada", "08:00", "18:00"), turn(2, "ben", "08:00", "18:00")]
    assert asked(Rota(turns, [exception("ada", "cyd")]), "09:00") == ["cyd", "ben"]
    assert asked(Rota(turns, [exception("ada", None)]), "09:00") == ["ben"]
    assert asked(Rota(turns, [exception("ada", "ben"), exception("ben", "ada")]), "09:00") == ["ben", "ada"], "a swap"
    assert asked(Rota(turns, [exception("ada", "ben"), exception("ben", None)]), "09:00") == [], "both are away"
    other = exception("ada", None, MONDAY + timedelta(days=1))
    assert asked(Rota(turns, [other]), "09:00") == ["ada", "ben"], "another day"


def test_the_order_is_numbered_anew_around_a_turn() -> None:
    former = [turn(1, "ada", "08:00", "12:00"), turn(2, "ben", "08:00", "12:00"), turn(3, "cyd", "08:00", "12:00")]
    moved = placed(former, msgspec.structs.replace(former[2], place=1))
    assert [(one.staff_id, one.place) for one in moved] == [("cyd", 1), ("ada", 2), ("ben", 3)]
    behind = placed(former, turn(40, "dora", "08:00", "12:00"))
    assert [(one.staff_id, one.place) for one in behind][-1] == ("dora", 4)


def test_hours_that_a_clock_change_leaves_out_are_nobodys() -> None:
    rota = Rota([turn(1, "ada", "02:00", "03:00"), turn(2, "ben", "03:00", "04:00")], [])
    assert on_duty(rota, SPRING - timedelta(seconds=1), BERLIN) == []
    assert on_duty(rota, SPRING, BERLIN) == ["ben"]
    # In autumn the hour comes twice, and who has it is on duty twice.
    autumn = datetime(2026, 10, 25, tzinfo=UTC)
    found = [on_duty(rota, autumn + timedelta(minutes=minute), BERLIN) for minute in (0, 59, 60, 119, 120)]
    assert found == [["ada"]] * 4 + [["ben"]]


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN])
@pytest.mark.parametrize("seed", range(12))
def test_a_week_is_as_a_plain_reading_of_the_rota_has_it(seed: int, zone: str) -> None:
    dice = random.Random(seed)
    days = [date(2026, 3, 23) + timedelta(days=ahead) for ahead in range(8)]
    rota = _made_up(dice, days)
    moment, steps = datetime(2026, 3, 23, tzinfo=UTC) - timedelta(hours=8), 0
    while moment < SPRING + timedelta(days=1):
        ahead = timedelta(hours=8) if zone == SHANGHAI else timedelta(hours=2 if moment >= SPRING else 1)
        wall = (moment + ahead).replace(tzinfo=None)
        assert on_duty(rota, moment, zone) == _plainly(rota, wall), wall
        moment, steps = moment + timedelta(minutes=dice.randint(1, 20)), steps + 1
    assert steps > 700


def _made_up(dice: random.Random, days: list[date]) -> Rota:
    turns = []
    for place in dice.sample(range(1, 9), 8):
        begins, ends = sorted(dice.sample(range(96), 2))
        ends = dice.choice((ends, ends, 96))
        at = [f"{quarter // 4 % 24:02}:{quarter % 4 * 15:02}" for quarter in (begins, ends)]
        weekdays = "".join(str(day) for day in range(7) if dice.random() < 0.6) or "0"
        turns.append(turn(place, dice.choice(PEOPLE), at[0], at[1], weekdays))
    wanted = {(dice.choice(days), dice.choice(PEOPLE)) for _ in range(12)}
    return Rota(turns, [exception(who, dice.choice((None, *PEOPLE)), day) for day, who in sorted(wanted)])


def _plainly(rota: Rota, wall: datetime) -> list[str]:
    """As somebody reads it off a sheet of paper: line by line, with the notes of the day beside it."""
    notes = {one.staff_id: one.stand_in_id or "away" for one in rota.exceptions if one.day == wall.date()}
    clock, found = f"{wall:%H:%M}", []
    for place in range(1, 41):
        for one in rota.turns:
            if one.place != place or wall.weekday() not in one.weekdays:
                continue
            until = "24:00" if f"{one.ends:%H:%M}" == "00:00" else f"{one.ends:%H:%M}"
            if not f"{one.begins:%H:%M}" <= clock < until:
                continue
            who = notes.get(one.staff_id, one.staff_id)
            if who != "away" and notes.get(who) != "away" and who not in found:
                found.append(who)
    return found


def test_the_demonstration_names_people_who_can_be_asked() -> None:
    district = make_district()
    known = {one.id: one for one in district.staff}
    assert {one.department_id for one in district.duty_turns} == {"civil", "social"}
    for one in district.duty_turns:
        person = known[one.staff_id]
        assert one.department_id in person.skills
        assert roles_permit(person.roles, Permission.CONSULT)
        assert person.account in {"expert001", "clerk002"}
