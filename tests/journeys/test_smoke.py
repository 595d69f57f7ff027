"""The walk of `make smoke`, on what `make run` installs: service and walk have the runtime lock alone."""

from __future__ import annotations

import subprocess

from tests.journeys.conftest import INSTALLED, Service


def test_a_case_is_walked_to_verified_evidence_on_what_is_installed(service: Service) -> None:
    walk = [INSTALLED, "-m", "tests.support.smoke", service.address]
    ran = subprocess.run(walk, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\nINTACT  " in ran.stdout
    assert "by the authority of the certificate given" in ran.stdout
