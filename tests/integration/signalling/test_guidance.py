"""The clerk says how a paper should lie, over the whole service: the point is told, and the case holds it."""

from __future__ import annotations

from signalling.slices.guidance.guides import HINTS_AT_ONCE
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.papers import Scene, photograph

NOTHING = {"type": "paper_guide_view", "material_id": None, "lies": None, "said": None}


async def asked(call: Call) -> dict[str, str]:  # noqa: F811
    """The first material, which the point is asked to photograph; both sides are shown that."""
    material_id = (await call.material(0))["material_id"]
    await call.window.do("request_still", case_id=call.case_id, material_id=material_id)
    await call.point.see("point", still_requested=material_id)
    while not (await call.material(0))["still_asked"]:
        await call.window.receive()
    return {"case_id": call.case_id, "material_id": material_id}


async def test_a_hint_is_shown_at_the_point_until_the_page_is_there(call: Call) -> None:  # noqa: F811
    paper = await asked(call)
    await call.window.do("guide_paper", **paper, hint="upright")
    await call.point.see("paper_guide", material_id=paper["material_id"], lies="upright", said__hint="upright")
    first = call.point.views["paper_guide"]["said"]["number"]
    await call.window.do("guide_paper", **paper, hint="less_shine")
    await call.point.see("paper_guide", lies="upright", said__hint="less_shine", said__number=first + 1)
    assert "paper_guide" not in call.window.views, "only who lays the paper is told"
    assert (await call.upload(paper["material_id"], photograph(Scene(seed=8)).jpeg)).status == 204
    await call.point.see("paper_guide", material_id=None)
    assert {key: call.point.views["paper_guide"][key] for key in NOTHING} == NOTHING
    while (await call.material(0))["still_asked"]:
        await call.window.receive()
    # However often it was said, the case's history holds that it was.
    told = [entry["what"]["zh"] for entry in call.window.views[f"case:{call.case_id}"]["history"]]
    assert told.count("指导对方摆放“居民身份证”") == 1


async def test_a_hint_needs_a_photograph_that_is_asked_for_and_the_clerk_of_the_case(call: Call) -> None:  # noqa: F811
    first, second = [(await call.material(number))["material_id"] for number in (0, 1)]
    answer = await call.window.ask("guide_paper", case_id=call.case_id, material_id=first, hint="here")
    assert (answer["code"], answer["message"]) == ("camera_not_asked", "请先点“远程拍摄”，再提示摆放。")
    paper = await asked(call)
    answer = await call.window.ask("guide_paper", **paper | {"material_id": second}, hint="here")
    assert answer["code"] == "camera_not_asked"
    answer = await call.window.ask("guide_paper", **paper | {"material_id": "nothing"}, hint="here")
    assert answer["code"] == "no_such_material"
    assert (await call.window.ask("guide_paper", **paper, hint="jump"))["code"] == "invalid"
    assert (await call.point.ask("guide_paper", **paper, hint="here"))["code"] == "forbidden"
    assert {key: call.point.views["paper_guide"][key] for key in NOTHING} == NOTHING
    await call.site.features.documents.case_files.close(call.case_id)
    assert (await call.window.ask("guide_paper", **paper, hint="here"))["code"] == "wrong_case_state"


async def test_nobody_is_told_more_than_can_be_followed(call: Call) -> None:  # noqa: F811
    paper = await asked(call)
    at_once, answer = 0, await call.window.ask("guide_paper", **paper, hint="closer")
    # The clock of the service goes on between them: a slow machine may say one or two more.
    while answer["type"] == "done" and at_once < 10 * HINTS_AT_ONCE:
        at_once += 1
        answer = await call.window.ask("guide_paper", **paper, hint="closer")
    assert at_once >= HINTS_AT_ONCE
    assert answer["code"] == "guiding_too_fast"
