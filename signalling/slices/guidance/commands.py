"""Guiding a paper under the camera."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from document_relay.errors import CaseDamaged, NoSuchMaterial
from signalling.slices.guidance.acts import GUIDED
from signalling.slices.guidance.guides import CameraNotAsked, GuidingTooFast
from signalling.slices.guidance.messages import GuidePaper
from signalling.slices.guidance.parts import Parts
from signalling.slices.guidance.views import TOPIC
from signalling.transport.declared_refusals import CASE_CHANGED
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def guide_paper(parts: Parts, principal: Principal, command: GuidePaper) -> None:
    """Shows a hint at the page that is to photograph the material; the first one stands in the case's history."""
    case = await parts.case_files.served(principal, command.case_id)
    material = case.material(command.material_id)
    worker_id = case.file.worker_id
    if parts.still_of(worker_id) != material.id:
        raise CameraNotAsked
    first = parts.guides.say(worker_id, material.id, command.hint, parts.clock.monotonic())
    parts.registry.invalidate([worker_id], TOPIC)
    if first:
        who = principal.person_id, principal.name
        await parts.case_files.note(who, case.file.id, GUIDED, material=material.name_zh)


_REFUSALS = CASE_CHANGED | {CameraNotAsked, CaseDamaged, GuidingTooFast, NoSuchMaterial}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {GuidePaper: CommandRow(Permission.SERVE, guide_paper, _REFUSALS)}
)
