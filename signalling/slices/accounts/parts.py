"""What signing in needs."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.devices import Devices
from directory.sessions import Sessions
from directory.sign_in import SignIn
from foundation.clock import Clock
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    sign_in: SignIn
    devices: Devices
    sessions: Sessions
    catalogue: Catalogue
    clock: Clock
    registry: Registry
