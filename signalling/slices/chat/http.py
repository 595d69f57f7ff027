"""Phrases of one's own."""

from __future__ import annotations

from directory.principal import Permission
from foundation.database.pool import DatabaseBusy
from signalling.slices.chat.messages import PhrasesBody
from signalling.slices.chat.parts import Parts
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint

_NAME = "chat_phrases"
_ADDRESS = "/api/v1/chat-phrases"


async def read_phrases(parts: Parts, call: Call) -> PhrasesBody:
    """The phrases that the person keeps."""
    return PhrasesBody(phrases=await parts.personal.of(call.principal.staff_id, _NAME, list[str]))


async def keep_phrases(parts: Parts, call: Call) -> PhrasesBody:
    """Keeps other phrases; null brings back those that the page begins with."""
    body: PhrasesBody = call.body
    kept = None if body.phrases is None else [one.strip() for one in body.phrases if one.strip()]
    await parts.personal.keep(call.principal.staff_id, _NAME, kept)
    return PhrasesBody(phrases=kept)


_BUSY = Details(refusals=frozenset({DatabaseBusy}))

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        _ADDRESS,
        "Read one's own phrases",
        read_phrases,
        answer=PhrasesBody,
        permission=Permission.READ_CASE,
        details=_BUSY,
    ),
    Endpoint(
        "PUT",
        _ADDRESS,
        "Keep phrases of one's own",
        keep_phrases,
        body=PhrasesBody,
        answer=PhrasesBody,
        permission=Permission.READ_CASE,
        details=_BUSY,
    ),
)
