"""The audit of `make check`: licences, addresses in committed files, and known holes where the databases answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_NOT_OURS = re.compile(r"(?<!L)(?<!Lesser )(A?GPL|GNU (Affero )?General Public License)")
_ADDRESSES = r"pypi\.[o]rg|pythonhosted\.[o]rg|registry\.[n]pmjs|deb\.[d]ebian"


def main() -> int:
    """Runs every check; 1 when one of them found something."""
    return int(not all([licences_ok(), no_addresses(), python_audit(), client_audit()]))


def licences_ok() -> bool:
    """No package of the product is under a licence that reaches into it."""
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", (_ROOT / "requirements.lock").read_text(), re.MULTILINE)
    bad = [f"{name}: {licence}" for name in names if _NOT_OURS.search(licence := _licence(distribution(name)))]
    return _say("licences", bad)


def _licence(package: Distribution) -> str:
    stated = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    classifiers = [text for text in package.metadata.get_all("Classifier") or [] if text.startswith("License")]
    # A choice between licences ("MIT OR GPL") leaves us the first.
    return "" if " OR " in stated else f"{stated[:80]} {' '.join(classifiers)}".replace("Lesser General", "LGPL")


def no_addresses() -> bool:
    """No committed file names a package registry."""
    found = subprocess.run(
        ["git", "grep", "-nIE", _ADDRESSES], cwd=_ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    return _say("no registry addresses", found)


def python_audit() -> bool:
    """No locked Python package has a known hole."""
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-f", "json", "-r", "requirements.lock"]
    run = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        return _unreached("Python audit")
    if all("skip_reason" in package for package in packages):
        return _unreached("Python audit")
    return _say("Python audit", [f"{one['name']}: {one['vulns']}" for one in packages if one.get("vulns")])


def client_audit() -> bool:
    """No locked package of the web client has a known hole of weight."""
    command = ["npm", "audit", "--omit=dev", "--audit-level=high", "--json"]
    run = subprocess.run(command, cwd=_ROOT / "web_client", capture_output=True, text=True, check=False)
    try:
        found = json.loads(run.stdout)
    except ValueError:
        return _unreached("client audit")
    if "vulnerabilities" not in found:
        return _unreached("client audit")
    return _say("client audit", list(found["vulnerabilities"]) if run.returncode else [])


def _say(what: str, bad: list[str]) -> bool:
    print(f"{what} ok" if not bad else "\n".join([f"{what}: NOT ok", *bad]))
    return not bad


def _unreached(what: str) -> bool:
    print(f"{what} not done: its database cannot be reached from here")
    return True


if __name__ == "__main__":
    sys.exit(main())
