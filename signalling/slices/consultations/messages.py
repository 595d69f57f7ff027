"""Asking colleagues into a call."""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, ShortText, Value
from signalling.wire.views import SessionView, TicketView, View


class AskColleague(Command, frozen=True, kw_only=True):
    """Asks a colleague into the call of the ticket in hand; it rings at their page. Answers `ColleagueAsked`.

    `question` is shown to the colleague, and not at the point.
    """

    ticket_id: Identifier
    staff_id: Identifier
    question: ShortText = ""


class AskOnDuty(Command, frozen=True, kw_only=True):
    """Asks who is on duty for a department into the call, one after the other; answers `ColleagueAsked`.

    Without a department it is the ticket's. Who was asked and did not come is asked last.
    """

    ticket_id: Identifier
    department_id: Identifier | None = None
    question: ShortText = ""


class ColleagueAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `ask_colleague` and `ask_on_duty`."""

    consultation_id: str


class AnswerConsultation(Command, frozen=True, kw_only=True):
    """Joins the call that the page is asked into, or declines."""

    consultation_id: Identifier
    accept: bool


class LeaveConsultation(Command, frozen=True, kw_only=True):
    """Leaves the call that the page was asked into."""

    consultation_id: Identifier


class EndConsultation(Command, frozen=True, kw_only=True):
    """Takes an invitation back, or lets a colleague go; by the clerk who has the ticket in hand."""

    consultation_id: Identifier


class HandOver(Command, frozen=True, kw_only=True):
    """Gives the ticket in hand to a colleague who is in its call; the clerk stays in the call until they leave it."""

    consultation_id: Identifier


Presence = Literal["at_desk", "at_page", "busy", "away"]
"""At an open window and free; at the page without one; in a call or called; without a page."""


Only = Literal["", "on_duty", "bookable_now"]
"""Which colleagues are looked for: all, those on duty now, those who can be booked at this time."""


class DutyNowView(Value, frozen=True, kw_only=True):
    """A department for which somebody is on duty now, and who, in the order in which they are asked."""

    department_id: str
    name: Bilingual
    names: list[str]


class ColleagueView(Value, frozen=True, kw_only=True):
    """A colleague; of their departments the first three, those that were looked for before others."""

    staff_id: str
    name: str
    expert: bool
    site_name: Bilingual
    departments: list[Bilingual]
    presence: Presence
    on_duty: list[Bilingual]
    """For which departments they are on duty now."""
    bookable_now: bool
    bookable_next: Moment | None
    """When they can be booked next; null where it is now, or not within thirty days."""


class ColleaguesBody(Value, frozen=True, kw_only=True):
    """The colleagues who fit, who is free first."""

    colleagues: list[ColleagueView]
    on_duty: list[DutyNowView]
    """Whatever is looked for; the departments with the most asked for first."""


class InsteadView(Value, frozen=True, kw_only=True):
    """The department of somebody who did not come, whose rota can be asked instead."""

    department_id: str
    name: Bilingual


class AskedView(Value, frozen=True, kw_only=True):
    """A colleague whom the clerk has asked into the call; `may_take_over` where the ticket could be handed to them."""

    consultation_id: str
    name: str
    state: Literal["ringing", "joined", "declined", "unanswered"]
    until: Moment
    may_take_over: bool
    question: str
    instead: InsteadView | None
    """Where the one whom the clerk has chosen did not come, and others of their department are on duty."""


class InvitedView(Value, frozen=True, kw_only=True):
    """A call that the page is asked into: it rings until `until`, or has been joined."""

    consultation_id: str
    state: Literal["ringing", "joined"]
    until: Moment
    by: str
    question: str
    ticket: TicketView
    session: SessionView | None
    case_id: str | None
    """To be read from when the page has joined."""


class ConsultationView(View, frozen=True, kw_only=True):
    """Whom the clerk has asked, and what the page itself is asked into."""

    asked: list[AskedView]
    nobody_on_duty: bool
    """Everybody on duty was asked, and nobody came."""
    invited: InvitedView | None
