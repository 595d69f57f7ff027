"""Codes that prove a telephone: how often one is sent, how often it is tried, and that it is good once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from foundation.clock import ManualClock
from scheduler.booking import Booking
from scheduler.errors import PhoneCodeWrong, TooManyPhoneCodes
from scheduler.phone_codes import CODE_LASTS, PhoneCodes, require_within_limits
from tests.support.hall import Hall

PHONE = "13800000001"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def fixed(hall: Hall) -> PhoneCodes:
    """Codes that are known here: 000000, 000001 and so on."""
    made = iter(range(100))
    return PhoneCodes(hall.ports, Booking(hall.ports), lambda _: next(made))


async def test_a_code_is_good_once(hall: Hall) -> None:
    codes = fixed(hall)
    ends_at = await codes.send(PHONE, "zh-CN")
    assert ends_at == hall.clock.now() + CODE_LASTS
    code_id = await codes.prove(PHONE, "000000")
    async with hall.database.write() as session:
        await codes.use(session, code_id)
    with pytest.raises(PhoneCodeWrong):
        await codes.prove(PHONE, "000000")
    with pytest.raises(PhoneCodeWrong):
        async with hall.database.write() as session:
            await codes.use(session, code_id)


async def test_a_code_is_of_one_telephone_and_ends(hall: Hall, clock: ManualClock) -> None:
    codes = fixed(hall)
    await codes.send(PHONE, "zh-CN")
    with pytest.raises(PhoneCodeWrong):
        await codes.prove("13900000002", "000000")
    clock.advance(CODE_LASTS.total_seconds())
    with pytest.raises(PhoneCodeWrong):
        await codes.prove(PHONE, "000000")


async def test_after_five_wrong_tries_the_right_one_is_wrong(hall: Hall) -> None:
    codes = fixed(hall)
    await codes.send(PHONE, "zh-CN")
    for _ in range(5):
        with pytest.raises(PhoneCodeWrong):
            await codes.prove(PHONE, "999999")
    with pytest.raises(PhoneCodeWrong):
        await codes.prove(PHONE, "000000")


async def test_a_new_code_ends_the_former(hall: Hall, clock: ManualClock) -> None:
    codes = fixed(hall)
    await codes.send(PHONE, "zh-CN")
    with pytest.raises(TooManyPhoneCodes):
        await codes.send(PHONE, "zh-CN")
    clock.advance(60)
    await codes.send(PHONE, "zh-CN")
    with pytest.raises(PhoneCodeWrong):
        await codes.prove(PHONE, "000000")
    # 000001 was drawn for the one that was not sent.
    assert await codes.prove(PHONE, "000002")


async def test_neither_number_nor_code_stands_in_the_database(hall: Hall) -> None:
    await fixed(hall).send(PHONE, "zh-CN")
    async with hall.database.read() as session:
        row = (await session.execute(text("SELECT * FROM phone_codes"))).one()
        (content,) = (await session.execute(text("SELECT content FROM notices WHERE kind = 'phone_code'"))).one()
    assert all(PHONE not in str(value) and value != b"000000" for value in row)
    assert PHONE.encode() not in content


@given(st.lists(st.integers(0, 60 * 60 * 30), min_size=1, max_size=60))
def test_no_telephone_gets_more_than_one_a_minute_five_an_hour_and_ten_a_day(seconds: list[int]) -> None:
    """However often it is asked for."""
    sent: list[datetime] = []
    for one in sorted(seconds):
        now = START + timedelta(seconds=one)
        try:
            require_within_limits(sent, now)
        except TooManyPhoneCodes:
            continue
        sent.append(now)
    for span, at_most in ((60, 1), (3600, 5), (86400, 10)):
        for one in sent:
            assert sum(one <= other < one + timedelta(seconds=span) for other in sent) <= at_most
