from __future__ import annotations

import io

import pikepdf
import pytest

from directory.principal import Role
from document_relay.errors import NoSuchMaterial, NoSuchPage, NotYourCase, PagesChanged, PagesReviewed, WrongCaseState
from document_relay.records import PageRecord
from document_relay.rejection import Rejection

from .conftest import CLERK, WORKER, Bench, picture, pieces, stranger

pytestmark = pytest.mark.both_databases


async def three_pages(bench: Bench) -> list[PageRecord]:
    for words in ("one", "two", "three"):
        await bench.deliver(picture(words))
    return (await bench.case()).pages_of((await bench.material()).id)


async def shown(bench: Bench) -> list[tuple[int, str]]:
    return [(page.number, page.id) for page in (await bench.case()).pages_of((await bench.material()).id)]


async def test_a_page_that_was_removed_counts_no_more_and_stays_in_the_history(bench: Bench) -> None:
    one, two, three = await three_pages(bench)
    await bench.relay.pages.remove(WORKER, two.id)
    assert await shown(bench) == [(1, one.id), (2, three.id)]
    case = await bench.case()
    assert [page.id for page in case.pages if page.replaced] == [two.id]
    assert case.history[-1].sentence == ("删除“身份证”第 2 页", "Removed page 2 of “身份证”")
    assert case.history[-1].details["sha256"] == two.sha256
    with pytest.raises(NoSuchPage):
        await bench.relay.pages.remove(WORKER, two.id)


async def test_a_material_without_its_last_page_is_waited_for_and_takes_the_same_file_again(bench: Bench) -> None:
    await bench.deliver(picture())
    await bench.relay.pages.remove(WORKER, (await bench.case()).pages[0].id)
    assert (await bench.material()).state == "requested"
    await bench.deliver(picture())
    assert [number for number, _ in await shown(bench)] == [1]


async def test_pages_are_numbered_in_the_order_that_names_each_of_them_once(bench: Bench) -> None:
    one, two, three = await three_pages(bench)
    await bench.relay.pages.order(WORKER, one.material_id, [three.id, one.id, two.id])
    assert await shown(bench) == [(1, three.id), (2, one.id), (3, two.id)]
    assert (await bench.case()).history[-1].sentence[1] == "Reordered “身份证”; the order was 3 1 2"
    for wrong in ([three.id, one.id], [three.id, one.id, one.id], [three.id, one.id, two.id, two.id]):
        with pytest.raises(PagesChanged):
            await bench.relay.pages.order(WORKER, one.material_id, wrong)


@pytest.mark.parametrize("verdict", ["accepted", "rejected"])
async def test_reviewed_pages_stay_as_they_are(bench: Bench, verdict: str) -> None:
    one, two, _ = await three_pages(bench)
    files = bench.relay.case_files
    if verdict == "accepted":
        await files.accept(CLERK, one.material_id)
        with pytest.raises(PagesReviewed):
            await bench.begin(picture("again"), replaces=one.id)
    else:
        await files.reject(CLERK, one.material_id, Rejection(reason="unreadable", note="", mark=None))
    before = await shown(bench)
    with pytest.raises(PagesReviewed):
        await bench.relay.pages.remove(WORKER, two.id)
    with pytest.raises(PagesReviewed):
        await bench.relay.pages.order(WORKER, one.material_id, [two.id, one.id])
    assert await shown(bench) == before
    await files.undo_review(CLERK, one.material_id)
    await bench.relay.pages.remove(WORKER, two.id)
    assert len(await shown(bench)) == 2


async def test_a_page_accepted_while_it_is_taken_again_stays(bench: Bench) -> None:
    one, *_ = await three_pages(bench)
    data = picture("again")
    upload = await bench.begin(data, replaces=one.id)
    await bench.relay.case_files.accept(CLERK, one.material_id)
    with pytest.raises(PagesReviewed):
        await bench.relay.uploads.append(WORKER, upload, 0, pieces(data))
    assert one.id in {page for _, page in await shown(bench)}


async def test_a_page_taken_again_keeps_its_place_and_the_history_tells(bench: Bench) -> None:
    one, two, three = await three_pages(bench)
    await bench.deliver(picture("sharp"), replaces=two.id)
    numbers = await shown(bench)
    assert [numbers[0], numbers[2]] == [(1, one.id), (3, three.id)]
    last = (await bench.case()).history[-1]
    assert last.sentence == ("重拍“身份证”第 2 页", "Took page 2 of “身份证” again")
    assert last.details["replaces"] == two.id


async def test_two_pages_in_the_place_of_one_move_the_later_pages_on(bench: Bench) -> None:
    one, two, three = await three_pages(bench)
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    pdf = pikepdf.open(io.BytesIO((await bench.relay.documents.pdf(CLERK, form)).data))
    pdf.pages.append(pdf.pages[0])
    pdf.save(doubled := io.BytesIO())
    await bench.deliver(doubled.getvalue(), replaces=two.id)
    pages = await shown(bench)
    assert [number for number, _ in pages] == [1, 2, 3, 4]
    assert (pages[0][1], pages[3][1]) == (one.id, three.id)


async def test_only_the_point_of_an_open_case_changes_its_pages(bench: Bench) -> None:
    one, *_ = await three_pages(bench)
    elsewhere = stranger(Role.COMMUNITY_WORKER, "/district/town-03/point-04")
    for person in (CLERK, elsewhere):
        with pytest.raises(NotYourCase):
            await bench.relay.pages.remove(person, one.id)
    with pytest.raises(NoSuchPage):
        await bench.relay.pages.remove(WORKER, "none")
    with pytest.raises(NoSuchMaterial):
        await bench.relay.pages.order(WORKER, "none", [])
    await bench.relay.case_files.close(bench.case_id)
    with pytest.raises(WrongCaseState):
        await bench.relay.pages.remove(WORKER, one.id)
