"""Drawing, pointing, freezing, and looking at something together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import msgspec

from directory.principal import Permission, Principal
from document_relay.case_core.canonical import canonical, digest
from document_relay.errors import NoSuchMaterial, NoSuchPage
from foundation.errors import Forbidden
from scheduler.errors import NoSuchTicket
from scheduler.views import TicketView
from signalling.slices.annotation import acts
from signalling.slices.annotation.annotations import DrawingTooFast, Kept, PictureFull, Shown, StrokeFull
from signalling.slices.annotation.drawing_members import (
    DrawingMember,
    drawing_member,
    note,
    owner_of,
    require_picture,
    show,
)
from signalling.slices.annotation.frozen import PHOTOGRAPH_SECONDS, Asked, NotFrozen, PictureGone, Source
from signalling.slices.annotation.messages import (
    ChangePicture,
    ClearPicture,
    Draw,
    EndTogether,
    FailPhotograph,
    FreezePicture,
    Keeping,
    KeepPicture,
    MoveView,
    PointAt,
    ShowPage,
    UndoLine,
)
from signalling.slices.annotation.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG, STORED, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def draw(parts: Parts, principal: Principal, command: Draw) -> None:
    """Draws on a picture that is on the screen."""
    drawer = drawing_member(parts, principal)
    require_picture(parts, drawer, command.surface)
    now = parts.clock.monotonic()
    drew = drawer.drawn.draw(drawer.person, command.surface, command.aspect, command.strokes, now)
    show(parts, drawer.ticket)
    await note(parts, drawer.ticket.id, drew)


async def point_at(parts: Parts, principal: Principal, command: PointAt) -> None:
    """Shows a place to the others."""
    drawer = drawing_member(parts, principal)
    require_picture(parts, drawer, command.surface)
    drawer.drawn.point(drawer.person, command.surface, command.at)
    show(parts, drawer.ticket)


async def undo_line(parts: Parts, principal: Principal, command: UndoLine) -> None:
    """Takes one's own last line back."""
    drawer = drawing_member(parts, principal)
    drawer.drawn.undo(drawer.person.id, command.surface)
    show(parts, drawer.ticket)


async def clear_picture(parts: Parts, principal: Principal, command: ClearPicture) -> None:
    """Wipes a picture, or one's own part of it."""
    drawer = drawing_member(parts, principal)
    drawer.drawn.clear(command.surface, None if drawer.is_clerk else drawer.person.id)
    show(parts, drawer.ticket)


async def change_picture(parts: Parts, principal: Principal, command: ChangePicture) -> None:
    """The page's own video shows something else."""
    drawer = drawing_member(parts, principal)
    if owner_of(parts, drawer, command.surface) != drawer.member:
        raise Forbidden
    drew = drawer.drawn.end(command.surface)
    show(parts, drawer.ticket)
    await note(parts, drawer.ticket.id, drew)


async def freeze_picture(parts: Parts, principal: Principal, command: FreezePicture) -> None:
    """Asks the page whose video it is for a photograph; by the clerk, or by who sends it."""
    drawer = drawing_member(parts, principal)
    owner = owner_of(parts, drawer, command.surface)
    if not drawer.is_clerk and owner != drawer.member:
        raise Forbidden
    source = cast(Source, command.surface.partition(".")[2])
    asked = Asked(parts.identifiers.new(), owner.participant, source, drawer.person)
    # What lies before everybody stays there until the photograph has come.
    parts.frozen.ask(drawer.ticket.id, asked)
    show(parts, drawer.ticket)
    parts.tasks.spawn(_give_up_late(parts, drawer.ticket, asked), name="photograph waited for")


async def fail_photograph(parts: Parts, principal: Principal, command: FailPhotograph) -> None:
    """The page that was asked for a photograph has none: who froze the picture is told."""
    drawer = drawing_member(parts, principal)
    asked = parts.frozen.awaited(drawer.ticket.id, command.picture_id)
    if asked.owner != drawer.member.participant:
        raise Forbidden
    asked.failed = True
    show(parts, drawer.ticket)


async def _give_up_late(parts: Parts, ticket: TicketView, asked: Asked) -> None:
    """Tells who froze a picture when nothing comes of it, as from a page whose link is cut."""
    while parts.frozen.asked(ticket.id) is asked and not asked.failed:
        await asyncio.sleep(PHOTOGRAPH_SECONDS)
        if parts.frozen.asked(ticket.id) is asked and not asked.coming:
            asked.failed = True
            show(parts, ticket)


async def show_page(parts: Parts, principal: Principal, command: ShowPage) -> None:
    """Lays a page of the call's case before everybody."""
    drawer = drawing_member(parts, principal)
    case = await parts.cases.of_ticket(drawer.ticket.id)
    if case is None:
        raise NoSuchPage
    (await parts.case_files.whole(case.id)).page(command.page_id)
    parts.frozen.forget(drawer.ticket.id)
    await _lay(parts, drawer, Shown(kind="page", id=command.page_id, by=drawer.person))
    await parts.cases.note(drawer.ticket.id, drawer.who, acts.SHOWN)


async def move_view(parts: Parts, principal: Principal, command: MoveView) -> None:
    """Looks at another part of it."""
    drawer = drawing_member(parts, principal)
    if drawer.drawn.shown is None:
        raise PictureGone
    if drawer.drawn.shown.by.id != drawer.person.id:
        raise Forbidden
    drawer.drawn.move(command.x, command.y, command.scale)
    show(parts, drawer.ticket)


async def end_together(parts: Parts, principal: Principal, _command: EndTogether) -> None:
    """Puts it away, and with it a photograph that has not come."""
    drawer = drawing_member(parts, principal)
    parts.frozen.forget(drawer.ticket.id)
    await _lay(parts, drawer, None)


async def keep_picture(parts: Parts, principal: Principal, command: KeepPicture) -> None:
    """Has the point's page deliver the frozen picture for a material."""
    drawer = drawing_member(parts, principal)
    if not drawer.is_clerk:
        raise Forbidden
    shown, case = drawer.drawn.shown, await parts.cases.of_ticket(drawer.ticket.id)
    if shown is None or shown.kind != "frozen" or case is None:
        raise NotFrozen
    whole = await parts.case_files.whole(case.id)
    material = whole.material(command.material_id)
    sha256 = parts.frozen.picture(drawer.ticket.id, shown.id).sha256
    there = any(one.sha256 == sha256 for one in whole.pages_of(material.id))
    kept = Kept(case.id, material.id, sha256, _strokes_sha256(drawer, shown), drawer.person)
    drawer.drawn.keep(kept, plain=not there, drawn=command.drawn)
    drawer.drawn.keeping = Keeping(
        keeping_id=parts.identifiers.new(),
        picture_url=picture_url(shown.id),
        material_id=command.material_id,
        plain=not there,
        drawn=command.drawn,
    )
    show(parts, drawer.ticket)


def _strokes_sha256(drawer: DrawingMember, shown: Shown) -> str:
    strokes = [one for one in drawer.drawn.strokes().values() if one.surface == shown.surface]
    return digest(canonical(msgspec.to_builtins(strokes)))


def picture_url(picture_id: str) -> str:
    """Where a frozen picture is fetched."""
    return f"/api/v1/frozen-pictures/{picture_id}"


async def _lay(parts: Parts, drawer: DrawingMember, shown: Shown | None) -> None:
    drew = drawer.drawn.show(shown)
    show(parts, drawer.ticket)
    await note(parts, drawer.ticket.id, drew)


_CALL: Refusals = frozenset({NoSuchTicket})
_PICTURE = CASE_LOG | _CALL | {PictureGone}
_READ = Permission.READ_CASE

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        Draw: CommandRow(_READ, draw, _PICTURE | {DrawingTooFast, PictureFull, StrokeFull}, flows=True),
        PointAt: CommandRow(_READ, point_at, _CALL | {PictureGone}, flows=True),
        UndoLine: CommandRow(_READ, undo_line, _CALL),
        ClearPicture: CommandRow(_READ, clear_picture, _CALL),
        ChangePicture: CommandRow(_READ, change_picture, _PICTURE),
        FreezePicture: CommandRow(_READ, freeze_picture, _PICTURE),
        FailPhotograph: CommandRow(_READ, fail_photograph, _CALL | {NotFrozen}),
        ShowPage: CommandRow(_READ, show_page, CASE_LOG | _CALL | STORED | {NoSuchPage}),
        MoveView: CommandRow(_READ, move_view, _CALL | {PictureGone}, flows=True),
        EndTogether: CommandRow(_READ, end_together, CASE_LOG | _CALL),
        KeepPicture: CommandRow(
            Permission.SERVE, keep_picture, CASE_LOG | _CALL | STORED | {NoSuchMaterial, NotFrozen}
        ),
    }
)
