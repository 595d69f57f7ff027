"""What a person keeps for themselves is found again, by them alone."""

from __future__ import annotations

from directory.assembly import Directory
from directory.demonstration import DEMONSTRATION_PASSWORD


async def person(house: Directory, account: str) -> str:
    return (await house.sign_in.sign_in(account, DEMONSTRATION_PASSWORD, "10.0.0.1")).principal.person_id


async def test_what_is_kept_is_found_again_and_nobody_elses(house: Directory) -> None:
    one, other = await person(house, "clerk001"), await person(house, "clerk002")
    assert await house.personal.of(one, "phrases", list[str]) is None
    await house.personal.keep(one, "phrases", ["请稍等"])
    await house.personal.keep(one, "phrases", ["请稍等", "再见"])
    assert await house.personal.of(one, "phrases", list[str]) == ["请稍等", "再见"]
    assert await house.personal.of(other, "phrases", list[str]) is None
    assert await house.personal.of(one, "reasons", list[str]) is None


async def test_what_an_earlier_version_kept_otherwise_is_nothing(house: Directory) -> None:
    one = await person(house, "clerk001")
    await house.personal.keep(one, "phrases", {"first": "请稍等"})
    assert await house.personal.of(one, "phrases", list[str]) is None
