"""The cookies, which scripts cannot read: one carries the renewal token, one the name of the device."""

from __future__ import annotations

COOKIE = "cloud_window_refresh"
DEVICE_COOKIE = "cloud_window_device"
COOKIE_PATH = "/api/v1"
