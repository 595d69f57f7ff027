from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from foundation.addresses import one_client
from foundation.settings import SettingsInvalid, load_settings, networks
from signalling.transport.http.client_address import client_address

PROXIES = networks(("10.0.0.0/24", "2001:db8:1::1"))
X = "X-Forwarded-For"


def asked(peer: str, *headers: tuple[str, str]) -> str:
    request = make_mocked_request("GET", "/", CIMultiDict(headers)).clone(remote=peer)
    return client_address(request, PROXIES)


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", [(X, "198.51.100.1")], "203.0.113.7"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", [(X, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.2", [(X, "127.0.0.1, 198.51.100.1, 10.0.0.3")], "198.51.100.1"),
        ("10.0.0.2", [(X, "127.0.0.1"), (X, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.2", [(X, "10.0.0.9, 10.0.0.3")], "10.0.0.9"),
        ("10.0.0.2", [(X, "198.51.100.1, unknown, 10.0.0.3")], "10.0.0.3"),
        ("10.0.0.2", [(X, "[2001:db8::7]:4711")], "2001:db8::7"),
        ("10.0.0.2", [(X, "198.51.100.1:4711")], "198.51.100.1"),
        ("::ffff:10.0.0.2", [(X, "::ffff:198.51.100.1")], "198.51.100.1"),
        ("2001:db8:1::1", [("Forwarded", 'for=1.2.3.4, for="[2001:db8::7]:4711";proto=https')], "2001:db8::7"),
        ("10.0.0.2", [("Forwarded", "for=_hidden")], "10.0.0.2"),
        ("10.0.0.2", [("Forwarded", "for=198.51.100.1"), (X, "198.51.100.1")], "198.51.100.1"),
        ("10.0.0.2", [("Forwarded", "for=1.2.3.4"), (X, "198.51.100.1")], "10.0.0.2"),
        ("10.0.0.2", [(X, ",,,")], "10.0.0.2"),
        ("", [(X, "198.51.100.1")], ""),
    ],
)
def test_only_a_trusted_proxy_says_who_asks(peer: str, headers: list[tuple[str, str]], client: str) -> None:
    assert asked(peer, *headers) == client


def test_a_household_of_ipv6_is_one_client() -> None:
    assert one_client("2001:db8:5:6:1::1") == one_client("2001:db8:5:6:ffff::2") == "2001:db8:5:6::/64"
    assert one_client("198.51.100.1") == "198.51.100.1"
    assert one_client("") == ""


def test_the_networks_of_proxies_are_checked_at_the_start() -> None:
    assert load_settings({"TRUSTED_PROXIES": "10.0.0.0/24, ::1"}).trusted_proxies == ("10.0.0.0/24", "::1")
    with pytest.raises(SettingsInvalid, match="trusted_proxies"):
        load_settings({"TRUSTED_PROXIES": "10.0.0.0/33"})
