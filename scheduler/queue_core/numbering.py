"""The numbers printed on tickets."""

from __future__ import annotations

_LAST = 999
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ticket_number(issued: int) -> str:
    """The number of the `issued`-th ticket of a home and day, from 1: A001 … A999, B001 … Z999, AA001 …."""
    if issued < 1:
        raise ValueError(f"tickets are counted from 1: {issued}")
    block, index = divmod(issued - 1, _LAST)
    return f"{_letters(block)}{index + 1:03d}"


def _letters(block: int) -> str:
    head, last = divmod(block, len(_LETTERS))
    return (_letters(head - 1) if head else "") + _LETTERS[last]
