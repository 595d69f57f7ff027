"""Finding a colleague to ask into the call."""

from __future__ import annotations

from directory.errors import NoSuchSite
from directory.principal import Permission
from signalling.slices.consultations.colleagues import Somebody, find
from signalling.slices.consultations.consulting import pages_open, presence_of
from signalling.slices.consultations.messages import ColleaguesBody
from signalling.slices.consultations.parts import Parts
from signalling.transport.declared_refusals import TOKEN
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint


async def find_colleagues(parts: Parts, call: Call) -> ColleaguesBody:
    """Clerks and experts by name, site, department or item, with who is there."""
    pages = pages_open(parts)
    own = call.principal.person_id
    people = [
        Somebody(one, presence_of(parts, one.id, pages)) for one in await parts.catalogue.colleagues() if one.id != own
    ]
    return ColleaguesBody(colleagues=find(parts.catalogue, people, call.query("query")))


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/colleagues",
        "Colleagues who may be asked into a call, by name, site, department or item",
        find_colleagues,
        answer=ColleaguesBody,
        permission=Permission.SERVE,
        details=Details(
            parameters=(Parameter("query", "query", "What is looked for; empty for everybody"),),
            refusals=TOKEN | {NoSuchSite},
        ),
    ),
)
