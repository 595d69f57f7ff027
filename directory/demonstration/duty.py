"""The invented district's rota: its expert, then the clerk at the district, every day until late."""

from __future__ import annotations

from datetime import time

from directory.duty import Duty, DutyRota

_DAY = (time(0), time(23, 59, 59))

DUTY: DutyRota = {
    department: (Duty("staff-expert001", *_DAY), Duty("staff-clerk002", *_DAY)) for department in ("civil", "social")
}
