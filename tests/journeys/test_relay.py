"""Pages that may connect through the relay alone: a call that shows nobody's address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import TONES, Figures, Parties, Party, Service
from tests.journeys.walk import answer, open_window, take_ticket
from tests.support.turn import SECRET, coturn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

KEEP_PEERS = """
window.peers = []
const Original = RTCPeerConnection
window.RTCPeerConnection = class extends Original {
  constructor(...given) { super(...given); peers.push(this) }
}
"""
PATHS = """async () => {
  const all = [...(await peers.at(-1).getStats()).values()]
  return all.filter(({ type }) => type === "local-candidate").map(({ candidateType }) => candidateType)
}"""


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    with coturn("127.0.0.1", "127.0.0.1") as relay:
        urls = f"{relay.url('udp')} {relay.url('tcp')}"
        running = Service(data, TURN_URLS=urls, TURN_SECRET=SECRET, RELAY_ONLY="true")
        running.start()
        yield running
        running.stop()


async def test_a_call_through_the_relay_alone(service: Service, parties: Parties, figures: Figures) -> None:
    point, window = await parties.open(1), await parties.open(2)
    for party in (point, window):
        await party.page.add_init_script(KEEP_PEERS)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point)
    await answer(window)
    figures["through a relay: accept to first frame"] = [await window.sees(1, within=15)]
    await point.sees(2, within=15)
    await window.hears(TONES[1])
    for party in (point, window):
        assert await paths(party) == {"relay"}


async def paths(party: Party) -> set[str]:
    """The kinds of addresses that the page has looked for."""
    return set(await party.page.evaluate(PATHS))
