"""A ticket is given on over the whole service: the case goes along, the point and the next clerk are told."""

from __future__ import annotations

from typing import Any

from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.papers import Scene, photograph
from tests.support.served import Page

DISTRICT = "clerk002"


async def other_clerk(call: Call) -> Page:  # noqa: F811
    page = await Page.open(call.http, call.site, await call.site.sign_in(call.http, DISTRICT))
    desk = await page.see("desk", window_id=None)
    await page.do("open_window", window_id=desk["windows"][0]["window_id"])
    await page.see("desk", state="idle")
    return page


async def targets(call: Call, ticket_id: str, *, status: int = 200) -> dict[str, Any]:  # noqa: F811
    path = f"{call.site.address}/api/v1/tickets/{ticket_id}/transfer-targets"
    async with call.http.get(path, headers=call.headers("window")) as response:
        body: dict[str, Any] = await response.json()
        assert response.status == status, body
    return body


async def test_the_case_goes_along_to_a_clerk_of_another_site(call: Call) -> None:  # noqa: F811
    material_id = (await call.material(0))["material_id"]
    async with await call.upload(material_id, photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    other = await other_clerk(call)
    ticket = (await call.window.see("desk", ticket__state="serving"))["ticket"]
    found = await targets(call, ticket["ticket_id"])
    (clerk,) = found["clerks"]
    assert (clerk["clerk_id"], clerk["site_name"]["zh"], clerk["busy"]) == ("staff-clerk002", "云溪区云办中心", False)
    assert clerk["site_name"]["zh"] in {one["site_name"]["zh"] for one in found["queues"]}

    note = "请核对户口簿原件"
    await call.window.do("transfer_to_clerk", ticket_id=ticket["ticket_id"], clerk_id=clerk["clerk_id"], note=note)
    desk = await other.see("desk", state="ringing")
    handover = {"by": call.window.views["desk"]["staff"]["name"], "note": note}
    assert (desk["offer"]["ticket"]["number"], desk["offer"]["handover"]) == (ticket["number"], handover)
    view = await call.point.see("point", ticket__state="offered")
    assert view["passed_on"]["zh"] == "云溪区云办中心1号云窗口"
    await call.window.see("desk", ticket=None)

    await other.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await call.point.do("enter_call", ticket_id=ticket["ticket_id"])
    while (desk := await other.see("desk", ticket__state="serving"))["case_id"] is None:
        await other.receive()
    assert desk["handover"] == handover
    assert (await call.point.see("point", ticket__state="serving"))["passed_on"] is None
    await other.do("watch", case_id=call.case_id)
    case = await other.see(f"case:{call.case_id}", in_hand=True)
    assert len(case["materials"][0]["pages"]) == 1, "the pages that were delivered to the first clerk"
    await other.do("accept_material", material_id=material_id)
    said = [one["what"]["zh"] for one in case["history"]]
    name = await call.site.features.directory.catalogue.staff_name("staff-clerk002")
    assert f"转交至云溪区云办中心 1号云窗口 {name}" in said
    assert f"备注：{note}" in said
    assert (await call.window.ask("accept_material", material_id=material_id))["code"] == "not_your_case"
    # The note is for the offices.
    await call.point.do("watch", case_id=call.case_id)
    seen = await call.point.see(f"case:{call.case_id}", state="open")
    assert not [one for one in seen["history"] if note in one["what"]["zh"]]
    assert any("转交至" in one["what"]["zh"] for one in seen["history"])


async def test_to_a_queue_and_what_is_refused(call: Call) -> None:  # noqa: F811
    ticket_id = call.window.views["desk"]["ticket"]["ticket_id"]
    assert (await targets(call, "another", status=409))["code"] == "ticket_not_in_hand"
    here = {"ticket_id": ticket_id, "note": ""}
    for fields, code in (
        ({"clerk_id": "staff-clerk001"}, "same_window"),
        ({"clerk_id": "staff-clerk002"}, "target_closed"),
    ):
        assert (await call.window.ask("transfer_to_clerk", **here, **fields))["code"] == code
    assert (await call.point.ask("transfer_to_clerk", **here, clerk_id="staff-clerk002"))["code"] == "forbidden"
    other = await other_clerk(call)
    queue = next(one for one in (await targets(call, ticket_id))["queues"] if one["site_id"] == "district")
    place = {"site_id": "district", "department_id": queue["department_id"]}
    nothing = {"site_id": "district", "department_id": "nothing"}
    assert (await call.window.ask("transfer_to_queue", **here, **nothing))["code"] == "target_not_capable"
    assert (await other.ask("transfer_to_queue", **here, **place))["code"] == "ticket_not_in_hand"
    await call.window.do("transfer_to_queue", **here, **place)
    await other.see("desk", offer__ticket__ticket_id=ticket_id)
