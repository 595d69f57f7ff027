"""What every request finds at the web application, whatever it asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from directory.audit_intake import AuditIntake
from directory.principal import Principal
from directory.sign_in import Access
from foundation.clock import Clock
from foundation.identifiers import Identifiers
from foundation.rate import RateLimit
from foundation.settings import Settings
from foundation.tasks import Tasks
from signalling.transport.http.connections import ConnectionLimits
from signalling.transport.http.strangers import Strangers


@dataclass(frozen=True, kw_only=True)
class WebParts:
    """What carrying requests needs."""

    settings: Settings
    clock: Clock
    identifiers: Identifiers
    acts: Tasks
    """Changes under way: they end although who asked for them goes."""
    intake: AuditIntake
    authenticate: Callable[[str], Awaitable[Access]]
    """What an access token opens; raises `TokenInvalid`."""
    starting: Callable[[], bool]
    """Whether the service is not yet there for anybody."""


PARTS: web.AppKey[WebParts] = web.AppKey("parts")
LIMITS: web.AppKey[ConnectionLimits] = web.AppKey("limits")
PEOPLE: web.AppKey[RateLimit] = web.AppKey("people")
"""Requests of people who are signed in, by `person_id`."""
STRANGERS: web.AppKey[Strangers] = web.AppKey("strangers")
PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal")
"""Who asks; absent where nobody is signed in."""
