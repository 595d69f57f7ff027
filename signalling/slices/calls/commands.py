"""What a page says of its own media."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from rtc_server.sessions.errors import ParticipantUnknown
from rtc_server.sessions.interface import SourceKind
from signalling.identity.faces import face_of
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.messages import PinPerson, ReportReception, SetOnlySound, TellSending, TellTiles
from signalling.slices.calls.parts import Parts
from signalling.slices.calls.ports import NoSuchPerson
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def set_only_sound(parts: Parts, principal: Principal, command: SetOnlySound) -> None:
    """Sends the page no video, or video again."""
    parts.media.set_only_sound(str(ParticipantId.of(principal)), command.only_sound)


async def tell_sending(parts: Parts, principal: Principal, command: TellSending) -> None:
    """Tells everybody in the session what the page keeps back; what it has ended leaves its tiles."""
    participant = ParticipantId.of(principal)
    parts.media.set_ended(str(participant), [SourceKind(kind) for kind in command.ended])
    ticket = parts.sessions.ticket_of(participant)
    if parts.sendings.take(str(participant), command.paused) and ticket is not None:
        parts.registry.invalidate([one.person_id for one in parts.sessions.members(ticket)], "slots")


async def tell_tiles(parts: Parts, principal: Principal, command: TellTiles) -> None:
    """Has the page sent what its tiles need."""
    parts.media.set_tiles(str(ParticipantId.of(principal)), {tile.mid: tile.width for tile in command.tiles})


async def pin_person(parts: Parts, principal: Principal, command: PinPerson) -> None:
    """Keeps somebody in view, or nobody; raises `NoSuchPerson`."""
    parts.sessions.pin(ParticipantId.of(principal), command.member)
    parts.registry.invalidate([principal.person_id], "slots")


async def report_reception(parts: Parts, principal: Principal, command: ReportReception) -> None:
    """Adds what the page's browser measured."""
    parts.reception_figures.take(face_of(principal), command)


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        SetOnlySound: CommandRow(Permission.TAKE_PART, set_only_sound, frozenset({ParticipantUnknown})),
        TellSending: CommandRow(Permission.TAKE_PART, tell_sending),
        TellTiles: CommandRow(Permission.TAKE_PART, tell_tiles),
        PinPerson: CommandRow(Permission.TAKE_PART, pin_person, frozenset({NoSuchPerson})),
        ReportReception: CommandRow(Permission.TAKE_PART, report_reception),
    }
)
