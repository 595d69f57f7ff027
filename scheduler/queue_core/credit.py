"""Credit: the one order for every channel.

A ticket's credit is the time it has waited plus the time it was granted. Credit grows equally fast for all, so
whoever is ahead stays ahead, and the order is that of one fixed moment: when the ticket's credit was nought.
"""

from __future__ import annotations


def credit_from(since: float, granted: float) -> float:
    """The moment at which the credit was nought: `since` is when waiting began, or the due time of an appointment.

    Seconds on any one scale; `granted` is seconds, and not negative.
    """
    if granted < 0:
        raise ValueError(f"granted time is not negative: {granted}")
    return since - granted


def credit(credit_from: float, now: float) -> float:
    """The credit in seconds at `now`; negative before an appointment's time."""
    return now - credit_from
