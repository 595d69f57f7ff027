"""Asking for a supervisor from a call."""

from __future__ import annotations

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, Value
from signalling.wire.views import View


class AskForHelp(Command, frozen=True, kw_only=True):
    """Asks the supervisors of the site into the call; asked again, nothing happens."""

    ticket_id: Identifier


class WithdrawHelp(Command, frozen=True, kw_only=True):
    """Takes the request back."""

    ticket_id: Identifier


class AnswerHelp(Command, frozen=True, kw_only=True):
    """Tells who asked that this supervisor comes."""

    ticket_id: Identifier


class HelpRequestView(Value, frozen=True, kw_only=True):
    """A call from which help is asked for."""

    ticket_id: str
    number: str
    site_name: Bilingual
    item_name: Bilingual
    asked_by: str
    asked_at: Moment
    answered_by: str | None
    """The supervisor who comes."""


class HelpView(View, frozen=True, kw_only=True):
    """The requests that concern this page: its own call's, or those of a supervisor's sites, the oldest first."""

    requests: list[HelpRequestView]
