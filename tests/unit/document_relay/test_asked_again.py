"""Whose list of cases that wait is sent again when a joint acceptance changes: the departments' concerned alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo

from directory.catalogue import Catalogue
from directory.senders import Senders
from directory.tokens import Tokens
from directory.visits import VisitParts
from document_relay.assembly import Needs
from document_relay.left_cases import Days
from foundation.database import Database, Outbox
from foundation.events import Bus
from signalling.slices import findings
from signalling.transport.bound import Bound
from signalling.transport.websocket.registry import Registry
from tests.unit.document_relay.test_hand_on import CALENDAR
from tests.unit.document_relay.test_joint_acceptance import CIVIL, DUE, SOCIAL, SOCIAL_EXPERT, finding
from tests.unit.signalling.transport.websocket.test_registry import Recorded

from .conftest import CLERK, Bench


async def test_the_list_is_sent_again_to_the_people_of_the_departments_concerned(
    bench: Bench, needs: Needs, database: Database, bus: Bus, outbox: Outbox
) -> None:
    async def nobody(_people: Collection[str]) -> frozenset[str]:
        return frozenset()

    registry, relay, case_id = Registry(), bench.relay, bench.case_id
    social, tax = Recorded("s", "window", departments=["social"]), Recorded("t", "window", departments=["tax"])
    for connection in (social, tax):
        registry.join(connection)
    catalogue = Catalogue(database)
    visits = VisitParts(
        database=database,
        catalogue=catalogue,
        clock=needs.clock,
        identifiers=needs.identifiers,
        vault=needs.vault,
        tokens=Tokens(bytes(32)),
    )
    parts = findings.Parts(
        bus=bus,
        case_files=relay.case_files,
        joint=relay.joint,
        findings=relay.findings,
        supplements=relay.supplements,
        left=relay.left,
        answers=relay.answers,
        catalogue=catalogue,
        on_gone=lambda _: None,
        signed_in=nobody,
        senders=Senders(visits),
        registry=registry,
        today=lambda: date(2026, 11, 30),
        days=lambda: Days(CALENDAR, date(2026, 11, 30), ZoneInfo("UTC")),
        colleagues_after_days=3,
    )
    Bound(findings.SLICE, parts).follow()

    async def sent() -> int:
        await outbox.deliver()
        topics = social.topics.copy()
        social.topics.clear()
        assert set(topics) <= {"asked_findings", "left_cases"}
        return topics.count("asked_findings")

    await relay.joint.open(CLERK, case_id, [CIVIL, SOCIAL], 10)
    assert await sent() == 1
    await relay.findings.add(CLERK, case_id, "civil", finding("缺少照片"))
    await relay.joint.say_all(CLERK, case_id, "civil")
    assert await sent() == 0, "the other department's"
    await relay.joint.say_all(SOCIAL_EXPERT, case_id, "social")
    assert await sent() == 1
    await relay.joint.tell(CLERK, case_id, DUE)
    assert await sent() == 1
    assert tax.topics == []
