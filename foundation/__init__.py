"""Mechanisms of the service that know no word of the field."""

from __future__ import annotations

from foundation.forks import collect_nothing_in_forks

# Here, so that no program of the service starts another one without it.
collect_nothing_in_forks()
