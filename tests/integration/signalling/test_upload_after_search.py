"""An upload that was begun while a found case was shown, and ends when it is shown no more."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from document_relay.store.tables import GrantRow
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.integration.signalling.test_supplements import ask, found, look_for, working_days  # noqa: F401 - fixtures
from tests.support.papers import Scene, photograph
from tests.support.served import Page
from tests.support.tus import upload_metadata


async def test_it_is_refused_at_its_end_and_goes_on_once_the_case_is_found_again(call: Call) -> None:  # noqa: F811
    await ask(call)
    await call.leave("supplement")
    number = call.window.views[f"case:{call.case_id}"]["number"]
    token = await call.site.sign_in(call.http, "point002")
    other = await Page.open(call.http, call.site, token)
    await look_for(call, token, number)
    material = (await found(other, 0, 0))["papers"][0]["material_id"]
    data = photograph(Scene(seed=1)).jpeg
    said = {"case_id": call.case_id, "material_id": material, "sha256": hashlib.sha256(data).hexdigest()}
    headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    create = headers | {"Upload-Length": str(len(data)), "Upload-Metadata": upload_metadata(**said, capture="file")}
    async with call.http.post(f"{call.site.address}/api/v1/uploads", headers=create) as response:
        place = call.site.address + response.headers["Location"]

    more = headers | {"Content-Type": "application/offset+octet-stream"}
    half = len(data) // 2
    async with call.http.patch(place, headers=more | {"Upload-Offset": "0"}, data=data[:half]) as response:
        assert response.status == 204
    async with call.site.features.ground.database.write() as session:
        await session.execute(update(GrantRow).values(ends_at=datetime.now(UTC) - timedelta(minutes=1)))
    async with call.http.patch(place, headers=more | {"Upload-Offset": str(half)}, data=data[half:]) as response:
        assert (response.status, (await response.json())["code"]) == (410, "supplement_search_over")
    async with call.http.head(place, headers=headers) as response:
        assert response.status == 410
    assert (await call.material(0))["pages"] == []

    assert (await look_for(call, token, number))[0] == 200
    async with call.http.head(place, headers=headers) as response:
        assert (response.status, response.headers["Upload-Offset"]) == (200, str(len(data)))
    await found(other, 1, 0)
