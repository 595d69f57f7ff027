"""People who are added, invited, disabled and given a new password, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from directory.assembly import Directory
from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.errors import (
    AccountDisabled,
    AccountInvalid,
    AccountTaken,
    NoSuchDepartment,
    NoSuchSite,
    NoSuchStaff,
    PasswordAlreadyChosen,
    PasswordChangeRequired,
    PasswordCommon,
    PasswordUnchanged,
    SessionEnded,
    TemporaryPasswordEnded,
    TokenInvalid,
    WrongPassword,
)
from directory.password_hashes import PasswordHashes
from directory.principal import Role
from directory.staffing import NewPerson, Staffing, StaffingParts
from directory.store import queries
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.errors import Refusal
from foundation.identifiers import SeededIdentifiers
from tests.unit.directory.conftest import QUICK

PERSON = NewPerson("zhang.wei", "张伟", (Role.CLERK,), "town-01", {"civil": 3})
HERE = "10.0.0.1"
OWN = "pine lantern orbit"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def staffing(house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> Staffing:
    parts = StaffingParts(
        database=database,
        catalogue=house.catalogue,
        clock=clock,
        identifiers=identifiers,
        hashes=PasswordHashes(1, QUICK),
        audit=house.audit,
        by="root",
    )
    return Staffing(parts)


async def test_who_was_added_signs_in_after_the_invitation_with_a_password_of_their_own(
    house: Directory, staffing: Staffing, database: Database
) -> None:
    await staffing.add(PERSON)
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in("zhang.wei", "", HERE)
    one_time = await staffing.invite("zhang.wei")
    with pytest.raises(PasswordChangeRequired):
        await house.sign_in.sign_in("zhang.wei", one_time, HERE)
    for unfit, refusal in (("zhang.wei-zhang", PasswordCommon), (one_time, PasswordUnchanged)):
        with pytest.raises(refusal):
            await house.sign_in.change_password("zhang.wei", one_time, unfit, HERE)
    signed_in = await house.sign_in.change_password("zhang.wei", one_time, OWN, HERE)
    principal = (await house.sign_in.verify(signed_in.access_token)).principal
    assert (principal.name, principal.roles, principal.site_path) == ("张伟", {Role.CLERK}, "/district/town-01")
    assert principal.department_ids == {"civil"}
    await house.sign_in.sign_in("zhang.wei", OWN, HERE)
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in("zhang.wei", one_time, HERE)
    with pytest.raises(PasswordAlreadyChosen):
        await staffing.invite("zhang.wei")
    async with database.read() as session:
        rows = [row for row in await queries.audit_after(session, 0, 100) if row.who == "command"]
    assert {(row.account, row.outcome) for row in rows} == {("root", "done")}
    assert [(row.act, json.loads(row.what)) for row in rows] == [
        ("staff_added", {"account": "zhang.wei", "site": "town-01", "roles": "clerk"}),
        ("staff_invited", {"account": "zhang.wei"}),
    ]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"account": "Zhang Wei"}, AccountInvalid),
        ({"account": ""}, AccountInvalid),
        ({"account": "clerk001"}, AccountTaken),
        ({"site_id": "nowhere"}, NoSuchSite),
        ({"skills": {"civil": 3, "magic": 5}}, NoSuchDepartment),
    ],
)
async def test_who_cannot_be_added(staffing: Staffing, changes: dict[str, object], refusal: type[Refusal]) -> None:
    before = await staffing.every()
    with pytest.raises(refusal):
        await staffing.add(replace(PERSON, **changes))  # type: ignore[arg-type]
    assert await staffing.every() == before


async def test_a_one_time_password_ends(house: Directory, staffing: Staffing, clock: ManualClock) -> None:
    await staffing.add(PERSON)
    one_time = await staffing.invite("zhang.wei")
    clock.advance(3 * 24 * 3600)
    with pytest.raises(TemporaryPasswordEnded):
        await house.sign_in.change_password("zhang.wei", one_time, OWN, HERE)
    again = await staffing.invite("zhang.wei")
    await house.sign_in.change_password("zhang.wei", again, OWN, HERE)
    clock.advance(4 * 24 * 3600)
    await house.sign_in.sign_in("zhang.wei", OWN, HERE)


async def test_who_is_disabled_has_no_session_and_opens_none(house: Directory, staffing: Staffing) -> None:
    signed_in = await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, HERE)
    access = await house.sign_in.verify(signed_in.access_token)
    ended: list[str] = []
    house.sessions.on_end(lambda session_id, _: ended.append(session_id))
    await staffing.disable("clerk001")
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(signed_in.access_token)
    assert ended == [access.session_id]
    with pytest.raises(AccountDisabled):
        await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, HERE)
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in("clerk001", "wrong", HERE)
    await staffing.enable("clerk001")
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)
    await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, HERE)


async def test_a_reset_password_ends_the_sessions_and_the_password_of_before(
    house: Directory, staffing: Staffing
) -> None:
    signed_in = await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, HERE)
    one_time = await staffing.reset_password("clerk001")
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(signed_in.renewal_token)
    with pytest.raises(WrongPassword):
        await house.sign_in.sign_in("clerk001", DEMONSTRATION_PASSWORD, HERE)
    with pytest.raises(PasswordChangeRequired):
        await house.sign_in.sign_in("clerk001", one_time, HERE)


async def test_the_list_says_how_people_stand(house: Directory, staffing: Staffing) -> None:
    await staffing.add(PERSON)
    await staffing.add(replace(PERSON, account="li.na"))
    await staffing.invite("li.na")
    await staffing.disable("clerk002")
    standing = {one.account: one.standing for one in await staffing.every()}
    wanted = {"zhang.wei": "not_invited", "li.na": "invited", "clerk001": "active", "clerk002": "disabled"}
    assert wanted.items() <= standing.items()


async def test_nobody_is_nobody(staffing: Staffing) -> None:
    for act in (staffing.invite, staffing.reset_password, staffing.disable, staffing.enable):
        with pytest.raises(NoSuchStaff):
            await act("nobody")
