"""The cookie that carries the renewal token, which scripts cannot read."""

from __future__ import annotations

COOKIE = "cloud_window_refresh"
COOKIE_PATH = "/api/v1"
