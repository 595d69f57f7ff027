"""Two and three people type into one form at once, one link is cut: all see the same, and nothing acknowledged is lost.

The server is the real one on a real database; the pages follow the client's rule, and time is virtual. There
are twenty-five runs of each here, and a hundred in `make explore`.
"""

from __future__ import annotations

import random
from functools import partial

import msgspec
import pytest
from hypothesis import settings
from sqlalchemy import select

from directory.principal import Principal
from document_relay.shared_forms import FieldChange
from document_relay.store.form_tables import FormChangeRow
from tests.support.form_client import FormClient, Wire

from .conftest import CLERK, WORKER, Bench
from .test_shared_forms import ADDRESS, IDENTITY, PHONE, Filling, definition

FIELDS = {ADDRESS: "桃园路人民街一二三四五号楼", PHONE: "0123456789", IDENTITY: "0123456789X"}
RUNS = range(100 if settings.get_current_profile_name() == "explore" else 25)
TYPED_SECONDS, A_SECOND = 7, 10
PEOPLE: dict[str, Principal] = {"point": WORKER, "window": CLERK, "visitor": WORKER}


class Typing:
    """One run: the form, the pages and their links."""

    def __init__(self, filling: Filling, seed: int, pages: int) -> None:
        self.filling, self.chance = filling, random.Random(seed)
        self.clients = {name: FormClient(f"{name}-{seed}") for name in list(PEOPLE)[:pages]}
        self.wire = Wire(delay=0.1)

    def plan(self) -> None:
        cut, begin = self.chance.choice(list(self.clients)), self.chance.uniform(0.5, 2)
        self.wire.cut(cut, begin, begin + 5)
        self.wire.at(begin + 5, partial(self._reconnect, cut))
        for name in self.clients:
            for step in range(TYPED_SECONDS * A_SECOND):
                self.wire.at(step / A_SECOND + self.chance.uniform(0, 0.1), partial(self._type, name))

    def _type(self, name: str) -> None:
        field_id = self.chance.choice(list(FIELDS))
        self.clients[name].write(field_id, "".join(self.chance.choices(FIELDS[field_id], k=self.chance.randint(0, 8))))
        self._send(name, self.clients[name].next())

    def _send(self, name: str, change: FieldChange | None) -> None:
        if change is not None:
            self.wire.carry(name, partial(self._arrive, name, change))

    async def _arrive(self, name: str, change: FieldChange) -> None:
        forms = self.filling.forms
        sequence, value, _ = await forms.change(PEOPLE[name], self.filling.id, definition(), change)
        self.wire.carry(name, partial(self._answer, name, change.change_id, sequence, value))
        await self._tell(*self.clients)

    async def _tell(self, *names: str) -> None:
        record = await self.filling.record()
        for name in names:
            self.wire.carry(name, partial(self.clients[name].told, record.entered))

    def _answer(self, name: str, change_id: str, sequence: int, value: str) -> None:
        self.clients[name].answered(change_id, sequence, value)
        self._send(name, self.clients[name].next())

    async def _reconnect(self, name: str) -> None:
        # Whatever was under way is lost with the link, whichever way it went.
        await self._tell(name)
        self._send(name, self.clients[name].connected() or self.clients[name].next())


@pytest.mark.hypothesis
@pytest.mark.timeout(900)
@pytest.mark.parametrize("pages", [2, 3])
async def test_all_see_the_same_and_nothing_acknowledged_is_lost(
    bench: Bench, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("document_relay.shared_forms.MOST_FORMS", len(RUNS))
    changes = 0
    for seed in RUNS:
        run = Typing(await Filling.begin(bench), seed, pages)
        run.plan()
        await run.wire.run()
        record = await run.filling.record()
        stands = {one.field_id: one.value for one in record.entered}
        for name, client in run.clients.items():
            assert dict(client.shown()) == stands, (seed, name)
        async with bench.database.read() as session:
            wanted = select(FormChangeRow).where(FormChangeRow.form_id == run.filling.id)
            rows = {row.change_id: row for row in await session.scalars(wanted)}
        acknowledged = {key: value for client in run.clients.values() for key, value in client.acknowledged.items()}
        assert len(rows) == record.sequence
        assert acknowledged.keys() == rows.keys(), seed
        key = bench.relay.case_files._tools.reader.key_of(await bench.relay.case_files.file(bench.case_id))
        for change_id, value in acknowledged.items():
            row = rows[change_id]
            assert msgspec.convert(key.unseal(row.value, f"form {row.form_id} change {row.sequence}"), str) == value
        last = {row.field_id: row for row in sorted(rows.values(), key=lambda row: row.sequence)}
        by_field = {one.field_id: one for one in record.entered}
        assert all(by_field[field_id].sequence == row.sequence for field_id, row in last.items())
        changes += record.sequence
        await run.filling.forms.discard(CLERK, run.filling.id)
    print(f"{pages} pages, {len(RUNS)} runs, {changes} changes")
