"""Opening a centre to people who book without a worker."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite
from directory.principal import Permission, Principal
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden
from signalling.slices.public_booking.messages import KeepPublicBooking
from signalling.slices.public_booking.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def keep_public_booking(parts: Parts, principal: Principal, command: KeepPublicBooking) -> None:
    """Opens or closes it; raises `Forbidden` for a centre that the supervisor does not watch."""
    await parts.keeping.keep(principal, command.site_id, command.opened)


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        KeepPublicBooking: CommandRow(
            Permission.KEEP_ROTA,
            keep_public_booking,
            frozenset({DatabaseBusy, Forbidden, NoSuchSite}),
            access="public_booking_kept",
        ),
    }
)
