"""Who is shown which supplements that were found by their number, so that what comes is shown there, too."""

from __future__ import annotations

from collections.abc import Collection


class Finders:
    """Remembers it for the pages of this process; it has a row a worker at most."""

    def __init__(self) -> None:
        self._cases: dict[str, frozenset[str]] = {}

    def show(self, staff_id: str, case_ids: Collection[str]) -> None:
        """Says what somebody is shown now."""
        if case_ids:
            self._cases[staff_id] = frozenset(case_ids)
        else:
            self._cases.pop(staff_id, None)

    def of_case(self, case_id: str) -> list[str]:
        """Who is shown what is missing of the case."""
        return [staff_id for staff_id, case_ids in self._cases.items() if case_id in case_ids]

    def everybody(self) -> list[str]:
        """Who is shown anything."""
        return list(self._cases)
