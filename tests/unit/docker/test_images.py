"""The container files say what the house says; no engine runs here, so that is what can be held to."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from foundation.settings import Settings, load_settings
from tests.support.contract import ENDPOINTS

ROOT = Path(__file__).parents[3]
DOCKER = ROOT / "docker"
DEFAULTS = Settings()
PORTS = {str(DEFAULTS.port), str(DEFAULTS.tls_port), f"{DEFAULTS.media_port}/tcp", f"{DEFAULTS.media_port}/udp"}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each on one line."""
    text = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def copies() -> list[tuple[list[str], str]]:
    """What is copied from the repository, and to where."""
    words = [shlex.split(rest) for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")]
    return [(sources, target) for *sources, target in words]


def of(name: str) -> str:
    """The last instruction of this name."""
    return [rest for one, rest in instructions() if one == name][-1]


def compose(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCKER / name).read_text())
    return loaded


def test_every_copied_file_is_there_and_not_ignored() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for source in (source for sources, _ in copies() for source in sources):
        assert (ROOT / source).exists(), source
        assert {source, source.split("/", maxsplit=1)[0]} & let_in, f"{source} is ignored"


def test_the_ports_are_those_of_the_settings() -> None:
    assert set(of("EXPOSE").split()) == PORTS
    published = compose("compose.yaml")["services"]["cloud-window"]["ports"]
    assert {one.rpartition(":")[2] for one in published} == PORTS
    assert all(one.split(":")[-2] == one.split(":")[-1].split("/")[0] for one in published)


def test_the_health_check_asks_an_address_that_is_there() -> None:
    asked = re.search(r"'(/\w+)'", of("HEALTHCHECK"))
    assert asked is not None
    assert asked[1] in {one.path for one in ENDPOINTS if one.open}
    assert f"'PORT', '{DEFAULTS.port}'" in of("HEALTHCHECK")


def test_the_service_is_nobody_special_and_keeps_its_data_in_the_volume() -> None:
    settings = load_settings({"CLOUD_WINDOW_SETTINGS": str(DOCKER / "settings.toml")})
    service = compose("compose.yaml")["services"]["cloud-window"]
    assert of("USER") not in ("root", "0")
    assert str(settings.data_dir) == of("VOLUME")
    assert [volume.partition(":")[2] for volume in service["volumes"]] == [of("VOLUME")]
    assert "CLOUD_WINDOW_SETTINGS=/etc/cloud-window.toml" in of("ENV")
    assert (["docker/settings.toml"], "/etc/cloud-window.toml") in copies()


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("compose.yaml", "cloud-window"),
        ("compose.postgres.yaml", "cloud-window"),
        ("compose.turn.yaml", "cloud-window"),
        ("compose.nodes.yaml", "cloud-window"),
        ("compose.nodes.yaml", "media"),
    ],
)
def test_the_environment_holds_settings_alone(name: str, service: str) -> None:
    given = compose(name)["services"][service]["environment"]
    assert {one.lower() for one in given} <= set(Settings.__struct_fields__)
    bound = re.sub(r"\$\{\w+:\?[^}]*\}", "x", yaml.safe_dump(given))
    load_settings(yaml.safe_load(bound))


def test_a_node_is_where_the_service_looks_for_it() -> None:
    services = compose("compose.nodes.yaml")["services"]
    node = services["media"]
    [address] = services["cloud-window"]["environment"]["MEDIA_NODES"].split()
    assert address == f"http://media:{DEFAULTS.node_port}"
    assert node["command"] == ["node"]
    port = node["environment"]["MEDIA_PORT"]
    assert set(node["ports"]) == {f"{port}:{port}/tcp", f"{port}:{port}/udp"}
    assert node["volumes"] == compose("compose.yaml")["services"]["cloud-window"]["volumes"]
    assert f"127.0.0.1:{DEFAULTS.node_port}/healthz" in node["healthcheck"]["test"][-1]


def test_what_is_copied_is_the_whole_program(tmp_path: Path) -> None:
    """The image's files, laid out as in the image, bring a new database to its tables."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    for sources, target in copies():
        if target.startswith("/app/"):
            shutil.copytree(ROOT / sources[0], tmp_path / "app" / target.removeprefix("/app/"))
    assert {path.name for path in (tmp_path / "app").iterdir()} == set(packages)
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "data"), "PYTHONSAFEPATH": "1"}
    environment["PYTHONPATH"] = str(tmp_path / "app")
    ask = "import signalling.cli.serve, document_relay.imaging.worker as w; print(w.__file__)"
    command = ("-m", "signalling.cli.main", "migrate")
    for arguments, said in ((("-c", ask), str(tmp_path / "app")), (command, "0")):
        done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.startswith(said)
    assert (tmp_path / "data" / "cloud-window.db").is_file()
