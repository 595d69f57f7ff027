"""Who is on duty: in order, within their hours, each once."""

from __future__ import annotations

from datetime import time

from directory.demonstration import make_district
from directory.demonstration.duty import DUTY
from directory.duty import Duty, on_duty


def test_who_is_on_duty_is_asked_in_order_within_their_hours() -> None:
    rota = {
        "civil": (
            Duty("ben", time(8), time(12)),
            Duty("ada", time(8), time(18)),
            Duty("ben", time(11), time(20)),
        )
    }
    assert on_duty(rota, "civil", time(7, 59)) == []
    assert on_duty(rota, "civil", time(8)) == ["ben", "ada"]
    assert on_duty(rota, "civil", time(11, 30)) == ["ben", "ada"]
    assert on_duty(rota, "civil", time(12)) == ["ada", "ben"]
    assert on_duty(rota, "civil", time(18)) == ["ben"]
    assert on_duty(rota, "tax", time(9)) == []


def test_the_demonstration_names_people_who_can_be_asked() -> None:
    district = make_district()
    known = {one.id: one for one in district.staff}
    for department, duties in DUTY.items():
        assert department in {known for one in district.windows for known in one.department_ids}
        assert {known[one.staff_id].account for one in duties} <= {"expert001", "clerk002"}
