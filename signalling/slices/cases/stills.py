"""The material that each worker's page is asked to photograph now; kept in memory, since it is asked for again."""

from __future__ import annotations

from foundation.listeners import Listeners


class Stills:
    """One request for each worker at most."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}
        self.changes: Listeners[str] = Listeners()
        """Tells of the worker whose page is asked for something else."""

    def of(self, worker_id: str) -> str | None:
        """The material that the worker's page is to photograph."""
        return self._asked.get(worker_id)

    def ask(self, worker_id: str, material_id: str) -> None:
        """Has the worker's page photograph a material."""
        self._asked[worker_id] = material_id
        self.changes.tell(worker_id)

    def end(self, worker_id: str, material_id: str | None = None) -> None:
        """Ends the request for this material, or whichever there is."""
        if worker_id in self._asked and material_id in (None, self._asked[worker_id]):
            del self._asked[worker_id]
            self.changes.tell(worker_id)
