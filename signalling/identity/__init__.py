"""Who asks, and with which page."""
