"""The desk and reception together, on a real database: one ticket's way, and every way off it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from directory.principal import Principal
from foundation.clock import ManualClock
from foundation.errors import Forbidden, NotFound
from scheduler import errors, events
from scheduler.places import Places
from scheduler.queue_core.clerk_life import ClerkStatus
from scheduler.store import tickets
from scheduler.views import OfferView, Place, TakeTicket, TicketView
from tests.support.hall import Hall

pytestmark = pytest.mark.both_databases

ALLOWANCE = TakeTicket(item_id="allowance")


async def take(hall: Hall, point: str = "point-1", name: str = "wu", **asked: object) -> TicketView:
    """The ticket as it is when everybody has been matched."""
    taken = await hall.reception.take_ticket(hall.worker(point, name), TakeTicket(item_id="allowance", **asked))  # type: ignore[arg-type]
    return await hall.reception.ticket(taken.id)


async def ringing(hall: Hall, name: str) -> OfferView:
    view = await hall.seen(hall.clerk(name))
    assert view.offer is not None
    return view.offer


async def serve(hall: Hall, name: str) -> TicketView:
    offer = await ringing(hall, name)
    await hall.desk.accept(hall.clerk(name), offer.id)
    return await hall.desk.enter_call(worker_of(hall, offer.ticket), offer.ticket.id)


def worker_of(hall: Hall, ticket: TicketView) -> Principal:
    return hall.worker(ticket.site_id, ticket.worker_id)


async def test_a_ticket_goes_its_whole_way(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ticket = await take(hall, answers={"age": "82"})
    assert (ticket.number, ticket.state, ticket.clerk_id) == ("A001", "offered", "ada")
    offer = await ringing(hall, "ada")
    assert (offer.expires_at - offer.made_at).total_seconds() == 15.0

    clock.advance(3)
    await hall.desk.accept(hall.clerk("ada"), offer.id)
    called = await hall.seen(hall.clerk("ada"))
    assert called.ticket is not None
    assert (called.state, called.ticket.state, called.offer) == ("serving", "called", None)
    clock.advance(1)
    serving = await hall.desk.enter_call(hall.worker(), ticket.id)
    assert (serving.state, serving.window_name) == ("serving", "ada's window")
    assert await hall.desk.enter_call(hall.worker(), ticket.id) == serving
    clock.advance(600)
    await hall.desk.finish(hall.clerk("ada"), ticket.id)
    done = await hall.seen(hall.clerk("ada"))
    assert (done.state, done.ticket) == ("wrap_up", None)
    assert (await hall.reception.ticket(ticket.id)).state == "completed"
    assert await hall.current(hall.worker()) is None

    async with hall.database.read() as session:
        periods = await tickets.periods(session, ticket.id)
    assert [(one.state, one.next_state) for one in periods] == [
        ("waiting", "offered"),
        ("offered", "called"),
        ("called", "serving"),
        ("serving", "completed"),
    ]
    lengths = [(one.ended_at - one.began_at).total_seconds() for one in periods]
    assert lengths == [0.0, 3.0, 1.0, 600.0]
    assert [one.clerk_id for one in periods] == ["ada"] * 4
    assert [one.actor_id for one in periods] == [None, "ada", "wu", "ada"]


async def test_the_events_tell_the_way_in_order_after_the_commit(hall: Hall) -> None:
    told: list[str] = []

    async def hear(event: events.TicketEvent) -> None:
        told.append(type(event).__name__)

    for kind in (
        events.TicketTaken,
        events.TicketOffered,
        events.TicketCalled,
        events.TicketServing,
        events.TicketCompleted,
    ):
        hall.bus.subscribe(kind, hear)
    await hall.open("ada")
    ticket = await take(hall)
    await serve(hall, "ada")
    await hall.desk.finish(hall.clerk("ada"), ticket.id)
    assert told == []
    assert await hall.outbox.deliver()
    assert told == ["TicketTaken", "TicketOffered", "TicketCalled", "TicketServing", "TicketCompleted"]


async def test_called_tells_who_meets_whom_about_what(hall: Hall) -> None:
    heard: list[events.TicketCalled] = []

    async def hear(event: events.TicketCalled) -> None:
        heard.append(event)

    hall.bus.subscribe(events.TicketCalled, hear)
    await hall.open("ada")
    ticket = await take(hall)
    await hall.desk.accept(hall.clerk("ada"), (await ringing(hall, "ada")).id)
    await hall.outbox.deliver()
    called = heard[0]
    assert (called.ticket_id, called.worker_id, called.clerk_id, called.window_id, called.item_id) == (
        ticket.id,
        "wu",
        "ada",
        "window-ada",
        "allowance",
    )


async def test_a_refused_request_leaves_nothing_behind(hall: Hall) -> None:
    with pytest.raises(errors.UnknownGrant):
        await take(hall, grants=("handsome",))
    with pytest.raises(NotFound):
        await hall.reception.take_ticket(hall.worker(), TakeTicket(item_id="nothing"))
    with pytest.raises(Forbidden):
        await hall.reception.take_ticket(hall.clerk("ada"), ALLOWANCE)
    assert (await take(hall)).number == "A001"
    assert await hall.current(hall.worker("point-1", "xu")) is None


async def test_one_worker_has_one_open_ticket(hall: Hall) -> None:
    first = await take(hall)
    with pytest.raises(errors.TicketAlreadyOpen):
        await take(hall)
    await hall.reception.cancel(hall.worker(), first.id)
    second = await take(hall, visit_id=first.visit_id)
    assert (second.number, second.visit_id) == ("A002", first.visit_id)
    with pytest.raises(errors.NoSuchVisit):
        await take(hall, "point-2", "xu", visit_id=first.visit_id)


async def test_rejected_waits_at_its_place_and_goes_to_somebody_else(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    first = await take(hall)
    clock.advance(5)
    await take(hall, "point-2", "xu")
    await hall.desk.reject(hall.clerk("ada"), (await ringing(hall, "ada")).id, "no lift")
    view = await hall.seen(hall.clerk("ada"))
    assert view.offer is not None
    assert view.offer.ticket.number == "A002"
    assert (await hall.place(first.id)).position == 1
    await hall.open("ben")
    assert (await ringing(hall, "ben")).ticket.id == first.id


async def test_unanswered_goes_back_and_the_clerk_is_away(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    offer = await ringing(hall, "ada")
    await hall.heartbeat("wu:point", "ada:window")
    clock.advance(14.9)
    assert await hall.timers.tick() == []
    clock.advance(0.1)
    with pytest.raises(errors.OfferOver):
        await hall.desk.accept(hall.clerk("ada"), offer.id)
    await hall.timers.tick()
    view = await hall.seen(hall.clerk("ada"))
    assert view is not None
    assert (view.state, view.offer) == ("away_no_answer", None)
    assert (await hall.reception.ticket(ticket.id)).state == "waiting"
    await hall.desk.set_status(hall.clerk("ada"), ClerkStatus.AVAILABLE)
    back = await hall.seen(hall.clerk("ada"))
    assert back.offer is not None
    assert back.offer.ticket.id == ticket.id


async def test_an_answered_offer_cannot_be_answered_again(hall: Hall) -> None:
    await hall.open("ada", "ben")
    await take(hall)
    offer = await ringing(hall, "ada")
    with pytest.raises(errors.NotYourTicket):
        await hall.desk.accept(hall.clerk("ben"), offer.id)
    await hall.desk.accept(hall.clerk("ada"), offer.id)
    for answer in (hall.desk.accept(hall.clerk("ada"), offer.id), hall.desk.reject(hall.clerk("ada"), offer.id, "")):
        with pytest.raises(errors.OfferOver):
            await answer
    with pytest.raises(errors.NoSuchOffer):
        await hall.desk.accept(hall.clerk("ada"), "nothing")


async def test_cancelling_silences_the_ringing_clerk(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    with pytest.raises(errors.NotYourTicket):
        await hall.reception.cancel(hall.worker("point-2", "xu"), ticket.id)
    assert (await hall.reception.cancel(hall.worker(), ticket.id)).state == "cancelled"
    view = await hall.seen(hall.clerk("ada"))
    assert view is not None
    assert (view.state, view.offer) == ("idle", None)
    with pytest.raises(errors.NotInThisState):
        await hall.reception.cancel(hall.worker(), ticket.id)


async def test_cancelling_a_called_ticket_frees_the_clerk(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    await hall.desk.accept(hall.clerk("ada"), (await ringing(hall, "ada")).id)
    await hall.reception.cancel(hall.worker(), ticket.id)
    view = await hall.seen(hall.clerk("ada"))
    assert view is not None
    assert (view.state, view.ticket) == ("idle", None)


async def test_a_served_ticket_cannot_be_cancelled_by_the_point(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    await serve(hall, "ada")
    with pytest.raises(errors.NotInThisState):
        await hall.reception.cancel(hall.worker(), ticket.id)


async def test_recall_no_show_and_back_with_credit(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    ada = hall.clerk("ada")
    await hall.desk.accept(ada, (await ringing(hall, "ada")).id)
    await hall.desk.recall(ada, ticket.id)
    assert (await hall.seen(ada)).ticket.calls == 2  # type: ignore[union-attr]
    await hall.desk.recall(ada, ticket.id)
    assert (await hall.seen(ada)).ticket.calls == 3  # type: ignore[union-attr]
    with pytest.raises(errors.CalledTooOften):
        await hall.desk.recall(ada, ticket.id)
    clock.advance(60)
    later = await take(hall, "point-2", "xu")
    await hall.desk.no_show(ada, ticket.id)
    after = await hall.seen(ada)
    assert after.offer is not None
    assert after.offer.ticket.id == later.id
    assert (await hall.current(hall.worker())) is not None
    with pytest.raises(errors.NotYourTicket):
        await hall.desk.reinstate(hall.worker("point-3", "zu"), ticket.id)
    await take(hall, "point-3", "zu")
    back = await hall.desk.reinstate(hall.worker(), ticket.id)
    assert (back.state, back.number) == ("waiting", "A001")
    assert (await hall.place(ticket.id)).position == 1
    with pytest.raises(errors.NotInThisState):
        await hall.desk.reinstate(hall.worker(), ticket.id)


async def test_hold_and_resume_keep_the_session(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    await serve(hall, "ada")
    ada = hall.clerk("ada")
    await hall.desk.hold(ada, ticket.id)
    held = await hall.seen(ada)
    assert held.ticket is not None
    assert (held.ticket.state, held.state) == ("on_hold", "serving")
    with pytest.raises(errors.NotInThisState):
        await hall.desk.hold(ada, ticket.id)
    await hall.desk.resume(ada, ticket.id)
    resumed = await hall.seen(ada)
    assert resumed.ticket is not None
    assert resumed.ticket.state == "serving"


@pytest.mark.parametrize("act", ["recall", "no_show", "hold", "resume", "finish"])
async def test_a_late_act_for_the_ticket_before_leaves_the_one_in_hand_alone(hall: Hall, act: str) -> None:
    await hall.open("ada")
    ada = hall.clerk("ada")
    first = await take(hall)
    second = await take(hall, "point-2", "xu")
    await serve(hall, "ada")
    await hall.desk.finish(ada, first.id)
    await hall.desk.call_next(ada)
    with pytest.raises(errors.MovedMeanwhile):
        await getattr(hall.desk, act)(ada, first.id)
    untouched = await hall.reception.ticket(second.id)
    assert (untouched.state, untouched.calls, untouched.clerk_id) == ("called", 1, "ada")


async def test_a_lost_link_keeps_the_session_for_the_grace(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    await serve(hall, "ada")
    await hall.desk.link_lost(ticket.id)
    cut = await hall.reception.ticket(ticket.id)
    assert cut.state == "interrupted"
    assert cut.grace_until is not None
    await hall.desk.link_back(ticket.id)
    back = await hall.reception.ticket(ticket.id)
    assert (back.state, back.grace_until, back.clerk_id) == ("serving", None, "ada")

    await hall.desk.link_lost(ticket.id)
    clock.advance(hall.rules.grace_lasts)
    await hall.heartbeat("wu:point", "ada:window")
    await hall.desk.set_status(hall.clerk("ada"), ClerkStatus.BREAK)
    await hall.timers.tick()
    returned = await hall.reception.ticket(ticket.id)
    assert (returned.state, returned.clerk_id, returned.number) == ("waiting", None, "A001")
    view = await hall.seen(hall.clerk("ada"))
    assert view.state == "idle"


async def test_call_next_takes_without_ringing_also_what_was_refused(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    ada = hall.clerk("ada")
    await hall.desk.reject(ada, (await ringing(hall, "ada")).id, "busy")
    await hall.desk.call_next(ada)
    view = await hall.seen(ada)
    assert view.ticket is not None
    assert (view.ticket.id, view.ticket.state, view.state) == (ticket.id, "called", "serving")
    with pytest.raises(errors.ClerkBusy):
        await hall.desk.call_next(ada)


async def test_call_next_with_nobody_waiting_makes_ready(hall: Hall) -> None:
    await hall.open("ada")
    ada = hall.clerk("ada")
    await hall.desk.set_status(ada, ClerkStatus.BREAK)
    await hall.desk.call_next(ada)
    view = await hall.seen(ada)
    assert (view.ticket, view.status, view.state) == (None, "available", "idle")
    await hall.desk.close_window(ada)
    with pytest.raises(errors.WindowNotOpen):
        await hall.desk.call_next(ada)
    with pytest.raises(errors.NoDesk):
        await hall.desk.call_next(hall.clerk("ben"))


async def test_wrap_up_ends_by_itself_or_by_hand_or_by_the_next(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ada = hall.clerk("ada")
    await take(hall)
    await hall.desk.finish(ada, (await serve(hall, "ada")).id)
    clock.advance(hall.rules.wrap_up_lasts)
    await hall.heartbeat("ada:window")
    await hall.timers.tick()
    await take(hall)
    await hall.desk.finish(ada, (await serve(hall, "ada")).id)
    await hall.desk.end_wrap_up(ada)
    assert (await hall.seen(ada)).state == "idle"
    await take(hall)
    await hall.desk.finish(ada, (await serve(hall, "ada")).id)
    waiting = await take(hall)
    assert waiting.state == "waiting"
    await hall.desk.call_next(ada)
    after = await hall.seen(ada)
    assert after.ticket is not None
    assert after.ticket.id == waiting.id


async def test_windows_open_once_and_close(hall: Hall) -> None:
    ada, ben = hall.clerk("ada"), hall.clerk("ben")
    await hall.open("ada")
    with pytest.raises(errors.WindowTaken):
        await hall.desk.open_window(ben, "window-ada")
    with pytest.raises(errors.NotYourWindow):
        await hall.desk.open_window(hall.clerk("cyd"), "window-ben")
    with pytest.raises(Forbidden):
        await hall.desk.open_window(hall.worker("point-1", "ada"), "window-ada")
    ticket = await take(hall)
    await hall.desk.set_status(ada, ClerkStatus.BREAK)
    away = await hall.seen(ada)
    assert (away.window_state, away.state, away.offer) == ("open", "idle", None)
    assert [one.ticket.id for one in (await hall.board()).queue("ada")] == [ticket.id]
    await hall.open("ada")
    await serve(hall, "ada")
    with pytest.raises(errors.ClerkBusy):
        await hall.desk.close_window(ada)
    await hall.desk.open_window(ada, "window-ada")
    reloaded = await hall.seen(ada)
    assert (reloaded.state, reloaded.ticket and reloaded.ticket.id) == ("serving", ticket.id)
    await hall.desk.finish(ada, ticket.id)
    await hall.desk.set_status(ada, ClerkStatus.LOGGED_OUT)
    closed = await hall.seen(ada)
    assert (closed.window_state, closed.status, closed.state) == ("closed", "logged_out", "idle")
    await hall.desk.open_window(ben, "window-ada")
    assert (await hall.seen(ben)).window_state == "open"


async def test_a_break_sends_back_what_rings(hall: Hall) -> None:
    await hall.open("ada")
    ticket = await take(hall)
    await hall.desk.set_status(hall.clerk("ada"), ClerkStatus.BREAK)
    view = await hall.seen(hall.clerk("ada"))
    assert (view.status, view.state, view.offer) == ("break", "idle", None)
    assert (await hall.reception.ticket(ticket.id)).state == "waiting"
    assert (await take(hall, "point-2", "xu")).state == "waiting"


async def test_granted_minutes_go_ahead_of_time_waited(hall: Hall, clock: ManualClock) -> None:
    first = await take(hall)
    clock.advance(60)
    elder = await take(hall, "point-2", "xu", grants=("over_70", "veteran"))
    assert (await hall.place(elder.id)).position == 1
    assert (await hall.place(first.id)).position == 2
    await hall.open("ada")
    assert (await ringing(hall, "ada")).ticket.id == elder.id


async def test_the_better_clerk_rings_first_then_the_narrower(hall: Hall) -> None:
    await hall.open("ben", "ada")
    assert (await take(hall)).clerk_id == "ada"
    assert (await take(hall, "point-2", "xu")).clerk_id == "ben"


async def test_own_town_first_then_neighbours_then_the_district(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada", "cyd", "dora")
    assert (await take(hall)).clerk_id == "ada"
    second = await take(hall, "point-2", "xu")
    assert second.state == "waiting"
    pages = [f"{name}:window" for name in ("ada", "cyd", "dora")]
    for _ in range(18):
        clock.advance(10)
        await hall.heartbeat(*pages, "wu:point", "xu:point")
        await serve_if_ringing(hall, "ada")
        await hall.timers.tick()
    assert (await hall.reception.ticket(second.id)).clerk_id == "cyd"


async def serve_if_ringing(hall: Hall, name: str) -> None:
    view = await hall.seen(hall.clerk(name))
    if view.offer is not None:
        await serve(hall, name)


async def test_with_nobody_nearer_on_duty_the_district_serves_at_once(hall: Hall) -> None:
    await hall.open("dora")
    assert (await take(hall)).clerk_id == "dora"


async def test_place_gives_a_range_and_none_when_nobody_can_serve(hall: Hall) -> None:
    lonely = await take(hall)
    assert await hall.place(lonely.id) == Place(position=1, low_minutes=None, high_minutes=None)
    await hall.open("ada")
    await serve(hall, "ada")
    behind = await take(hall, "point-2", "xu")
    place = await hall.place(behind.id)
    assert place is not None
    assert place.position == 1
    assert place.low_minutes is not None
    assert place.high_minutes is not None
    assert 3 <= place.low_minutes < 10 < place.high_minutes <= 30
    assert await hall.place(lonely.id) is None


async def test_only_a_wrap_up_can_be_ended(hall: Hall) -> None:
    await hall.open("ada")
    await take(hall)
    await serve(hall, "ada")
    with pytest.raises(errors.NotInThisState):
        await hall.desk.end_wrap_up(hall.clerk("ada"))


async def test_waits_that_are_asked_for_at_once_are_worked_out_one_after_the_other(hall: Hall) -> None:
    await hall.open("ada")
    facts, home = await hall.catalogue.item("allowance"), await hall.catalogue.home("point-1")
    places = Places(await hall.board(), hall.clock, hall.rules)
    turns, answered = 0, list[int]()

    async def ask() -> None:
        await places.expected(facts, home)
        answered.append(turns)

    asked = asyncio.gather(*(ask() for _ in range(4)))
    while not asked.done():
        turns += 1
        await asyncio.sleep(0)
    between = [later - earlier for earlier, later in pairwise([0, *answered])]
    assert min(between) >= 30, "as many turns as a simulation has replicas"


async def test_the_wait_is_told_before_a_ticket_is_taken(hall: Hall) -> None:
    async def expected(item: str = "allowance") -> Place:
        facts, home = await hall.catalogue.item(item), await hall.catalogue.home("point-1")
        return await Places(await hall.board(), hall.clock, hall.rules).expected(facts, home)

    assert await expected() == Place(position=1, low_minutes=None, high_minutes=None), "nobody is on duty"
    await hall.open("ada")
    assert await expected() == Place(position=1, low_minutes=0, high_minutes=1)
    assert (await expected("invoice")).low_minutes is None, "ada does not do taxes"
    await take(hall)
    hall.clock.advance(1)
    await take(hall, "point-2", "xu")
    # Who came at the same moment is before or after by chance.
    hall.clock.advance(1)
    told, ticket = await expected(), await take(hall, "point-1", "yu")
    assert told == await hall.place(ticket.id)
    assert told.position == 2


async def test_only_what_is_settled_counts_as_done(hall: Hall) -> None:
    await hall.open("ada")
    ada = hall.clerk("ada")
    for name, outcome, done in (("wu", "not_settled", 0), ("xu", "referred", 0), ("yu", "settled", 1)):
        ticket = await take(hall, "point-1", name)
        await hall.desk.accept(ada, (await ringing(hall, "ada")).id)
        await hall.desk.enter_call(hall.worker("point-1", name), ticket.id)
        board = await hall.board()
        board.follow(hall.bus)
        await hall.desk.finish(ada, ticket.id, outcome)
        await hall.outbox.deliver()
        assert (board.served_today("ada"), (await hall.board()).served_today("ada")) == (done, done), "heard and read"
        last = board.last_of_clerk("ada")
        assert last is not None
        assert last.id == ticket.id
        await hall.desk.end_wrap_up(ada)


async def test_a_wrap_up_is_extended_within_limits(hall: Hall, clock: ManualClock) -> None:
    await hall.open("ada")
    ada = hall.clerk("ada")
    with pytest.raises(errors.NotInThisState):
        await hall.desk.extend_wrap_up(ada)
    ticket = await take(hall)
    await hall.desk.accept(ada, (await ringing(hall, "ada")).id)
    await hall.desk.enter_call(hall.worker(), ticket.id)
    await hall.desk.finish(ada, ticket.id)
    began = clock.now()
    await hall.desk.extend_wrap_up(ada)
    assert (await hall.seen(ada)).wrap_up_until == began + timedelta(seconds=120)
    clock.advance(850)
    await hall.desk.extend_wrap_up(ada)
    assert (await hall.seen(ada)).wrap_up_until == began + timedelta(seconds=900)


@pytest.mark.parametrize("act", ["recall", "no_show", "hold", "resume", "finish"])
async def test_the_ticket_that_a_command_names_is_its_precondition(hall: Hall, act: str) -> None:
    """S21: a page that is behind names the ticket of before, and what its clerk has in hand now stays as it is."""
    await hall.open("ada")
    await take(hall)
    former = await serve(hall, "ada")
    await hall.desk.finish(hall.clerk("ada"), former.id)
    await hall.desk.end_wrap_up(hall.clerk("ada"))
    await take(hall, name="xu")
    if act in ("recall", "no_show"):
        await hall.desk.accept(hall.clerk("ada"), (await ringing(hall, "ada")).id)
    else:
        await serve(hall, "ada")
    if act == "resume":
        held = (await hall.seen(hall.clerk("ada"))).ticket
        assert held is not None
        await hall.desk.hold(hall.clerk("ada"), held.id)
    before = await hall.seen(hall.clerk("ada"))
    for named in (former.id, "another"):
        with pytest.raises(errors.MovedMeanwhile):
            await getattr(hall.desk, act)(hall.clerk("ada"), named)
    assert await hall.seen(hall.clerk("ada")) == before
    assert before.ticket is not None
    await getattr(hall.desk, act)(hall.clerk("ada"), before.ticket.id)
