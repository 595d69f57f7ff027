"""The scheduler's tables and every query on them."""
