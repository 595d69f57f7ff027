"""Handshakes of two of our own sides."""

from __future__ import annotations

import datetime

from rtc_server.transport.dtls import Dtls, DtlsIdentity, DtlsState

NOW = datetime.datetime(2026, 11, 29, tzinfo=datetime.UTC)


def shake_hands(client: Dtls, server: Dtls) -> None:
    to_server, to_client = client.start(), server.start()
    for _ in range(10):
        answers = [answer for datagram in to_server for answer in server.receive(datagram)]
        to_client, to_server = to_client + answers, []
        to_server = [answer for datagram in to_client for answer in client.receive(datagram)]
        to_client = []


def test_the_active_side_begins_and_both_hold_each_others_keys() -> None:
    ours, theirs = DtlsIdentity(NOW, "ours"), DtlsIdentity(NOW, "theirs")
    active, passive = Dtls(ours, theirs.fingerprint, active=True), Dtls(theirs, ours.fingerprint)
    assert (active.setup, passive.setup) == ("active", "passive")
    shake_hands(active, passive)
    assert active.state is passive.state is DtlsState.CONNECTED
    assert active.keys is not None
    assert passive.keys is not None
    assert (active.keys.send, active.keys.receive) == (passive.keys.receive, passive.keys.send)
    assert active.start() == []


def test_another_certificate_than_the_offers_is_refused() -> None:
    ours, theirs, strangers = (DtlsIdentity(NOW, name) for name in ("ours", "theirs", "strangers"))
    active, passive = Dtls(ours, theirs.fingerprint, active=True), Dtls(strangers, ours.fingerprint)
    shake_hands(active, passive)
    assert active.state is DtlsState.FAILED
