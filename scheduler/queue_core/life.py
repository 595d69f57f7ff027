"""What the three life cycles share: a table of transitions, the error for one that is not in it, the diagram."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)
Table = Mapping[State, frozenset[State]]


class IllegalTransition(Exception):
    """The table of `life` has no transition from `former` to `state`."""

    def __init__(self, life: str, former: str, state: str) -> None:
        super().__init__(f"{life}: {former} → {state}")
        self.life = life
        self.former = former
        self.state = state


def check(table: Table[State], former: State, state: State) -> None:
    """Raises `IllegalTransition` unless the table holds this transition."""
    if state not in table[former]:
        raise IllegalTransition(type(former).__name__, former, state)


def diagram(table: Table[State], first: State) -> str:
    """The table as a Mermaid state diagram, transitions in the order of the states."""
    final = [state for state in table if not table[state]]
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {former} --> {state}" for former in table for state in _ordered(table[former])]
    lines += [f"    {state} --> [*]" for state in final]
    return "\n".join(lines) + "\n"


def _ordered(states: Iterable[State]) -> list[State]:
    return sorted(states, key=list(type(next(iter(states)))).index) if states else []
