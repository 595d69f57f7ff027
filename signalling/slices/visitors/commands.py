"""Inviting, and ending an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from directory.errors import NoSuchItem, NoSuchVisitor, TooManyVisitors
from directory.principal import Permission, Principal
from directory.visits import Invited
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from signalling.identity.faces import VISIT_LINK
from signalling.slices.visitors.messages import (
    EndInvitation,
    InviteVisitor,
    MakeVisitCode,
    VisitCodeMade,
    VisitorInvited,
)
from signalling.slices.visitors.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def invite_visitor(parts: Parts, principal: Principal, command: InviteVisitor) -> VisitorInvited:
    """Makes a link, and a code for who cannot be sent one."""
    invited = Invited(name=command.name, organisation=command.organisation.strip(), wish=command.wish.strip())
    lasts = timedelta(days=command.days)
    # In one transaction: a code that fails leaves no invitation whose link nobody was told.
    made, link, (code, code_ends_at) = await parts.visits.invite(
        principal, command.item_id, invited, lasts, parts.codes.add
    )
    parts.registry.invalidate([principal.person_id], "invitations")
    return VisitorInvited(
        visitor_id=made.id,
        link=f"{VISIT_LINK}{link}",
        ends_at=made.ends_at,
        visit_code=code,
        visit_code_ends_at=code_ends_at,
    )


async def make_visit_code(parts: Parts, principal: Principal, command: MakeVisitCode) -> VisitCodeMade:
    """Makes another code."""
    code, ends_at = await parts.codes.make(principal.person_id, command.visitor_id)
    return VisitCodeMade(visit_code=code, ends_at=ends_at)


async def end_invitation(parts: Parts, principal: Principal, command: EndInvitation) -> None:
    """Ends a link."""
    await parts.visits.end(principal, command.visitor_id)
    parts.registry.invalidate([principal.person_id], "invitations")


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        InviteVisitor: CommandRow(
            Permission.SERVE,
            invite_visitor,
            frozenset({DatabaseBusy, Forbidden, NoSuchItem, NoSuchVisitor, SealBroken, TooManyVisitors}),
            result=VisitorInvited,
            access="visitor_invited",
        ),
        MakeVisitCode: CommandRow(
            Permission.SERVE,
            make_visit_code,
            frozenset({DatabaseBusy, NoSuchVisitor}),
            result=VisitCodeMade,
            access="visit_code_made",
        ),
        EndInvitation: CommandRow(
            Permission.SERVE,
            end_invitation,
            frozenset({DatabaseBusy, NoSuchVisitor}),
            access="invitation_ended",
        ),
    }
)
