"""The WebSocket of each open page."""
