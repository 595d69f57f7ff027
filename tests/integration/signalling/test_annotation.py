"""Drawing together: both sides see it, who comes later as well, and it goes with its picture."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import aiohttp
import pytest

from signalling.slices.calls.ports import guest_name
from tests.integration.signalling.test_chat import in_call, opened
from tests.integration.signalling.test_papers import call_at
from tests.support.papers import Scene, photograph
from tests.support.served import Page, Served

JPEG = b"\xff\xd8\xff" + bytes(1000)
FACE = "point.camera"


def stroke(
    number: int, tool: str = "pen", points: tuple[int, ...] = (1000, 1000, 5000, 5000), text: str = ""
) -> dict[str, Any]:
    return {"stroke": number, "line": number, "tool": tool, "points": list(points), "text": text}


async def draw(page: Page, *strokes: dict[str, Any], surface: str = FACE, aspect: float = 1.5) -> dict[str, Any]:
    return await page.ask("draw", surface=surface, aspect=aspect, strokes=list(strokes))


async def serving(http: aiohttp.ClientSession, site: Served) -> tuple[Page, Page, str]:
    point, window, ticket_id = await in_call(http, site)
    await point.do("enter_call", ticket_id=ticket_id)
    for page in (point, window):
        await page.see("annotations", session_id=ticket_id, may_draw=True)
    return point, window, ticket_id


async def rows(page: Page, count: int) -> list[dict[str, Any]]:
    """The strokes, in the order in which they were begun, once there are so many."""
    while len(page.lists["annotations"]) != count:
        await page.receive()
    return sorted(page.lists["annotations"], key=lambda one: one["order"])


async def acts(site: Served, ticket_id: str) -> list[tuple[str, str]]:
    case = await site.features.documents.case_files.of_ticket(ticket_id)
    assert case is not None
    history = (await site.features.documents.case_files.whole(case.id)).history
    return [(one.who, one.sentence[0]) for one in history if one.act.startswith(("drew_", "picture_", "page_shown"))]


async def noted(site: Served, ticket_id: str, *wanted: tuple[str, str]) -> None:
    """Waits for these acts in the case's history; what is noted by itself comes a moment later."""
    for _ in range(200):
        if await acts(site, ticket_id) == list(wanted):
            break
        await asyncio.sleep(0.02)
    assert await acts(site, ticket_id) == list(wanted)


async def names(window: Page, point: Page) -> tuple[str, str]:
    """Who the clerk and the worker are, in the list of who draws."""
    people = (await window.see("annotations", may_draw=True))["people"]
    return people[0]["name"], people[1]["name"]


async def test_both_draw_on_the_same_picture_and_the_case_knows_it(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await serving(http, site)
    assert point.views["annotations"]["own"] == "point"
    assert window.views["annotations"]["own"] == "window"
    assert (await draw(window, stroke(1)))["type"] == "done"
    await rows(point, 1)
    assert (await draw(point, stroke(1, "number", (2500, 7500))))["type"] == "done"
    for page in (window, point):
        first, second = await rows(page, 2)
        assert (first["points"], first["tool"], first["surface"]) == ([1000, 1000, 5000, 5000], "pen", FACE)
        assert (second["points"], second["number"], second["who"]) == ([2500, 7500], 1, 1)
    await point.see("annotations", you=1, clerk=False)
    await window.see("annotations", you=0, clerk=True)
    clerk, worker = await names(window, point)
    await window.do("undo_line", surface=FACE)
    await rows(point, 1)
    # The point wipes its own, the clerk everything.
    await draw(window, stroke(2))
    await rows(point, 2)
    await rows(window, 2)
    await point.do("clear_picture", surface=FACE)
    assert [one["who"] for one in await rows(window, 1)] == [0]
    await window.do("clear_picture", surface=FACE)
    await rows(point, 0)
    await window.do("finish_ticket", ticket_id=ticket_id)
    await point.see("annotations", session_id=None)
    await noted(site, ticket_id, (clerk, "在摄像头画面上标注 2 处"), (worker, "在摄像头画面上标注 1 处"))


async def test_who_comes_later_or_again_sees_all_of_it(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await serving(http, site)
    await draw(window, stroke(1), stroke(2, "text", (1, 2), "盖章处"))
    await rows(point, 2)
    again = await opened(http, site, "point001")
    await again.see("annotations", session_id=ticket_id, whole=True)
    assert [one["text"] for one in await rows(again, 2)] == ["", "盖章处"]


async def test_a_pointer_is_only_where_it_is_now(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await serving(http, site)
    for x in range(20):
        await window.do("point_at", surface=FACE, at=[x, 7])
    seen = await point.see("annotations", pointers=[{"who": 0, "surface": FACE, "x": 19, "y": 7}])
    assert seen["changed"] == []
    await window.do("point_at", surface=FACE, at=None)
    await point.see("annotations", pointers=[])
    await window.do("finish_ticket", ticket_id=ticket_id)
    await point.see("annotations", session_id=None)
    assert await acts(site, ticket_id) == []


async def test_during_a_hold_the_applicants_side_neither_sees_nor_draws(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window, ticket_id = await serving(http, site)
    await draw(window, stroke(1))
    await rows(point, 1)
    await window.do("hold_ticket", ticket_id=ticket_id)
    await point.see("annotations", session_id=None, may_draw=False)
    await rows(point, 0)
    await rows(window, 0)
    assert (await draw(point, stroke(1)))["code"] == "forbidden"
    await draw(window, stroke(2), surface="window.camera")
    await rows(window, 1)
    await rows(point, 0)
    assert point.lists["annotations"] == []
    await window.do("resume_ticket", ticket_id=ticket_id)
    await point.see("annotations", session_id=ticket_id, may_draw=True)
    await rows(window, 0)
    assert point.lists["annotations"] == []


async def test_who_only_listens_draws_nothing_and_strangers_see_nothing(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window, ticket_id = await serving(http, site)
    supervisor = await opened(http, site, "supervisor001")
    await supervisor.do("listen_to", ticket_id=ticket_id)
    assert (await draw(supervisor, stroke(1)))["code"] == "forbidden"
    # Nor who joins from a page that shows nothing of it, and would not photograph its own video.
    await supervisor.do("join_call", ticket_id=ticket_id)
    assert (await draw(supervisor, stroke(1)))["code"] == "forbidden"
    theirs = f"{guest_name('staff-supervisor001')}.camera"
    assert (await window.ask("freeze_picture", surface=theirs))["code"] == "picture_gone"
    neighbour = await opened(http, site, "point002")
    await neighbour.see("annotations", session_id=None, may_draw=False)
    assert (await draw(neighbour, stroke(1)))["code"] == "no_such_ticket"
    await draw(window, stroke(1))
    await rows(point, 1)
    assert neighbour.lists["annotations"] == []


@pytest.mark.parametrize("surface", ["point.hall", "guest-00000000.camera", "page.none", "frozen.none", "a.b"])
async def test_what_is_not_on_the_screen_is_not_drawn_on(
    site: Served, http: aiohttp.ClientSession, surface: str
) -> None:
    _, window, _ = await serving(http, site)
    assert (await draw(window, stroke(1), surface=surface))["code"] == "picture_gone"


@pytest.mark.parametrize(
    "wrong",
    [
        {"points": [0, 10_001]},
        {"points": []},
        {"points": [0] * 130},
        {"text": "字" * 41, "tool": "text"},
        {"tool": "eraser"},
        {"points": [1, 2, 3]},
        {"text": "a\u202eb", "tool": "text", "points": [1, 2]},
    ],
)
async def test_what_is_out_of_bounds_is_refused(
    site: Served, http: aiohttp.ClientSession, wrong: dict[str, Any]
) -> None:
    _, window, _ = await serving(http, site)
    assert (await draw(window, stroke(1) | wrong))["code"] == "invalid"


async def test_a_flood_is_refused_and_reaches_nobody(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, _ = await serving(http, site)
    codes: list[str] = []
    for batch in range(12):
        strokes = [stroke(8 * batch + one + 1) for one in range(8)]
        codes.append((await draw(point, *strokes)).get("code", "done"))
    assert codes[:5] == ["done"] * 5
    assert set(codes[5:]) == {"drawing_too_fast"}
    await rows(window, 40)
    assert (await draw(window, stroke(1)))["type"] == "done"
    await rows(point, 41)


async def test_more_messages_than_a_hand_makes_are_refused_and_then_cut(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window, ticket_id = await serving(http, site)
    for number in range(160):
        fields = {"surface": FACE, "at": [number, number]}
        await point.socket.send_json({"type": "point_at", "id": 10_000 + number, **fields})
    codes: list[str] = []
    with pytest.raises(ConnectionError):
        while True:
            message = await point.receive()
            if message.get("id", 0) >= 10_000:
                codes.append(message.get("code", "done"))
    assert codes.count("done") >= 45
    assert "commands_too_fast" in codes
    assert await point.ended() == 4429
    await window.see("annotations", session_id=ticket_id)
    assert (await draw(window, stroke(1)))["type"] == "done"


async def test_a_slow_reader_holds_nobody(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, _ = await serving(http, site)
    # The point does not read any more: its side of the connection fills up.
    point.socket._reader._protocol.pause_reading()  # type: ignore[attr-defined]
    for number in range(40):
        strokes = [stroke(number // 2 + 1, points=tuple([number] * 60))]
        answer = await draw(window, *strokes)
        assert answer["type"] == "done", answer
    assert len(await rows(window, 20)) == 20
    point.socket._reader._protocol.resume_reading()  # type: ignore[attr-defined]
    assert len(await rows(point, 20)) == 20


async def test_a_video_of_ones_own_that_shows_something_else_takes_its_drawing_along(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point, window, ticket_id = await serving(http, site)
    await draw(window, stroke(1))
    await draw(window, stroke(2), surface="point.document")
    await rows(point, 2)
    assert (await window.ask("change_picture", surface=FACE))["code"] == "forbidden"
    await rows(window, 2)
    await point.do("change_picture", surface=FACE)
    assert [one["surface"] for one in await rows(window, 1)] == ["point.document"]
    # A phone is turned: the picture has another shape.
    await draw(window, stroke(3), surface="point.document", aspect=0.75)
    while [one["stroke_id"] for one in point.lists["annotations"]] != ["0.3"]:
        await point.receive()
    clerk, *_ = [one["name"] for one in window.views["annotations"]["people"]]
    await noted(site, ticket_id, (clerk, "在摄像头画面上标注 1 处"), (clerk, "在高拍仪画面上标注 1 处"))


async def frozen(
    http: aiohttp.ClientSession,
    site: Served,
    account: str,
    picture: str,
    data: bytes | None = None,
    kind: str = "image/jpeg",
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {await site.sign_in(http, account)}", "Content-Type": kind}
    address = f"{site.address}/api/v1/frozen-pictures/{picture}"
    async with http.request("GET" if data is None else "POST", address, data=data, headers=headers) as answer:
        body = await answer.read()
        return answer.status, body if answer.content_type == "image/jpeg" else json.loads(body)


async def test_a_picture_is_frozen_drawn_on_and_put_away(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, ticket_id = await serving(http, site)
    assert (await point.ask("freeze_picture", surface="window.camera"))["code"] == "forbidden"
    await window.do("freeze_picture", surface="point.document")
    while not (asked := point.views["annotations"]["photograph"]):
        await point.receive()
    assert asked["source"] == "document"
    picture = asked["picture_id"]
    assert (await frozen(http, site, "point001", picture, b"GIF89a"))[1]["code"] == "not_a_photograph"
    assert (await frozen(http, site, "point001", picture, JPEG, "text/plain"))[1]["code"] == "not_a_photograph"
    assert (await frozen(http, site, "clerk001", picture, JPEG))[1]["code"] == "forbidden"
    assert (await frozen(http, site, "point001", "other", JPEG))[1]["code"] == "not_frozen"
    assert (await frozen(http, site, "clerk001", picture))[1]["code"] == "not_frozen"
    assert (await frozen(http, site, "point001", picture, JPEG))[0] == 200
    surface = f"frozen.{picture}"
    for page in (point, window):
        await page.see("annotations", together__surface=surface, photograph=None)
    assert await frozen(http, site, "clerk001", picture) == (200, JPEG)
    assert (await frozen(http, site, "point002", picture))[1]["code"] == "no_such_ticket"
    assert (await draw(point, stroke(1), surface=surface))["type"] == "done"
    await rows(window, 1)
    worker = window.views["annotations"]["people"][0]["name"]
    clerk = window.views["annotations"]["together"]["by"]
    case = await site.features.documents.case_files.of_ticket(ticket_id)
    assert case is not None
    material = (await site.features.documents.case_files.whole(case.id)).materials[0]
    assert (await point.ask("keep_picture", material_id=material.id, drawn=False))["code"] == "forbidden"
    assert (await window.ask("keep_picture", material_id="none", drawn=False))["code"] == "no_such_material"
    await window.do("keep_picture", material_id=material.id, drawn=True)
    keeping = await point.see("annotations", keeping__material_id=material.id, keeping__drawn=True)
    assert keeping["keeping"]["picture_url"].endswith(picture)
    assert keeping["keeping"]["plain"]
    assert window.views["annotations"]["keeping"] is None
    # Another picture is frozen, which its page cannot photograph: this one stays.
    await window.do("freeze_picture", surface="point.document")
    await window.see("annotations", freezing__failed=False, together__surface=surface)
    while not (shown := point.views["annotations"]["photograph"]):
        await point.receive()
    again = shown["picture_id"]
    assert (await window.ask("fail_photograph", picture_id=again))["code"] == "forbidden"
    await point.do("fail_photograph", picture_id=again)
    await window.see("annotations", freezing__failed=True, together__surface=surface)
    assert (await frozen(http, site, "point001", again, JPEG))[1]["code"] == "not_frozen"
    assert point.views["annotations"]["freezing"] is None
    await point.do("end_together")
    await window.see("annotations", together=None)
    await rows(window, 0)
    assert (await frozen(http, site, "clerk001", picture))[1]["code"] == "not_frozen"
    assert (await window.ask("keep_picture", material_id=material.id, drawn=False))["code"] == "not_frozen"
    # No page has come: none is said to be kept.
    await noted(site, ticket_id, (clerk, "定格画面"), (worker, "在定格画面上标注 1 处"))


async def test_a_photograph_that_does_not_come_is_told_to_who_waits_for_it(
    site: Served, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signalling.slices.annotation.commands.PHOTOGRAPH_SECONDS", 0.2)
    point, window, _ = await serving(http, site)
    await window.do("freeze_picture", surface=FACE)
    await window.see("annotations", freezing__failed=True)
    # It is asked for anew, and comes.
    monkeypatch.undo()
    await window.do("freeze_picture", surface=FACE)
    asked = (await window.see("annotations", freezing__failed=False))["freezing"]["picture_id"]
    await point.see("annotations", photograph={"picture_id": asked, "source": "camera"})
    assert (await frozen(http, site, "point001", asked, JPEG))[0] == 200
    await window.see("annotations", freezing=None, together__surface=f"frozen.{asked}")


async def test_a_picture_counts_as_kept_once_its_page_has_come(site: Served, http: aiohttp.ClientSession) -> None:
    call = await call_at(site, http)
    point, window = call.point, call.window
    ticket_id = (await window.see("annotations", may_draw=True))["session_id"]
    material = (await site.features.documents.case_files.whole(call.case_id)).materials[0]

    async def bring(data: bytes, capture: str = "clerk_still") -> None:
        created = await call.create(material.id, data, capture=capture)
        assert (await call.patch(created.headers["Location"], 0, data)).status == 204

    pages = [photograph(Scene(seed=seed)).jpeg for seed in range(5)]
    await window.do("freeze_picture", surface=FACE)
    while not (asked := point.views["annotations"]["photograph"]):
        await point.receive()
    assert (await frozen(http, site, "point001", asked["picture_id"], pages[0]))[0] == 200
    clerk = (await window.see("annotations", together__kind="frozen"))["together"]["by"]
    await window.do("keep_picture", material_id=material.id, drawn=True)
    # A page that has nothing to do with it is no kept picture.
    await bring(pages[1])
    was = (clerk, "定格画面")
    plain, drawn = ((clerk, f"将{what}存为“{material.name_zh}”的一页") for what in ("定格画面", "带标注的定格画面"))
    await noted(site, ticket_id, was)
    await bring(pages[0])
    await noted(site, ticket_id, was, plain)
    await bring(pages[2], "clerk_still_drawn")
    await noted(site, ticket_id, was, plain, drawn)
    # Asked for again with what was drawn since, the photograph is there already, and is not sent twice.
    await window.do("keep_picture", material_id=material.id, drawn=True)
    await point.see("annotations", keeping__plain=False, keeping__drawn=True)
    await bring(pages[3], "clerk_still_drawn")
    await bring(pages[4], "clerk_still_drawn")
    await noted(site, ticket_id, was, plain, drawn, drawn)
    history = (await site.features.documents.case_files.whole(call.case_id)).history
    first, second, _ = (one.details for one in history if one.act.startswith("picture_kept"))
    assert first["sha256"] == hashlib.sha256(pages[0]).hexdigest()
    assert "strokes_sha256" not in first
    assert second["sha256"] == hashlib.sha256(pages[2]).hexdigest()
    assert len(second["strokes_sha256"]) == 64


async def test_a_view_together_is_led_by_who_laid_it_there(site: Served, http: aiohttp.ClientSession) -> None:
    point, window, _ = await serving(http, site)
    assert (await window.ask("show_page", page_id="none"))["code"] == "no_such_page"
    assert (await window.ask("move_view", x=1, y=1, scale=1.0))["code"] == "picture_gone"
    await window.do("freeze_picture", surface=FACE)
    while not (asked := point.views["annotations"]["photograph"]):
        await point.receive()
    await frozen(http, site, "point001", asked["picture_id"], JPEG)
    await window.see("annotations", together__leading=True)
    await window.do("move_view", x=2000, y=3000, scale=2.0)
    seen = await point.see("annotations", together__x=2000, together__scale=2.0)
    assert (seen["together"]["leading"], seen["together"]["kind"]) == (False, "frozen")
    assert (await point.ask("move_view", x=1, y=1, scale=1.0))["code"] == "forbidden"
