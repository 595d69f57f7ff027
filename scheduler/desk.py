"""The desk: a clerk opens a window, is offered tickets, answers them, and works them to their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.queue_core.clerk_life import ClerkStatus
from scheduler.views import DeskView, TicketView

if TYPE_CHECKING:
    from directory.principal import Principal


class Desk:
    """Everything clerks do, and what a point does to a ticket that has been called.

    Every method is one transaction; each raises `NoDesk`, `NotYourTicket`, `NotInThisState` or `MovedMeanwhile`
    where they fit. Methods of the clerk return the new `DeskView`, methods of the point the `TicketView`.
    """

    async def open_window(self, principal: Principal, window_id: str) -> DeskView:
        """Opens the window (or goes on after a pause): the clerk is available, and offers begin.

        Raises `WindowTaken`, `NotYourWindow`, `ClerkBusy`.
        """
        raise NotImplementedError

    async def pause_window(self, principal: Principal) -> DeskView:
        """Takes no further tickets for now; what is in hand goes on, what rings goes back."""
        raise NotImplementedError

    async def close_window(self, principal: Principal) -> DeskView:
        """Ends the clerk's work at the window: closed and logged out. Raises `ClerkBusy` while one is served."""
        raise NotImplementedError

    async def set_status(self, principal: Principal, status: ClerkStatus) -> DeskView:
        """The clerk's own choice; "available" also ends `away_no_answer`. What rings goes back on any other."""
        raise NotImplementedError

    async def view(self, principal: Principal) -> DeskView | None:
        """The clerk's desk as it stands; None for a clerk who never opened a window."""
        raise NotImplementedError

    async def call_next(self, principal: Principal) -> DeskView:
        """Takes the best ticket at once, without ringing, also out of wrap-up or `away_no_answer`.

        The view's `ticket` is None when nobody waits. Raises `WindowNotOpen`, `ClerkBusy`.
        """
        raise NotImplementedError

    async def accept(self, principal: Principal, offer_id: str) -> DeskView:
        """Answers the offer: the ticket is called, and the point enters. Raises `NoSuchOffer`, `OfferOver`."""
        raise NotImplementedError

    async def reject(self, principal: Principal, offer_id: str, reason: str) -> DeskView:
        """Gives the ticket back to its place; it is not offered to this clerk again. Raises as `accept`."""
        raise NotImplementedError

    async def enter_call(self, principal: Principal, ticket_id: str) -> TicketView:
        """The point has entered: called → serving. Calling it again while serving changes nothing."""
        raise NotImplementedError

    async def recall(self, principal: Principal) -> DeskView:
        """Calls the ticket in hand once more. Raises `CalledTooOften`."""
        raise NotImplementedError

    async def no_show(self, principal: Principal) -> DeskView:
        """Nobody came: the ticket is put aside (see `reinstate`), the clerk is free."""
        raise NotImplementedError

    async def reinstate(self, principal: Principal, ticket_id: str) -> TicketView:
        """The point's people came back: no_show → waiting, credit kept."""
        raise NotImplementedError

    async def hold(self, principal: Principal) -> DeskView:
        """Serving → on_hold; the session stays."""
        raise NotImplementedError

    async def resume(self, principal: Principal) -> DeskView:
        """on_hold or interrupted → serving."""
        raise NotImplementedError

    async def finish(self, principal: Principal) -> DeskView:
        """The matter is done: ticket completed, clerk in wrap-up, afterwards idle by itself."""
        raise NotImplementedError

    async def end_wrap_up(self, principal: Principal) -> DeskView:
        """The clerk is ready before the wrap-up ran out."""
        raise NotImplementedError

    async def link_lost(self, ticket_id: str) -> None:
        """One side's link is gone: serving or on_hold → interrupted, with a grace period; else nothing happens."""
        raise NotImplementedError

    async def link_back(self, ticket_id: str) -> None:
        """Both sides are linked again: interrupted → serving; else nothing happens."""
        raise NotImplementedError

    async def clerk_back(self, clerk_id: str) -> None:
        """A lost clerk's page is there again: lost → idle; else nothing happens."""
        raise NotImplementedError
