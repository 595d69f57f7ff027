"""At which place each person reads a list: a change concerns a few of three hundred points."""

from __future__ import annotations


class Readers:
    """The places of those who were shown the list."""

    def __init__(self) -> None:
        self._sites: dict[str, str] = {}

    def note(self, person_id: str, site_id: str) -> None:
        """Says where somebody reads."""
        self._sites[person_id] = site_id

    def at(self, *site_ids: str) -> list[str]:
        """Those who read at one of the sites."""
        return [person_id for person_id, site_id in self._sites.items() if site_id in site_ids]

    def everybody(self) -> list[str]:
        """All of them."""
        return list(self._sites)
