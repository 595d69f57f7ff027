"""A day at a counter beside the case that is decided, all by commands: it leaves real rows in every table."""

from __future__ import annotations

import json
from typing import Any

from tests.support.smoke import Case, Side, begin, sign

_ITEM = "item-001"
_APPLICANT = {"name": "李秀兰", "over_70": False, "disabled": False}
_ASKED = {"item_id": _ITEM, "options": [], "applicant": _APPLICANT, "consent_to_recording": False}
_ACTING = {
    "principal_number": "11010519491231002x",
    "actor_name": "陈小明",
    "relation": "relative",
    "scope": ["hand_in", "sign", "receive"],
}
_HANDED = {"site_id": "district", "department_id": "civil", "note": "请核对户籍。", "phone": "13800138000"}
_REACHED = {"phone": "13800000001", "email": "", "language": "zh-CN"}


async def busy_day(address: str) -> None:
    """Keeps hours and rota, books, waits, invites, leaves cases under way; closes the window, and nobody waits."""
    async with Side.open(address, "supervisor001") as supervisor, Side.open(address, "point002") as neighbour:
        await _rota(supervisor)
        await supervisor.do("keep_public_booking", site_id="town-01", opened=True)
        await supervisor.post("/api/v1/public-booking/town-01/phone-code", {"phone": "13800001237", "language": "en"})
        await _times(supervisor, neighbour)
    async with Side.open(address, "point001") as point, Side.open(address, "clerk001") as window:
        await _invitations(window)
        for leave in (_acting_for_somebody, _several_departments, _missing_papers, _handed_on):
            case = await begin(point, window)
            await _finish(case, await leave(case))
        async with Side.open(address, "clerk002") as elsewhere:
            asked = {"case": case.case_id, "reason": "other", "note": "核对同一申请人的材料"}
            await elsewhere.post("/api/v1/case-access", asked)
        await window.do("close_window")


async def wait_at_home(address: str) -> None:
    """Asks for a callback, which rings as soon as a clerk is free."""
    async with Side.open(address, "point002") as point:
        taken = await point.do("take_ticket", **_ASKED)
        await point.see("callbacks", lambda view: view["latest"])
        await point.do("request_callback", ticket_id=taken["ticket_id"])


async def _rota(supervisor: Side) -> None:
    rota = json.loads(await supervisor.get("/api/v1/duty-rota"))
    who = {"department_id": rota["department_id"], "day": rota["today"], "staff_id": rota["on_duty"][0]["staff_id"]}
    await supervisor.do("add_duty_exception", **who, stand_in_id=None)


async def _times(supervisor: Side, point: Side) -> None:
    """Two appointments, of which one is with a person, and one who waits for a time since none is free."""
    person = json.loads(await point.get(f"/api/v1/bookable-people?item={_ITEM}"))["people"][0]["staff_id"]
    hours = [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in range(7)]
    await supervisor.do("keep_bookable_hours", staff_id=person, hours=hours, exceptions=[], capacity=1)
    told = _ASKED | {"text_messages": True, "email": "wang@example.cn"}
    days = await _days(point)
    first, second = (one["starts"] for one in days[1]["slots"][:2])
    made = await point.do("book_appointment", **told, starts=first, phone="13800001234", by_link=True)
    await point.do("move_appointment", appointment_id=made["appointment_id"], starts=second)
    slot = next(one for day in (await _days(point, f"&with={person}"))[1:] for one in day["slots"])
    await point.do("book_appointment", **told, starts=slot["starts"], phone="13800001235", with_id=person)
    share = {"department_id": "civil", "percent": 50}
    await supervisor.do("keep_booked_share", **share | {"percent": 0})
    await point.do("join_waiting_list", **_ASKED, days=[days[2]["day"]], part="any", phone="13800001236")
    await supervisor.do("keep_booked_share", **share)


async def _days(point: Side, more: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(await point.get(f"/api/v1/appointment-slots?item={_ITEM}{more}"))["days"]
    return found


async def _invitations(window: Side) -> None:
    await window.do("invite_visitor", name="周远", organisation="远山贸易", wish="想问进度", item_id=_ITEM, days=2)
    await window.send("PUT", "/api/v1/review-phrases", {"phrases": ["请重拍。"]})


async def _finish(case: Case, outcome: str) -> None:
    ticket_id = case.window.views["desk"]["ticket"]["ticket_id"]
    await case.window.do("finish_ticket", ticket_id=ticket_id, outcome=outcome)
    await case.point.see("point", lambda view: view["ticket"] and view["ticket"]["state"] == "completed")
    await case.point.do("finish_visit", ticket_id=ticket_id)
    await case.window.see("desk", lambda view: view["ticket"] is None)


async def _acting_for_somebody(case: Case) -> str:
    of = {"case_id": case.case_id}
    made = await case.window.do("draft_mandate", **of, principal_name="王秀英", acting=_ACTING)
    paper = await case.window.do("ask_for_mandate", mandate_id=made["mandate_id"])
    await sign(case, paper["document_id"])
    mandates = f"mandates:{case.case_id}"
    view = await case.window.see(
        mandates, lambda view: view["mandates"] and view["mandates"][-1]["state"] == "in_force"
    )
    await case.window.do("suspend_acting", **of, reason="等委托人补材料", until=view["mandates"][-1]["until"])
    form = await case.window.do("open_form", **of)
    field = {"change_id": "change-001", "field_id": "item-001-bank_name", "value": "工商银行"}
    await case.point.do("change_field", form_id=form["form_id"], **field)
    return "settled"


async def _several_departments(case: Case) -> str:
    of = {"case_id": case.case_id}
    await case.window.do("open_joint_acceptance", **of, department_ids=["social", "police"])
    said = {"department_id": "civil", "severity": "must", "todo": "", "material_id": None, "mark": None}
    await case.window.do("add_finding", **of, **said, text="缺少监护人签字")
    await case.window.do("finish_findings", **of, department_id="civil")
    return "settled"


async def _missing_papers(case: Case) -> str:
    missing = [{"material_id": None, "name": "监护人同意书", "todo": "签字后拍照"}]
    await case.window.do("ask_supplement", case_id=case.case_id, missing=missing, days=None, **_REACHED)
    return "supplement"


async def _handed_on(case: Case) -> str:
    await case.window.do("hand_on", case_id=case.case_id, **_HANDED)
    return "referred"
