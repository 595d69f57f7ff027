"""Who is signed in, as every face shows it."""

from __future__ import annotations

from directory.catalogue import Catalogue
from directory.principal import Principal
from signalling.wire.values import Bilingual, StaffView


def staff_view(catalogue: Catalogue, principal: Principal) -> StaffView:
    """Who is signed in, and where; raises `NoSuchSite`."""
    return StaffView(
        staff_id=principal.staff_id,
        account=principal.account,
        name=principal.name,
        roles=sorted(principal.roles),
        site_id=principal.site_id,
        site_name=Bilingual.name(catalogue.site(principal.site_id)),
    )
