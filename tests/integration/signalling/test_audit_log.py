"""The audit log over the whole service: every way to what is personal makes an entry, and so does every refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from aiohttp import web

from directory.store import queries
from directory.store.queries import AuditEntry
from signalling.cli.paths import client_folder
from tests.integration.signalling.test_papers import Call, call  # noqa: F401 - a fixture
from tests.support.contract import ACCESSES, CONTRACT, ENDPOINTS, NAMED
from tests.support.papers import Scene, photograph
from tests.support.served import Page

CASE = "/api/v1/cases/{case_id}"
DOCUMENT = "/api/v1/documents/{document_id}"
SEARCH = ("GET", "/api/v1/case-search")
SIMULATED = ("GET", "/api/v1/simulated-notices")
AUDITED: dict[tuple[str, str], str] = {
    ("GET", "/api/v1/cases"): "cases_listed",
    ("POST", "/api/v1/case-access"): "case_access",
    SEARCH: "cases_searched",
    ("GET", "/api/v1/pages/{page_id}/image"): "pages_read",
    ("GET", "/api/v1/pages/{page_id}/thumbnail"): "thumbnails_read",
    ("GET", f"{DOCUMENT}/pdf"): "document_read",
    ("GET", f"{DOCUMENT}/pages/{{number}}"): "document_read",
    ("GET", f"{DOCUMENT}/mark"): "mark_read",
    ("GET", f"{CASE}/pdf"): "case_pdf_read",
    ("GET", f"{CASE}/evidence"): "evidence_read",
    ("GET", f"{CASE}/recording"): "recording_read",
    ("GET", f"{CASE}/replay"): "recordings_listed",
    ("GET", f"{CASE}/replay/{{recording_id}}/{{name}}"): "replay_played",
    ("POST", "/api/v1/visit-entrance"): "visit_entered",
    ("POST", "/api/v1/guest-entrance"): "guest_entered",
    ("POST", "/api/v1/supplement-entrance"): "supplement_entered",
    ("POST", "/api/v1/supplement-search"): "supplement_found",
    ("POST", "/api/v1/result"): "result_read",
    ("POST", "/api/v1/result/pdf"): "result_notice_read",
    ("POST", "/api/v1/visit-code"): "visit_code_exchanged",
    ("POST", "/api/v1/public-booking/{site_id}"): "appointment_booked_alone",
    SIMULATED: "simulated_notices_read",
    ("POST", "/api/v1/sessions/{session_id}/whip"): "session_sent",
    ("POST", "/api/v1/sessions/{session_id}/whep"): "session_watched",
}
"""The routes whose answers are personal, and the act that each stands under."""
BY_THE_DIRECTORY = {
    ("POST", "/api/v1/sign-in"): "sign_in",
    ("POST", "/api/v1/password"): "password_change",
    ("POST", "/api/v1/sign-out"): "sign_out",
}
"""Written in the transaction of what they do, see tests/unit/directory/test_sign_in.py."""
TAKES = "takes something in, which the case's own log holds; its refusals are in the audit log"
PUBLIC = "holds nothing of anybody"
NOTHING: dict[tuple[str, str], str] = {
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/api/v1/openapi.json"): PUBLIC,
    ("GET", "/api/v1/authority.pem"): PUBLIC,
    ("GET", "/api/v1/items"): PUBLIC,
    ("GET", "/api/v1/life-events"): PUBLIC,
    ("GET", "/api/v1/departments"): PUBLIC,
    ("GET", "/api/v1/items/{item_id}/wait"): PUBLIC,
    ("GET", "/api/v1/appointment-slots"): PUBLIC,
    ("GET", "/api/v1/public-booking"): PUBLIC,
    ("GET", "/api/v1/public-booking/{site_id}"): PUBLIC,
    ("GET", "/api/v1/public-booking/{site_id}/slots"): PUBLIC,
    ("POST", "/api/v1/public-booking/{site_id}/phone-code"): "tells nobody but the telephone; refusals are counted",
    ("GET", "/api/v1/bookable-hours"): "names colleagues, no resident",
    ("GET", "/api/v1/bookable-people"): "names colleagues, no resident",
    ("GET", "/api/v1/duty-rota"): "names colleagues, no resident",
    ("GET", "/api/v1/appointments/{appointment_id}/calendar.ics"): "names a time and an item, and nobody",
    ("GET", "/api/v1/chat-phrases"): "the person's own words, about nobody",
    ("PUT", "/api/v1/chat-phrases"): "the person's own words, about nobody",
    ("GET", "/api/v1/review-phrases"): "the person's own words, about nobody",
    ("PUT", "/api/v1/review-phrases"): "the person's own words, about nobody",
    ("GET", "/api/v1/items/{item_id}"): PUBLIC,
    ("GET", "/api/v1/items/{item_id}/materials"): PUBLIC,
    ("GET", "/api/v1/colleagues"): "names colleagues, no resident",
    ("GET", "/api/v1/tickets/{ticket_id}/transfer-targets"): "names colleagues and queues, no resident",
    ("GET", "/api/v1/cases/{case_id}/hand-on-targets"): "names centres and departments, no resident",
    ("OPTIONS", "/api/v1/uploads"): PUBLIC,
    ("OPTIONS", "/api/v1/sessions/{session_id}/whip"): PUBLIC,
    ("OPTIONS", "/api/v1/sessions/{session_id}/whep"): PUBLIC,
    ("OPTIONS", "/api/v1/whip/{resource_id}"): PUBLIC,
    ("GET", "/api/v1/visit"): "what the visitor's own invitation says",
    ("GET", "/api/v1/visit/appointment-slots"): PUBLIC,
    ("GET", "/api/v1/visit/calendar.ics"): "names a time and an item, and nobody",
    ("POST", "/api/v1/token"): "goes on with a session that was opened by a sign-in",
    ("POST", "/api/v1/media/connection"): "shows the session that the person's ticket or `listen_to` let them into",
    ("PATCH", "/api/v1/whip/{resource_id}"): "goes on with what WHIP or WHEP opened",
    ("DELETE", "/api/v1/whip/{resource_id}"): "ends it",
    ("POST", "/api/v1/frozen-pictures/{picture_id}"): "shows what the call showed; the case's log holds it",
    ("GET", "/api/v1/frozen-pictures/{picture_id}"): "shows the call that the person's ticket let them into",
    ("POST", "/api/v1/uploads"): TAKES,
    ("HEAD", "/api/v1/uploads/{upload_id}"): "says to who sends a file how far it has come",
    ("PATCH", "/api/v1/uploads/{upload_id}"): TAKES,
    ("POST", "/api/v1/uploads/{upload_id}"): TAKES,
    ("DELETE", "/api/v1/uploads/{upload_id}"): TAKES,
    ("POST", f"{CASE}/documents"): TAKES,
    ("POST", f"{DOCUMENT}/signature"): TAKES,
    ("GET", "/api/v1/socket"): "`page_opened`, and each command by itself",
    ("GET", "/"): PUBLIC,
    ("GET", "/{face}"): PUBLIC,
    ("GET", "/assets/{name}"): PUBLIC,
}
COMMANDS_WITHOUT = {
    NAMED.Authenticate: "`page_opened`",
    NAMED.Unwatch: "shows less",
    **dict.fromkeys(
        (NAMED.OpenWindow, NAMED.CloseWindow, NAMED.SetStatus, NAMED.EndWrapUp, NAMED.ExtendWrapUp), "about the clerk"
    ),
    **dict.fromkeys((NAMED.LeaveConsultation, NAMED.OnlyListen, NAMED.LeaveCall), "shows less"),
    NAMED.AskToJoin: "shows nothing yet: `guest_admitted` does",
    **dict.fromkeys(
        (NAMED.SetOnlySound, NAMED.TellSending, NAMED.TellTiles, NAMED.PinPerson, NAMED.ReportReception),
        "about the connection",
    ),
    **dict.fromkeys(
        (
            NAMED.Draw,
            NAMED.PointAt,
            NAMED.UndoLine,
            NAMED.ClearPicture,
            NAMED.ChangePicture,
            NAMED.FreezePicture,
            NAMED.FailPhotograph,
            NAMED.ShowPage,
            NAMED.MoveView,
            NAMED.EndTogether,
            NAMED.KeepPicture,
        ),
        "on what the person's own call shows; the case's log holds what was drawn on, frozen, shown and kept",
    ),
    **dict.fromkeys(
        (
            NAMED.TakeTicket,
            NAMED.CancelTicket,
            NAMED.ReinstateTicket,
            NAMED.EnterCall,
            NAMED.EndCall,
            NAMED.RejectOffer,
            NAMED.RecallTicket,
            NAMED.MarkNoShow,
            NAMED.HoldTicket,
            NAMED.ResumeTicket,
            NAMED.FinishTicket,
            NAMED.FinishVisit,
            NAMED.TransferToClerk,
            NAMED.TransferToQueue,
            NAMED.HandOver,
            NAMED.EndConsultation,
        ),
        "moves the person's own ticket, which its periods hold",
    ),
    **dict.fromkeys(
        (
            NAMED.RequestMaterial,
            NAMED.RequestStill,
            NAMED.GuidePaper,
            NAMED.AcceptMaterial,
            NAMED.RejectMaterial,
            NAMED.UndoReview,
            NAMED.RemovePage,
            NAMED.OrderPages,
            NAMED.MakeForm,
            NAMED.MakeReceipt,
            NAMED.RequestSignature,
            NAMED.ShowDocument,
            NAMED.DeclineSignature,
            NAMED.WitnessMark,
            NAMED.RefuseMark,
            NAMED.DecideCase,
            NAMED.RateCase,
            NAMED.WriteNote,
            NAMED.SayInChat,
            NAMED.TellWaiting,
            NAMED.MarkChatSeen,
            NAMED.AskForHelp,
            NAMED.WithdrawHelp,
            NAMED.AnswerHelp,
            NAMED.OpenJointAcceptance,
            NAMED.AskDepartment,
            NAMED.ReleaseDepartment,
            NAMED.ConcludeJointAcceptance,
            NAMED.AnswerFinding,
            NAMED.OpenForm,
            NAMED.DiscardForm,
            NAMED.FinishForm,
            NAMED.DraftMandate,
            NAMED.AskForMandate,
            NAMED.AcceptPaperMandate,
            NAMED.ConfirmFormerMandate,
            NAMED.RefuseMandate,
            NAMED.ActInPerson,
            NAMED.SuspendActing,
            NAMED.AskToContinueActing,
            NAMED.AcceptContinuation,
            NAMED.CompleteActing,
            NAMED.TerminateActing,
            NAMED.MarkHomeVisit,
            NAMED.HandOn,
            NAMED.AnswerSupplement,
            NAMED.AcceptSupplement,
            NAMED.AskSupplementAgain,
            NAMED.WithdrawSupplement,
            NAMED.TakeSupplement,
            NAMED.TakeLeftCase,
        ),
        "changes the person's own case, whose log holds it",
    ),
    **dict.fromkeys(
        (NAMED.ChangeField, NAMED.FocusField),
        "writes into the form of the person's own case, which keeps each change; what is personal stays hidden",
    ),
    **dict.fromkeys(
        (
            NAMED.AddFinding,
            NAMED.WithdrawFinding,
            NAMED.FinishFindings,
            NAMED.ReturnFinding,
            NAMED.StrikeFinding,
            NAMED.DecideForDepartment,
        ),
        "speaks for a department that was asked, which the case's log holds; to read the case is `case_watched`",
    ),
    **dict.fromkeys(
        (NAMED.TakeHandedOn, NAMED.AskBack, NAMED.AnswerAskBack, NAMED.ReturnHandedOn),
        "acts for a department that has the case by a date, which the case's log holds",
    ),
}


async def entries(call: Call, after: int = 0) -> list[AuditEntry]:  # noqa: F811
    """What the log holds, with what waits; addresses and macs are another test's."""
    await call.site.features.directory.intake.flush()
    async with call.site.features.ground.database.read() as session:
        return await queries.audit_after(session, after, 1000)


def told(rows: list[AuditEntry]) -> list[tuple[str, str, str, dict[str, str]]]:
    return [(row.account, row.act, row.outcome, json.loads(row.what)) for row in rows]


async def test_every_route_says_what_it_writes(call: Call) -> None:  # noqa: F811
    """A new route stands in one of the tables above, or this fails: with an act, or with the reason for none."""
    made = call.site.application.web(client_folder())
    routes = {
        (route.method, route.resource.canonical)
        for route in made.router.routes()
        if route.resource is not None and not (route.method == "HEAD" and _is_get(made, route.resource.canonical))
    }
    tables: tuple[Mapping[tuple[str, str], str], ...] = (AUDITED, BY_THE_DIRECTORY, NOTHING)
    assert sum(map(len, tables)) == len(set().union(*tables)), "each route in one table"
    assert routes == set().union(*tables) - (set() if client_folder() else {("GET", "/"), ("GET", "/{face}")})
    said = {(one.method, one.path): one.audit for one in ENDPOINTS if one.audit}
    assert said == AUDITED


def _is_get(made: web.Application, path: str) -> bool:
    return any(one.method == "GET" and one.resource and one.resource.canonical == path for one in made.router.routes())


def test_every_command_says_what_it_writes() -> None:
    assert set(ACCESSES) | set(COMMANDS_WITHOUT) == set(CONTRACT.commands)
    assert not set(ACCESSES) & set(COMMANDS_WITHOUT)


async def test_each_way_to_a_case_is_written_with_person_object_outcome_and_address(call: Call) -> None:  # noqa: F811
    paths = await _paths(call)
    neighbour = await call.site.sign_in(call.http, "point002")
    for route, path in paths.items():
        act, what = AUDITED[route], _what(call, path)
        for token, account, status, outcome in (
            (call.tokens["window"], "clerk001", _WHOLE.get(act, 200), _OUTCOME.get(act, "done")),
            (neighbour, "point002", 403, "not_your_case"),
        ):
            if act == "cases_listed" and account == "point002":
                continue
            before = (await entries(call))[-1].sequence
            headers = {"Authorization": f"Bearer {token}"}
            async with call.http.get(call.site.address + path, headers=headers) as response:
                assert response.status == status, (path, await response.text())
                await response.read()
            (row,) = await entries(call, before)
            assert (row.account, row.act, row.outcome, row.address) == (account, act, outcome, "127.0.0.1"), path
            assert row.who == f"staff-{account}"
            assert json.loads(row.what) == (what("done") if outcome == "done" else what("refused")), path


_WHOLE = {"recording_read": 404, "recordings_listed": 404, "mark_read": 409}
_OUTCOME = dict.fromkeys(("recording_read", "recordings_listed"), "not_found") | {"mark_read": "wrong_case_state"}


async def _paths(call: Call) -> dict[tuple[str, str], str]:  # noqa: F811
    """A decided case with a page and a document, and the address of each way to read it; it was not recorded."""
    material = await call.material(0)
    async with await call.upload(material["material_id"], photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204, await response.text()
    while not (pages := (await call.material(0))["pages"]):
        await call.window.receive()
    document = (await call.window.do("make_form", case_id=call.case_id))["document_id"]
    await call.window.do("accept_material", material_id=material["material_id"])
    await call.window.do("decide_case", case_id=call.case_id, outcome="refused", notice="材料不全。")
    named = {"page_id": pages[0]["page_id"], "case_id": call.case_id, "document_id": document, "number": "1"}
    return {
        route: route[1].format(**named)
        for route in AUDITED
        if route[0] == "GET" and "recording_id" not in route[1] and route not in (SEARCH, SIMULATED)
    }


def _what(call: Call, path: str) -> Callable[[str], dict[str, str]]:  # noqa: F811
    parts = path.split("/")[3:]
    named = {"cases": "case", "pages": "page", "documents": "document"}[parts[0]]
    asked = {named: parts[1]} if len(parts) > 1 else {}
    if named == "document" and parts[2] == "pages":
        asked["number"] = parts[3]
    done = {
        "case": asked,
        "page": {"case": call.case_id},
        "document": {"case": call.case_id} | {"document": asked.get("document", "")},
    }[named]
    return lambda outcome: done if outcome == "done" else asked


async def test_a_grid_of_thumbnails_is_written_once_and_counted(call: Call) -> None:  # noqa: F811
    material = await call.material(0)
    async with await call.upload(material["material_id"], photograph(Scene(seed=1)).jpeg) as response:
        assert response.status == 204
    while not (pages := (await call.material(0))["pages"]):
        await call.window.receive()
    before = (await entries(call))[-1].sequence
    for _ in range(40):
        path = f"{call.site.address}/api/v1/pages/{pages[0]['page_id']}/thumbnail"
        async with call.http.get(path, headers=call.headers("window")) as response:
            assert response.status == 200
    what = {"case": call.case_id}
    assert told(await entries(call, before)) == [("clerk001", "thumbnails_read", "done", what)]
    # What is still counted when the service ends is written then.
    await call.site.features.directory.intake.close()
    rows = told(await entries(call, before + 1))
    assert ("clerk001", "thumbnails_read", "done", what | {"again": "39"}) in rows


async def test_commands_that_show_a_case_are_written_and_so_are_refused_ones(call: Call) -> None:  # noqa: F811
    shown = [row for row in told(await entries(call)) if row[1] in {*ACCESSES.values(), "page_opened"}]
    ticket_id = call.window.views["desk"]["ticket"]["ticket_id"]
    (offer,) = [what["offer"] for _, act, _, what in shown if act == "offer_accepted"]
    assert sorted(map(str, shown)) == sorted(
        map(
            str,
            [
                ("point001", "page_opened", "done", {"face": "point"}),
                ("clerk001", "page_opened", "done", {"face": "window"}),
                ("clerk001", "offer_accepted", "done", {"offer": offer}),
                ("clerk001", "case_watched", "done", {"case": call.case_id}),
            ],
        )
    )
    before = (await entries(call))[-1].sequence
    neighbour = await Page.open(call.http, call.site, await call.site.sign_in(call.http, "point002"))
    assert (await neighbour.ask("watch", case_id=call.case_id))["code"] == "not_your_case"
    assert (await call.point.ask("finish_ticket", ticket_id=ticket_id))["code"] == "forbidden"
    rows = await entries(call, before)
    assert [row for row in told(rows) if row[2] != "done"] == [
        ("point002", "case_watched", "not_your_case", {"case": call.case_id}),
        ("point001", "finish_ticket", "forbidden", {"ticket": ticket_id}),
    ]
    assert {row.address for row in rows} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/pages/none/image", "no_such_page"),
        ("GET", "/api/v1/cases/none/evidence", "no_such_case"),
        ("DELETE", "/api/v1/whip/none", "whip_unknown"),
        ("POST", "/api/v1/media/connection", "unsupported"),
    ],
)
async def test_a_refused_request_names_the_person(call: Call, method: str, path: str, code: str) -> None:  # noqa: F811
    before = (await entries(call))[-1].sequence
    async with call.http.request(method, call.site.address + path, headers=call.headers("window")) as response:
        answer: dict[str, Any] = await response.json()
    (row,) = await entries(call, before)
    assert (row.who, row.account, row.outcome) == ("staff-clerk001", "clerk001", answer["code"])
    assert row.outcome == code
