"""Cases that are lent for a while: in memory, since that ends with the session that it is for, or with the service."""

from __future__ import annotations


class LentCases:
    """Who may read which case of others for now."""

    def __init__(self) -> None:
        self._lent: set[tuple[str, str]] = set()

    def lend(self, case_id: str, staff_id: str) -> None:
        """Lends a case to somebody."""
        self._lent.add((case_id, staff_id))

    def take_back(self, case_id: str, staff_id: str) -> None:
        """Takes it back; does nothing where it is not lent to them."""
        self._lent.discard((case_id, staff_id))

    def is_lent(self, case_id: str, staff_id: str) -> bool:
        """Whether the case is lent to them now."""
        return (case_id, staff_id) in self._lent
