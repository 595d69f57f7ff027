"""The mechanisms: identifiers, refusals, tasks, vault, blobs, settings."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.blobs import FileBlobs
from foundation.blobs.port import BlobMissing
from foundation.clock import ManualClock
from foundation.errors import Invalid, Refusal
from foundation.identifiers import SeededIdentifiers, SystemIdentifiers
from foundation.settings import SettingsInvalid, load_settings
from foundation.tasks import Tasks
from foundation.vault import SealBroken, Vault


def test_identifiers_sort_by_time(clock: ManualClock) -> None:
    identifiers = SystemIdentifiers(clock)
    made = []
    for _ in range(200):
        made.append(identifiers.new())
        clock.advance(0.001)
    assert made == sorted(made)
    assert {len(name) for name in made} == {26}
    assert len(set(made)) == 200


def test_seeded_identifiers_repeat(clock: ManualClock) -> None:
    first, second = (SeededIdentifiers(clock, 3) for _ in range(2))
    assert [first.new() for _ in range(5)] == [second.new() for _ in range(5)]


def test_refusal_speaks_both_languages() -> None:
    refusal = Invalid(path="$.name", problem="too long")
    assert "$.name" in refusal.sentence("zh-CN")
    assert refusal.sentence("en") == "The request is not valid ($.name): too long"


def _all_kinds(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _all_kinds(child))]


def test_every_refusal_has_a_code_of_its_own_and_two_sentences() -> None:
    kinds = _all_kinds(Refusal)
    codes = [kind.code for kind in kinds]
    assert sorted(codes) == sorted(set(codes))
    for kind in kinds:
        assert kind.zh != kind.en


async def test_tasks_end_with_their_owner() -> None:
    tasks = Tasks()
    endless = tasks.spawn(asyncio.Event().wait(), name="endless")
    await tasks.close()
    assert endless.cancelled()
    assert len(tasks) == 0


@given(plain=st.binary(max_size=300), flipped=st.integers(0, 10_000))
def test_vault_gives_back_what_was_sealed_and_notices_every_change(plain: bytes, flipped: int) -> None:
    vault = Vault(b"k" * 32)
    key = vault.new_data_key()
    sealed = vault.seal(key, plain, "page 1")
    assert vault.unseal(key, sealed, "page 1") == plain
    position = flipped % len(sealed)
    broken = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
    with pytest.raises(SealBroken):
        vault.unseal(key, broken, "page 1")
    with pytest.raises(SealBroken):
        vault.unseal(key, sealed, "page 2")


def test_vault_keeps_its_key_to_itself(tmp_path: Path) -> None:
    first = Vault.open(tmp_path / "keys")
    second = Vault.open(tmp_path / "keys")
    assert first.secret("token") == second.secret("token")
    assert first.secret("token") != first.secret("cookie")
    assert (tmp_path / "keys" / "master.key").stat().st_mode & 0o077 == 0


async def test_blobs_are_written_whole(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    await blobs.put("a/b.bin", b"x" * 600_000)
    assert b"".join([piece async for piece in blobs.stream("a/b.bin")]) == await blobs.get("a/b.bin")
    await blobs.delete("a/b.bin")
    assert not await blobs.exists("a/b.bin")
    with pytest.raises(BlobMissing):
        await blobs.get("a/b.bin")
    with pytest.raises(ValueError, match="outside"):
        await blobs.put("../../etc/passwd", b"")


def test_settings_come_from_file_then_environment(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 9000\ntls_port = 0\nadvertised_addresses = ["10.0.0.1"]\n')
    settings = load_settings({"CLOUD_WINDOW_SETTINGS": str(file), "PORT": "9001", "DATA_DIR": str(tmp_path)})
    assert (settings.port, settings.tls_port, settings.advertised_addresses) == (9001, 0, ("10.0.0.1",))
    assert settings.effective_database_url.endswith("cloud-window.db")


@pytest.mark.parametrize(
    "text",
    [
        "port = 70000",
        'colour = "red"',
        "port =",
        'sms_url = "https://sms.example.cn/"\npublic_url = "https://window.example.cn"',
        'sms_url = "https://sms.example.cn/"\nsms_key = "k"',
        'sms_url = "file:///etc/passwd"\nsms_key = "k"\npublic_url = "https://window.example.cn"',
        'smtp_host = "mail.example.cn"\npublic_url = "https://window.example.cn"',
        'webhook_url = "https://hook.example.cn/"\nwebhook_secret = "short"',
        'public_url = "https://window.example.cn/"',
    ],
)
def test_settings_refuse_what_cannot_be(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsInvalid):
        load_settings({"CLOUD_WINDOW_SETTINGS": str(file)})
