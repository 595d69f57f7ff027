"""Who is signed in, as every face shows it."""

from __future__ import annotations

from datetime import datetime

from directory.catalogue import Catalogue
from directory.principal import Principal
from signalling.identity.faces import face_of
from signalling.wire.bodies import SignedInBody
from signalling.wire.values import Bilingual, StaffView


def signed_in_body(catalogue: Catalogue, principal: Principal, access_token: str, expires_at: datetime) -> SignedInBody:
    """What somebody is answered who comes in, by a password or by a link; raises `NoSuchSite`."""
    return SignedInBody(
        access_token=access_token,
        expires_at=expires_at,
        staff=staff_view(catalogue, principal),
        face=face_of(principal),
    )


def staff_view(catalogue: Catalogue, principal: Principal) -> StaffView:
    """Who is signed in, and where; raises `NoSuchSite`."""
    return StaffView(
        staff_id=principal.person_id,
        account=principal.account,
        name=principal.name,
        roles=sorted(principal.roles),
        site_id=principal.site_id,
        site_name=Bilingual.name(catalogue.site(principal.site_id)),
    )
