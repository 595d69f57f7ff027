"""What this slice asks of whoever reminds people."""

from __future__ import annotations

from datetime import date
from typing import Protocol


class Reminders(Protocol):
    """Reminds an applicant of what is to be answered; a notifier fills it."""

    async def remind(self, case_id: str, due_on: date, waiting: int) -> None:
        """Tells the applicant of the case that `waiting` findings are to be answered by `due_on`."""
        ...
