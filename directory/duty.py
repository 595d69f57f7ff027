"""Who is on duty for a department: colleagues in the order in which they are asked, with their hours. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Duty:
    """One colleague's hours of a day, by the clock on the wall; `ends` is not in them."""

    staff_id: str
    begins: time
    ends: time


DutyRota = Mapping[str, Sequence[Duty]]
"""By department, in the order in which they are asked."""


def on_duty(rota: DutyRota, department_id: str, now: time) -> list[str]:
    """Who is on duty for the department now, each once, in order."""
    there = (one.staff_id for one in rota.get(department_id, ()) if one.begins <= now < one.ends)
    return list(dict.fromkeys(there))
