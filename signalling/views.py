"""Builds what a page shows from what the features know."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from directory.opening import is_open
from directory.principal import Permission, Principal, require, within
from directory.records import Window
from document_relay.case_core.lives import CaseState
from document_relay.records import CaseRecord
from foundation.database import is_damage
from foundation.errors import NotFound
from rtc_server.sessions.interface import SlotView as MediaSlot
from scheduler import views as scheduled
from scheduler.board import Waiting
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from signalling.faces import face_of
from signalling.flows.session_follows_ticket import members, participant
from signalling.flows.ticket_opens_case import agreed_to_recording
from signalling.protocol.values import (
    Bilingual,
    ClerkState,
    ClerkStatus,
    CreditReason,
    Place,
    SlotSource,
    StaffView,
    WindowState,
)
from signalling.protocol.values import TicketState as State
from signalling.protocol.views import (
    CallsView,
    CallView,
    CameraShown,
    CaseView,
    DeskView,
    FloorView,
    HallView,
    OfferView,
    PointView,
    QueueView,
    SessionView,
    SlotsView,
    SlotView,
    TicketView,
    View,
    WaitingView,
    WindowView,
)
from signalling.views_of_case import case_view
from signalling.websocket.listing import Listing

if TYPE_CHECKING:
    from signalling.house import House

_CARDS_AT_MOST = 50


class Views:
    """Reads of the whole house, one method a topic."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._catalogue = house.directory.catalogue
        self._scheduler = house.scheduler
        self._board = house.scheduler.board

    async def of_topic(self, principal: Principal, topic: str) -> View | Listing:
        """What the topic carries for this person's page."""
        match topic:
            case "point":
                return await self.point(principal)
            case "desk":
                return await self.desk(principal)
            case "queue":
                return self.queue(principal)
            case "floor":
                return self.floor(principal)
            case "calls":
                return await self.calls(principal)
            case "slots":
                return await self.slots(participant(principal.staff_id, face_of(principal)))
        if topic.startswith("case:"):
            return await self.case(principal, topic.removeprefix("case:"))
        raise NotFound

    def staff(self, principal: Principal) -> StaffView:
        """Who is signed in, and where."""
        return StaffView(
            staff_id=principal.staff_id,
            account=principal.account,
            name=principal.name,
            roles=sorted(principal.roles),
            site_id=principal.site_id,
            site_name=self._site_name(principal.site_id),
        )

    async def point(self, principal: Principal) -> PointView:
        """The point's own state: its ticket that is not over, or the last one until its page has left it."""
        ticket = self._board.current(principal.staff_id) or await self._not_left(principal)
        return PointView(
            staff=self.staff(principal),
            ticket=None if ticket is None else await self._ticket(ticket),
            session=self._session(ticket),
            case_id=await self._case_of(ticket),
            still_requested=self._house.stills.get(principal.staff_id),
            halls=[
                HallView(camera_id=one.id, name=Bilingual(zh=one.name_zh, en=one.name_en))
                for one in self._house.cameras.halls(principal)
            ],
        )

    async def _not_left(self, principal: Principal) -> scheduled.TicketView | None:
        """The worker's completed ticket while its case is not closed: the resident may still rate and print."""
        last = self._board.last_of_worker(principal.staff_id)
        if last is None or last.state != TicketState.COMPLETED:
            return None
        case = await self._whole_case(last.id)
        return last if case is not None and case.state is not CaseState.CLOSED else None

    async def desk(self, principal: Principal) -> DeskView:
        """The clerk's own state."""
        desk = self._board.desk(principal.staff_id)
        ticket = desk.ticket if desk else None
        return DeskView(
            staff=self.staff(principal),
            windows=[self._window(window, desk) for window in self._windows(principal)],
            window_id=desk.window_id if desk and desk.window_state != "closed" else None,
            status=cast(ClerkStatus, desk.status) if desk else "logged_out",
            state=cast(ClerkState, desk.state) if desk else "idle",
            wrap_up_until=desk.wrap_up_until if desk else None,
            offer=await self._offer(desk.offer) if desk and desk.offer else None,
            ticket=await self._ticket(ticket) if ticket else None,
            session=self._session(ticket),
            case_id=await self._own_case_of(ticket, principal),
            served_today=self._board.served_today(principal.staff_id),
        )

    def queue(self, principal: Principal) -> Listing:
        """Who waits in the queues that the clerk may serve."""
        queue = self._board.queue(principal.staff_id)
        return Listing(
            rows={one.ticket.id: self._waiting(one) for one in queue[:_CARDS_AT_MOST]},
            make=QueueView,
            beside={
                "waiting": len(queue),
                "longest_since": min((one.ticket.taken_at for one in queue), default=None),
            },
        )

    def floor(self, principal: Principal) -> FloorView:
        """The supervisor's own state; raises `Forbidden` for who may not listen."""
        require(principal, Permission.LISTEN)
        listening_to = self._house.listening.session_of(principal.staff_id)
        return FloorView(staff=self.staff(principal), listening_to=listening_to)

    async def calls(self, principal: Principal) -> Listing:
        """The calls of the supervisor's sites; raises `Forbidden` for who may not listen."""
        require(principal, Permission.LISTEN)
        rows = {}
        for ticket in self._board.in_hand():
            session = self._session(ticket)
            if session is not None and within(self._catalogue.site(ticket.site_id).path, principal.site_path):
                rows[ticket.id] = CallView(ticket=await self._ticket(ticket), session=session)
        return Listing(rows=rows, make=CallsView)

    async def case(self, principal: Principal, case_id: str) -> CaseView:
        """A whole case file; raises the document relay's `NoSuchCase`, `NotYourCase`, `ReasonNeeded`."""
        case = await self._house.documents.case_files.view(principal, case_id)
        return case_view(case, principal.staff_id)

    async def _case_of(self, ticket: scheduled.TicketView | None) -> str | None:
        case = await self._whole_case(ticket.id) if ticket else None
        return case.id if case else None

    async def _own_case_of(self, ticket: scheduled.TicketView | None, clerk: Principal) -> str | None:
        """The ticket's case once it is the clerk's: before, each command on it would be refused."""
        case = await self._whole_case(ticket.id) if ticket else None
        return case.id if case is not None and case.clerk_id == clerk.staff_id else None

    async def _whole_case(self, ticket_id: str) -> CaseRecord | None:
        """The ticket's case; None also when it is damaged, which keeps nobody's page from being shown."""
        try:
            return await self._house.documents.case_index.of_ticket(ticket_id)
        except Exception as error:
            if not is_damage(error):
                raise
            self._house.database.damaged("case_of_ticket", ticket_id, error)
            return None

    async def slots(self, participant_id: str) -> SlotsView:
        """What the page's receive slots show, and how the other side is doing."""
        ticket = self._house.ticket_of_participant(participant_id)
        others = (one for one in members(ticket) if one != participant_id) if ticket else iter(())
        camera = self._house.media.live_view(participant_id)
        return SlotsView(
            admitted=ticket is not None,
            slots=[await self._slot(one) for one in self._house.media.slots(participant_id)],
            other_side=self._house.links.state(next(others, "")),
            pictures=self._house.media.video_level(participant_id).value,
            only_sound=self._house.media.only_sound(participant_id),
            camera=CameraShown(camera_id=camera.camera_id, state=camera.state.value) if camera else None,
        )

    async def _slot(self, slot: MediaSlot) -> SlotView:
        source: SlotSource | None = slot.source.value if slot.source else None
        if slot.participant_id is None or source in ("hall", "room"):
            return SlotView(
                mid=slot.mid, kind=slot.kind.value, participant_name=None, participant_role=None, source=source
            )
        staff_id, _, face = slot.participant_id.partition(":")
        return SlotView(
            mid=slot.mid,
            kind=slot.kind.value,
            participant_name=await self._catalogue.staff_name(staff_id),
            participant_role="point" if face == "point" else "window",
            source=source,
        )

    async def _ticket(self, ticket: scheduled.TicketView) -> TicketView:
        item = self._catalogue.item(ticket.item_id)
        said = self._scheduler.reception.answers(ticket)
        window = self._catalogue.window(ticket.window_id) if ticket.window_id else None
        return TicketView(
            ticket_id=ticket.id,
            number=ticket.number,
            state=cast(State, ticket.state),
            item_id=item.id,
            item_name=Bilingual(zh=item.name_zh, en=item.name_en),
            applicant_name=said.get("applicant", ""),
            site_name=self._site_name(ticket.site_id),
            taken_at=ticket.taken_at,
            place=self._place(ticket),
            window_name=Bilingual(zh=window.name_zh, en=window.name_en) if window else None,
            clerk_name=await self._catalogue.staff_name(ticket.clerk_id) if ticket.clerk_id else None,
        )

    def _place(self, ticket: scheduled.TicketView) -> Place | None:
        place = self._scheduler.places.place(ticket.id) if ticket.state == TicketState.WAITING else None
        if place is None:
            return None
        return Place(position=place.position, low_minutes=place.low_minutes, high_minutes=place.high_minutes)

    async def _offer(self, offer: scheduled.OfferView) -> OfferView:
        return OfferView(offer_id=offer.id, until=offer.expires_at, ticket=await self._ticket(offer.ticket))

    def _windows(self, principal: Principal) -> list[Window]:
        return self._catalogue.windows_for(principal.site_id, principal.department_ids)

    def _window(self, window: Window, desk: scheduled.DeskView | None) -> WindowView:
        settings, now = self._house.settings, self._house.clock.now()
        mine = desk is not None and desk.window_id == window.id
        return WindowView(
            window_id=window.id,
            name=Bilingual(zh=window.name_zh, en=window.name_en),
            state=cast(WindowState, desk.window_state) if desk and mine else "closed",
            within_hours=is_open(window, now, settings.time_zone),
        )

    def _waiting(self, one: Waiting) -> WaitingView:
        item = self._catalogue.item(one.ticket.item_id)
        return WaitingView(
            ticket_id=one.ticket.id,
            number=one.ticket.number,
            item_name=Bilingual(zh=item.name_zh, en=item.name_en),
            site_name=self._site_name(one.ticket.site_id),
            taken_at=one.ticket.taken_at,
            credit_from=one.credit_from,
            credit_reasons=[cast(CreditReason, grant) for grant in one.grants],
        )

    def _site_name(self, site_id: str) -> Bilingual:
        site = self._catalogue.site(site_id)
        return Bilingual(zh=site.name_zh, en=site.name_en)

    def _session(self, ticket: scheduled.TicketView | None) -> SessionView | None:
        if ticket is None or TicketState(ticket.state) not in IN_HAND:
            return None
        recording = self._house.recorder.state(ticket.id)
        return SessionView(
            session_id=ticket.id,
            consent=agreed_to_recording(self._house, ticket),
            recording=recording is not None,
            recording_paused=recording.paused if recording is not None else None,
            recording_missing_seconds=round(recording.missing) if recording is not None else 0,
            listeners=[listener.name for listener in self._house.listening.of(ticket.id)],
            room=self._house.rooms.state(ticket.id) if self._house.cameras.room(ticket.site_id) else None,
        )
