"""What a resident reads by a link: the decision and its notice. The secret comes in the body, and so into no log."""

from __future__ import annotations

from aiohttp import web

from directory.errors import NoSuchSite, ResultLinkOver, ResultLinkUnknown, TooManyCodes
from directory.result_links import reader_of
from document_relay.errors import CaseDamaged, NoSuchCase, NoSuchDocument
from foundation.addresses import one_client
from foundation.database.pool import DatabaseBusy
from foundation.vault import SealBroken
from signalling.slices.handon.messages import ResultBody, ResultLinkBody
from signalling.slices.handon.parts import Parts
from signalling.transport.declared_refusals import STORED, Refusals
from signalling.transport.http.client_address import address_of
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.sealed_files import private_bytes
from signalling.wire.values import Bilingual

_PDF = "application/pdf"


async def read_result(parts: Parts, call: Call) -> ResultBody:
    """What was decided."""
    body: ResultLinkBody = call.body
    parts.link_attempts.count(one_client(address_of(call.request)))
    file, desk, ends_at = await parts.results.read(body.result_link)
    _recognise(parts, call, file.id, file.site_id)
    assert file.decided_at is not None
    return ResultBody(
        number=file.number,
        item_name=Bilingual.item(file),
        site_name=Bilingual.name(parts.catalogue.site(file.site_id)),
        desk=Bilingual(zh=desk.zh, en=desk.en),
        outcome=file.outcome,  # type: ignore[arg-type]
        notice=file.notice or "",
        notice_en=file.notice_en,
        decided_at=file.decided_at,
        ends_at=ends_at,
    )


async def result_pdf(parts: Parts, call: Call) -> web.StreamResponse:
    """The sealed notice."""
    body: ResultLinkBody = call.body
    parts.link_attempts.count(one_client(address_of(call.request)))
    file, _, _ = await parts.results.read(body.result_link)
    _recognise(parts, call, file.id, file.site_id)
    return private_bytes((await parts.results.pdf(body.result_link)).data, _PDF)


def _recognise(parts: Parts, call: Call, case_id: str, site_id: str) -> None:
    call.recognise(reader_of(case_id, site_id, parts.catalogue.site(site_id).path))
    call.touch(case=case_id)


_REFUSED: Refusals = frozenset(
    {DatabaseBusy, NoSuchCase, NoSuchSite, ResultLinkOver, ResultLinkUnknown, SealBroken, TooManyCodes}
)

RESULT_ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/result",
        "Read by a link what was decided",
        read_result,
        body=ResultLinkBody,
        answer=ResultBody,
        open=True,
        audit="result_read",
        details=Details(refusals=_REFUSED),
    ),
    Endpoint(
        "POST",
        "/api/v1/result/pdf",
        "The notice of the decision, by a link",
        result_pdf,
        body=ResultLinkBody,
        content=_PDF,
        open=True,
        audit="result_notice_read",
        details=Details(refusals=_REFUSED | STORED | {CaseDamaged, NoSuchDocument}),
    ),
)
