"""The duty rota of an installation in which nothing is offered yet."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from directory.catalogue import Catalogue
from directory.duty_keeping import DutyKeeping
from directory.errors import NoSuchDepartment
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SystemIdentifiers
from signalling.slices.duty_rota.http import read_rota
from signalling.slices.duty_rota.parts import Parts
from signalling.transport.http.endpoint import Call


async def test_where_there_is_no_department_yet_none_is_shown(database: Database, clock: ManualClock) -> None:
    catalogue = Catalogue(database)
    await catalogue.load()
    keeping = DutyKeeping(
        database=database, catalogue=catalogue, clock=clock, identifiers=SystemIdentifiers(clock), zone="Asia/Shanghai"
    )
    call = Call(make_mocked_request("GET", "/api/v1/duty-rota"), None)
    with pytest.raises(NoSuchDepartment):
        await read_rota(Parts(catalogue=catalogue, keeping=keeping), call)
