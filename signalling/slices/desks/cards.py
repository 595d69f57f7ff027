"""The cards of a queue: built once for all who see the same queue, and not again while it is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from directory.catalogue import Catalogue
from directory.principal import is_visitor
from foundation.vault import SealBroken
from scheduler.board import Waiting
from scheduler.views import TicketView
from signalling.slices.desks.messages import WaitingView
from signalling.wire.values import Bilingual, CreditReason

_CARDS_AT_MOST = 50
_QUEUES_AT_MOST = 64
_NAMES_AT_MOST = 4096


class QueueCards:
    """The first cards of each queue, by ticket. The board gives the same list until the queue changes."""

    def __init__(self, catalogue: Catalogue, applicant_of: Callable[[TicketView], str]) -> None:
        """`applicant_of` opens what is sealed with a ticket, which is done once while it waits."""
        self._catalogue = catalogue
        self._applicant_of = applicant_of
        self._names: OrderedDict[str, str] = OrderedDict()
        self._built: OrderedDict[int, tuple[Sequence[Waiting], Mapping[str, WaitingView]]] = OrderedDict()
        """By the list's identity, which is good as long as the list is kept here."""

    def of(self, queue: Sequence[Waiting]) -> Mapping[str, WaitingView]:
        """The cards of this queue, the highest credit first; raises the directory's `NoSuch…`."""
        known = self._built.get(id(queue))
        if known is None:
            known = self._built[id(queue)] = (queue, {one.ticket.id: self._card(one) for one in queue[:_CARDS_AT_MOST]})
        self._built.move_to_end(id(queue))
        while len(self._built) > _QUEUES_AT_MOST:
            self._built.popitem(last=False)
        return known[1]

    def _card(self, one: Waiting) -> WaitingView:
        return WaitingView(
            ticket_id=one.ticket.id,
            number=one.ticket.number,
            applicant_name=self._name(one.ticket),
            item_name=Bilingual.name(self._catalogue.item(one.ticket.item_id)),
            site_name=Bilingual.name(self._catalogue.site(one.ticket.site_id)),
            taken_at=one.ticket.taken_at,
            credit_from=one.credit_from,
            credit_reasons=[cast(CreditReason, grant) for grant in one.grants],
            visitor=is_visitor(one.ticket.worker_id),
        )

    def _name(self, ticket: TicketView) -> str:
        if (name := self._names.get(ticket.id)) is None:
            name = self._names[ticket.id] = self._opened(ticket)
            if len(self._names) > _NAMES_AT_MOST:
                self._names.popitem(last=False)
        return name

    def _opened(self, ticket: TicketView) -> str:
        try:
            return self._applicant_of(ticket)
        except SealBroken:
            # One damaged ticket does not take the queue away from everybody; who calls it is told.
            return ""
