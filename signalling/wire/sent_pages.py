"""A page that came by a link, as who sent it sees it."""

from __future__ import annotations

from document_relay.records import PageRecord
from signalling.wire.values import Bilingual, SentPage


def sent_page(page: PageRecord) -> SentPage:
    """As the wire has it."""
    return SentPage(
        page_id=page.id,
        number=page.number,
        verdict=page.verdict,  # type: ignore[arg-type]
        findings=[Bilingual(zh=zh, en=en) for _code, zh, en in page.findings],
    )
