"""A process opens as many files as the system lets it."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASK = """
import resource
from foundation.descriptors import open_as_many_as_allowed
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(open_as_many_as_allowed(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("soft", "hard", "then"), [(256, 2000, 2000), (300, 300, 300)])
def test_the_limit_is_raised_to_what_the_system_allows(soft: int, hard: int, then: int) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK.format(soft=soft, hard=hard)], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split() == [str(then), str(then), str(hard)]
