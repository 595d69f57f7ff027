"""Notices to people outside: written with what they tell of, sent later, at least once, each over its channel."""

from __future__ import annotations

from foundation.notifying.dispatcher import Dispatcher
from foundation.notifying.figures import NoticeFigures
from foundation.notifying.notifier import Notice, Notifier
from foundation.notifying.sending import CalendarFile, Channel, NotSent, Sender, Sending
from foundation.notifying.simulator import Simulated, Simulator
from foundation.notifying.texts import Template, TextLibrary

__all__ = [
    "CalendarFile",
    "Channel",
    "Dispatcher",
    "NotSent",
    "Notice",
    "NoticeFigures",
    "Notifier",
    "Sender",
    "Sending",
    "Simulated",
    "Simulator",
    "Template",
    "TextLibrary",
]
