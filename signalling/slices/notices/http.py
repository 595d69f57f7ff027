"""What a demonstration would have sent."""

from __future__ import annotations

from directory.principal import Permission
from foundation.errors import NotFound
from foundation.notifying import Simulated
from foundation.notifying.texts import sms_parts
from signalling.slices.notices.messages import SimulatedNoticeBody, SimulatedNoticesBody
from signalling.slices.notices.parts import Parts
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint


async def read_simulated(parts: Parts, _call: Call) -> SimulatedNoticesBody:
    """The notices of the simulator; raises `NotFound` where notices go out."""
    if parts.simulator is None:
        raise NotFound
    return SimulatedNoticesBody(notices=[_body(one) for one in parts.simulator.kept()])


def _body(one: Simulated) -> SimulatedNoticeBody:
    return SimulatedNoticeBody(
        notice_id=one.sending.id,
        at=one.at,
        channel=one.channel,
        kind=one.sending.kind,
        address=one.sending.address,
        language=one.sending.language,
        subject=one.sending.subject,
        text=one.sending.text,
        parts=sms_parts(one.sending.text),
    )


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/simulated-notices",
        "Read what a demonstration would have sent",
        read_simulated,
        answer=SimulatedNoticesBody,
        permission=Permission.READ_AUDIT,
        audit="simulated_notices_read",
        details=Details(refusals=frozenset({NotFound})),
    ),
)
