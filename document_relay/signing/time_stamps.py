"""Time stamps of a time stamp authority (RFC 3161), asked for over HTTP; loads pyHanko."""

from __future__ import annotations

import asyncio
import urllib.request

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from document_relay.errors import TimeStampUnavailable

_SECONDS = 10.0
_LARGEST_REPLY = 64 * 1024


class TimeStamps(TimeStamper):
    """Asks the authority at `url`; what it answers is believed only for this request's nonce and hash."""

    def __init__(self, url: str, seconds: float = _SECONDS) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self._url = url
        self._seconds = seconds

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token over the digest; raises `TimeStampUnavailable`."""
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            nobody = ValidationContext(trust_roots=[], allow_fetching=False)
            status = await validate_tst_signed_data(token["content"], nobody, lambda _algorithm: message_digest)
        except Exception as error:  # the bytes are a stranger's, and the libraries raise what they like
            raise TimeStampUnavailable(problem=f"{type(error).__name__}: {error}"[:200]) from error
        if not (status["intact"] and status["valid"]):
            raise TimeStampUnavailable(problem="the token is not over this hash, or its signature is not valid")
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Sends the request; raises `OSError` and what asn1crypto raises."""
        return await asyncio.to_thread(self._post, req.dump())

    def _post(self, query: bytes) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        request = urllib.request.Request(self._url, query, headers)  # noqa: S310 - http or https, as the settings check
        with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_LARGEST_REPLY), strict=True)
