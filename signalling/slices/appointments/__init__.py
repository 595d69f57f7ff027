"""Booking a time, and coming to it."""
