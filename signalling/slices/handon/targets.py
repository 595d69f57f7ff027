"""Where a case can be handed on to: centres, the next level first, and the departments that are decided for there."""

from __future__ import annotations

from collections import defaultdict

from directory.errors import CalendarTooShort, NoSuchItem, NoSuchSite
from directory.principal import Permission, roles_permit, within
from directory.records import Site, SiteKind
from document_relay.hand_on_records import Desk
from signalling.slices.handon.messages import HandOnDepartment, HandOnSite, HandOnTargetsBody
from signalling.slices.handon.parts import Parts
from signalling.transport.declared_refusals import CASE_READ, TOKEN
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual

_SITES_AT_MOST = 60


async def hand_on_targets(parts: Parts, call: Call) -> HandOnTargetsBody:
    """Where the case can be handed on to, and by when it would be decided."""
    file = await parts.case_files.readable(call.principal, call.path("case_id"))
    days = parts.catalogue.item(file.item_id).handling_days
    own = parts.catalogue.site(call.principal.site_id)
    there = await deciding(parts)
    sites = [parts.catalogue.site(site_id) for site_id in there]
    sites.sort(key=lambda site: (not within(own.path, site.path), site.id == own.id, site.path))
    rows = [_site(site, there[site.id] - ({file.department_id} if site.id == own.id else set())) for site in sites]
    return HandOnTargetsBody(
        days=days,
        due_on=parts.reckoning().after(days),
        department_id=file.department_id,
        sites=[row for row in rows if row.department_ids][:_SITES_AT_MOST],
        departments=[
            HandOnDepartment(department_id=one.id, name=Bilingual.name(one)) for one in parts.catalogue.departments
        ],
    )


async def deciding(parts: Parts) -> dict[str, set[str]]:
    """The departments that somebody decides for, by centre."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in await parts.catalogue.colleagues():
        if roles_permit(one.roles, Permission.DECIDE):
            found[one.site_id].update(one.skills)
    return {
        site_id: departments & parts.catalogue.department_ids
        for site_id, departments in found.items()
        if parts.catalogue.site(site_id).kind is not SiteKind.OUTREACH_POINT
    }


def desk_at(parts: Parts, site_id: str, department_id: str) -> Desk:
    """The department at the centre; raises `NoSuchSite`, `NoSuchDepartment`."""
    site, department = parts.catalogue.site(site_id), parts.catalogue.named_department(department_id)
    return Desk(
        site_id=site.id,
        site_path=site.path,
        site_zh=site.name_zh,
        site_en=site.name_en,
        department_id=department.id,
        name_zh=department.name_zh,
        name_en=department.name_en,
    )


def _site(site: Site, department_ids: set[str]) -> HandOnSite:
    return HandOnSite(site_id=site.id, name=Bilingual.name(site), department_ids=sorted(department_ids))


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/cases/{case_id}/hand-on-targets",
        "Where the case can be handed on to, and by when it would be decided",
        hand_on_targets,
        answer=HandOnTargetsBody,
        permission=Permission.SERVE,
        details=Details(refusals=TOKEN | CASE_READ | {CalendarTooShort, NoSuchItem, NoSuchSite}),
    ),
)
